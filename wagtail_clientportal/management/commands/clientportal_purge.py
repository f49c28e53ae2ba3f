from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from ...actions.purge import purge


class Command(BaseCommand):
    requires_system_checks = []  # cron mails whatever is printed, and warnings would be, every minute
    help = (
        "Deletes what has done its work: sign-in links a day after they expired, links to an appointment 30 days after "
        "it, portal sessions, counts of attempts and requests for links after 30 days; online bookings that nobody "
        "confirmed within six hours, and a day later the forms of those that were made; sent communications and read "
        "notifications only where the settings say after how long. Appointments, their history, messages and clients "
        "stay. The worker does this once a day; without a worker, let cron run it."
    )

    def handle(self, *, verbosity, **options):
        done = purge()
        if verbosity:
            self.stdout.write(
                _(
                    "Deleted: %(links)d links, %(sessions)d sessions, %(attempts)d counters, %(requests)d link "
                    "requests, %(bookings)d booking requests, %(communications)d sent communications, "
                    "%(notifications)d notifications."
                )
                % vars(done)
            )
