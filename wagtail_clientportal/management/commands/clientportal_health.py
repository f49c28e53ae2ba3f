import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from ...health.findings import findings


class Command(BaseCommand):
    requires_system_checks = []  # a monitor wants this command's lines, and none besides
    help = (
        "Says what keeps clients from being served, a line for each thing with how to mend it: a worker that has "
        "stopped, emails or texts that don't leave, a portal that is on and can't be reached. Ends with 0 where there "
        "is nothing, else with 1. For a monitor: it reads the database and changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="Print a JSON list of objects with key, what and mend.")

    def handle(self, *, verbosity, **options):
        try:
            found = findings(timezone.now())
        except DatabaseError as error:
            raise CommandError(
                _("The database can’t be asked: %(error)s. See that it runs, and that “migrate” was run.")
                % {"error": str(error).strip().rstrip(".")}
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        else:
            for one in found:
                self.stdout.write(f"{one.what} {one.mend}")
            if not found and verbosity:
                self.stdout.write(_("Nothing keeps clients from being served."))
        if found:
            raise SystemExit(1)
