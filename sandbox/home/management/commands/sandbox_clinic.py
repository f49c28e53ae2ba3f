from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from wagtail.models import Site

from wagtail_clientportal.management.demo_clinic import (
    CLINICIAN_USERNAME,
    STAFF_USERNAME,
    describe,
    make_demo_clinic,
)
from wagtail_clientportal.management.demo_words import how_to_try
from wagtail_clientportal.models import Client


class Command(BaseCommand):
    help = "Makes the sandbox's demo clinic if there is none yet, tells the site its port, and says how to try it."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, required=True, help="Port that the site answers on.")
        parser.add_argument("--password", required=True, help="Password of the staff accounts.")

    def handle(self, *, port, password, **options):
        if Client.objects.exists():
            access = self._existing(port, password)
        else:
            access = make_demo_clinic(now=timezone.now(), password=password, hostname="localhost", port=port)
        self.stdout.write(how_to_try(access))
        soon = timezone.now() + timedelta(days=1)
        if not access.client.appointments.filter(holds_place=True, start__gt=soon).exists():
            self.stdout.write("The demo client has nothing left to change or cancel. For a new clinic: make fresh demo")

    def _existing(self, port, password):
        site = Site.objects.get(is_default_site=True)
        site.hostname, site.port = "localhost", port
        site.save()
        try:
            return describe(site=site, passwords=dict.fromkeys([STAFF_USERNAME, CLINICIAN_USERNAME], password))
        except Client.DoesNotExist:
            raise CommandError("The demo client is gone. For a new clinic: make fresh demo") from None
