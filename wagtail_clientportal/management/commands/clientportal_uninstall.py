from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from ...exchange.exporting import export_everything
from ..uninstall import Part, holders, parts, uninstall, what_is_left_to_do

EXAMPLES = 10
ANSWER = "uninstall"


class Command(BaseCommand):
    requires_system_checks = []  # a site that is being left may have much to be warned of
    help = (
        "Takes the portal out of the site's database: its pages, the worker's timetable and queue, groups and "
        "permissions, and every row of its tables. Lists it and asks first. Stop the web server and the worker "
        "before. What is left to do by hand is printed at the end, in its order: dropping the tables, and taking the "
        "app out of the settings. Images, documents and accounts stay."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Only list what would be deleted.")
        parser.add_argument(
            "--no-input", "--noinput", action="store_false", dest="interactive", help="Don't ask before deleting."
        )
        parser.add_argument(
            "--export",
            metavar="DIR",
            type=Path,
            help="First write clients, clinicians, hours and appointments as CSV files, and all that is held about "
            "each client as a ZIP file, into this folder, which is made, or is empty.",
        )

    def handle(self, *, dry_run, interactive, export, **options):
        found = parts()
        for part in found:
            self.stdout.write(_line(part))
        if not found:
            self.stdout.write(_("Nothing of the portal is left in the database."))
        self._refuse_what_others_hold()
        if not dry_run:
            if export:
                self._export(export)
            if found:
                self._delete(interactive)
            self.stdout.write(_("What is left to do:"))
            for number, what in enumerate(what_is_left_to_do(), start=1):
                self.stdout.write(f"{number}. {what}")

    def _refuse_what_others_hold(self) -> None:
        if found := holders():
            for one in found:
                self.stderr.write(f"{one.model} → {one.points_at}: {one.count}")
            raise CommandError(
                _(
                    "Rows of other apps point at the portal's, and would point at nothing. Delete them, or empty the "
                    "fields, and try again. Nothing was deleted."
                )
            )

    def _export(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise CommandError(
                    _("%(folder)s isn't empty. Name another folder. Nothing was deleted.") % {"folder": folder}
                )
            written = export_everything(folder, now=timezone.now())
        except OSError as error:
            raise CommandError(
                _("%(folder)s can't be written to: %(error)s. Nothing was deleted.")
                % {"folder": folder, "error": error.strerror}
            ) from error
        for name, number in written.items():
            self.stdout.write(_("Written: %(path)s (%(number)d)") % {"path": folder / name, "number": number})

    def _delete(self, interactive: bool) -> None:
        if interactive:
            question = _(
                "All of it is deleted, and can't be brought back but from a backup. To go on, write “%(answer)s”: "
            )
            try:
                answer = input(question % {"answer": ANSWER})
            except EOFError:
                answer = ""
            if answer.strip() != ANSWER:
                raise CommandError(_("Nothing was deleted."))
        try:
            uninstall()
        except DatabaseError as error:
            raise CommandError(
                _("The database refused: %(error)s. Nothing was deleted.") % {"error": str(error).strip().rstrip(".")}
            ) from error
        self.stdout.write(_("Deleted."))


def _line(part: Part) -> str:
    if not part.examples:
        return f"{part.count} {part.what}"
    named = [*part.examples[:EXAMPLES], *("…" for _more in part.examples[EXAMPLES : EXAMPLES + 1])]
    return f"{part.count} {part.what}: {', '.join(named)}"
