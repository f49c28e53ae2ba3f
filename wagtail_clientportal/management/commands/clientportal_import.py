import hashlib

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from ...actions.refusals import Busy, CannotSave
from ...actions.steps.upserted import Outcome
from ...exchange.columns import matched
from ...exchange.importing import Batch, import_table
from ...exchange.kind import How
from ...exchange.kinds import KINDS
from ...exchange.table import open_table
from ...exchange.unreadable import Unreadable


class Command(BaseCommand):
    requires_system_checks = []  # on stderr are the refused rows, and nothing besides
    help = (
        "Imports clients, clinicians, hours or appointments from a CSV or XLSX file. A record and its row meet in "
        "external_ref: imported again, a row changes what differs, and nothing else. Nobody is sent anything. Prints "
        "how many records are new, changed and unchanged, and on stderr a line for each row that was refused; the "
        "others are imported. Cut off, it is run again with the same file. Ends with 1 where a row was refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="A CSV file, or an XLSX file: its first sheet is read.")
        parser.add_argument("--kind", required=True, choices=KINDS, help="What its rows are.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be done. Prints the file's fingerprint."
        )
        parser.add_argument(
            "--fingerprint", help="Import the file only if it is still the one of which a dry run printed this."
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="NAME=HEADING",
            help="The heading of the column that holds NAME, where the file calls it something else. Repeatable.",
        )
        parser.add_argument(
            "--overbook", action="store_true", help="Put appointments even over others, instead of refusing them."
        )

    def handle(self, *, file, kind, dry_run, fingerprint, column, overbook, **options):
        self._refused, self._counts = 0, dict.fromkeys(Outcome, 0)
        how = How(now=timezone.now(), overbook=overbook, dry_run=dry_run)
        try:
            with open(file, "rb") as opened:
                tried = _fingerprint(opened)
                if fingerprint not in (None, tried):
                    raise CommandError(
                        _("The file isn’t the one that was tried. Nothing was imported. Try it again first.")
                    )
                with open_table(opened) as table:
                    columns = matched(table.headings, KINDS[kind].columns, _chosen(column))
                    import_table(table, KINDS[kind](how), columns, note=self._note)
                if _fingerprint(opened) != tried:
                    raise Unreadable(_("The file was changed while it was read. Run it again."))
        except OSError as error:
            raise CommandError(
                _("%(file)s can’t be read: %(error)s") % {"file": file, "error": error.strerror}
            ) from error
        except (Unreadable, Busy, CannotSave) as error:
            raise CommandError(f"{self._done()} {_why_stopped(error)}") from error
        self.stdout.write(self._done())
        if dry_run:
            self.stdout.write(_("Fingerprint of the file: %(fingerprint)s") % {"fingerprint": tried})
        if self._refused:
            raise SystemExit(1)

    def _note(self, batch: Batch) -> None:
        for outcome, count in batch.counts.items():
            self._counts[outcome] += count
        self._refused += len(batch.refused)
        for row in batch.refused:
            where = _("Row %(row)d, %(column)s") if row.column else _("Row %(row)d")
            self.stderr.write(f"{where % {'row': row.number, 'column': row.column}}: {row.why}")

    def _done(self) -> str:
        return _("New: %(new)d. Changed: %(changed)d. Unchanged: %(unchanged)d. Refused: %(refused)d.") % (
            {outcome.value: count for outcome, count in self._counts.items()} | {"refused": self._refused}
        )


def _fingerprint(opened) -> str:
    opened.seek(0)
    return hashlib.file_digest(opened, "sha256").hexdigest()[:16]


def _why_stopped(error: Exception) -> str:
    match error:
        case Busy():
            return _("Somebody else held the diary for too long. Run it again: it goes on where it was.")
        case CannotSave():
            return _("The database takes no changes at the moment. Run it again later: it goes on where it was.")
    return str(error)


def _chosen(pairs: list[str]) -> dict[str, str]:
    parts = (pair.partition("=") for pair in pairs)
    return {name.strip(): " ".join(heading.split()) for name, _equals, heading in parts}
