from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...actions.check_data import Finding, check_data
from ...diary import second_wall

EXAMPLES = 5


class Command(BaseCommand):
    requires_system_checks = []  # cron mails whatever is printed, and warnings would be
    help = (
        "Looks for rows that contradict themselves or each other, as SQL written by hand or another program leaves "
        "them: look-up keys that don't fit a client's email address, mobile or postcode; links and sessions that could "
        "open again; appointments whose place doesn't fit their status, or that keep the clinician busy for another "
        "time than was arranged, take longer than 24 hours, or overlap without being marked as overbooked; on "
        "PostgreSQL, the missing constraint that refuses double bookings. Names each kind with a count and the numbers "
        "of a few records, and no person. Without --mend it changes nothing. Ends with 0 where everything fits or was "
        "mended, else with 1."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--mend",
            action="store_true",
            help="Mend what can be mended without guessing: an appointment under the lock on its diary, and never over "
            "another one. Overlaps are for people to decide and are only named.",
        )

    def handle(self, *, mend, verbosity, **options):
        left = 0
        for finding in check_data(mend=mend):
            self.stdout.write(_line(finding))
            left += len(finding.left)
        if second_wall.is_missing(connection):
            left += not self._builds_second_wall(mend)
        elif not left and verbosity:
            self.stdout.write(_("Everything fits."))
        if left:
            raise CommandError(
                ngettext("%(count)d thing is left to be mended.", "%(count)d things are left to be mended.", left)
                % {"count": left}
            )

    def _builds_second_wall(self, mend: bool) -> bool:
        name = {"name": second_wall.CONSTRAINT}
        if not mend:
            self.stdout.write(_("The database's own constraint against double bookings is missing: %(name)s") % name)
            return False
        try:
            second_wall.build(connection)
        except second_wall.ExtensionRefused as error:
            self.stdout.write(
                _("%(name)s: a database administrator has to run “CREATE EXTENSION btree_gist” first. %(error)s")
                % (name | {"error": error})
            )
            return False
        except IntegrityError:
            self.stdout.write(_("%(name)s: it can't be added while appointments overlap.") % name)
            return False
        self.stdout.write(_("%(name)s: added.") % name)
        return True


def _line(finding: Finding) -> str:
    told = _("%(what)s: %(count)d (%(examples)s)") % {
        "what": finding.contradiction.what,
        "count": len(finding.rows),
        "examples": _examples(finding.rows),
    }
    mended = len(finding.rows) - len(finding.left)
    if mended:
        told += " " + _("Mended: %(count)d.") % {"count": mended}
        if finding.left:
            told += " " + _("Left: %(count)d (%(examples)s).") % {
                "count": len(finding.left),
                "examples": _examples(finding.left),
            }
    return told


def _examples(rows: list[int]) -> str:
    numbers = ", ".join(f"#{pk}" for pk in rows[:EXAMPLES])
    return f"{numbers}, …" if len(rows) > EXAMPLES else numbers
