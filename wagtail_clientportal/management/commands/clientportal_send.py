from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...actions.deliver import deliver_due
from ...actions.set_aside import set_aside
from ...clearing.runs import go_on
from ...exchange.outside_calendars import read_due_here
from ...outbox.schedule import has_worker


class Command(BaseCommand):
    requires_system_checks = []  # cron mails whatever is printed, and warnings would be, every minute
    help = (
        "Goes on with clearing days, and delivers the emails and texts that are due, once; without a worker, reads "
        "clinicians' other calendars, too. "
        "For sites without a worker: let cron run it every minute. "
        "A message that can't be sent now (the mail server is down, say) waits and is tried again by a later run. "
        "Ends with 0 unless a message failed for good; then with 1 and a sentence."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--after-restore",
            action="store_true",
            help="Send nothing: set aside all that waits, and each reminder that has fallen due. For a database that "
            "was restored from a backup, before anything else runs on it: much of that has gone out since.",
        )

    def handle(self, *, verbosity, after_restore, **options):
        if after_restore:
            return self._set_aside()
        go_on()
        done = deliver_due()
        if not has_worker():
            read_due_here()
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

    def _set_aside(self):
        done = set_aside()
        self.stdout.write(
            _(
                "Set aside, under “Sent communications”: %(to_look_at)d that staff can send again; %(dropped)d that "
                "are of no use any more."
            )
            % {"to_look_at": done.to_look_at, "dropped": done.dropped}
        )
