import secrets

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from ...practice.models import Client
from ..demo_clinic import CLINICIAN_USERNAME, STAFF_USERNAME, make_demo_clinic
from ..demo_words import how_to_try


class Command(BaseCommand):
    help = (
        "Makes a demo clinic to try the portal with: 2 locations, 4 clinicians, 6 appointment types, 60 invented "
        "clients and 400 appointments, from 6 months ago to 6 weeks ahead of today. Switches the portal on, gives it "
        "a page, and prints what you need to try it. For an empty database: it refuses to run where clients exist."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--port", type=int, default=8000, help="Port that the site answers on (default: %(default)s)."
        )
        parser.add_argument(
            "--hostname", default="localhost", help="Host name that the site answers to (default: %(default)s)."
        )
        parser.add_argument(
            "--password",
            help=f"Password of the accounts that are made, {STAFF_USERNAME} (sees and may do everything) and "
            f"{CLINICIAN_USERNAME} (default: a random one, which is printed).",
        )

    def handle(self, *, port, hostname, password, **options):
        count = Client.objects.count()
        if count:
            raise CommandError(
                _(
                    "There are clients in this database already (%(count)d), so nothing was made: the demo clinic is "
                    "for an empty one. To start afresh, point DATABASES at a new database, run migrate, and try again."
                )
                % {"count": count}
            )
        if not 1 <= port <= 65535:
            raise CommandError(_("A port is a number from 1 to 65535."))
        if not Site.objects.filter(is_default_site=True).exists():
            raise CommandError(_("There is no default site. Make one in the Wagtail admin, under Settings > Sites."))
        access = make_demo_clinic(
            now=timezone.now(), password=password or secrets.token_urlsafe(9), hostname=hostname, port=port
        )
        self.stdout.write(how_to_try(access))
