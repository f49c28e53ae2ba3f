from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...actions.deliver import deliver_due
from ...clearing.runs import go_on


class Command(BaseCommand):
    requires_system_checks = []  # cron mails whatever is printed, and warnings would be, every minute
    help = (
        "Goes on with clearing days, and delivers the emails and texts that are due, once. "
        "For sites without a worker: let cron run it every minute. "
        "A message that can't be sent now (the mail server is down, say) waits and is tried again by a later run. "
        "Ends with 0 unless a message failed for good; then with 1 and a sentence."
    )

    def handle(self, *, verbosity, **options):
        go_on()
        done = deliver_due()
        if verbosity:
            self.stdout.write(
                _("Sent: %(sent)d. To be tried again: %(waiting)d. No longer needed: %(dropped)d. Failed: %(failed)d.")
                % {"sent": done.sent, "waiting": done.waiting, "dropped": done.dropped, "failed": done.failed}
            )
        if done.failed:
            raise CommandError(
                ngettext(
                    "%(count)d message could not be sent and will not be tried again. "
                    "Its row under “Sent communications” in the Wagtail admin says why.",
                    "%(count)d messages could not be sent and will not be tried again. "
                    "Their rows under “Sent communications” in the Wagtail admin say why.",
                    done.failed,
                )
                % {"count": done.failed}
            )
