"""Set aside what waits to be sent: after a backup was restored, for much of it has gone out since it was made."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ..communications.reminders import queue_reminders
from ..outbox.models import OutboundMessage

About, Status = OutboundMessage.About, OutboundMessage.Status
# By now these are of no use: an old link, a reminder of what may have moved, an email of what the bell says.
_OVER = (About.SIGN_IN, About.CONFIRM_BOOKING, About.REMINDER, About.STAFF)


@dataclass(frozen=True)
class SetAside:
    """How many are left for staff to look at, and how many to nobody."""

    to_look_at: int
    dropped: int


def set_aside(now: datetime | None = None) -> SetAside:
    """Let nothing of what waits be sent, nor any reminder that has fallen due, and return the counts.

    What tells a client of an appointment counts as failed, so that staff find it and can send it again.

    :param now: aware datetime; by default the clock.
    """
    # Those that went out after the backup are unknown here, and would be made anew.
    queue_reminders(now or timezone.now())
    waiting = OutboundMessage.objects.filter(status=Status.WAITING)
    why = _("It waited when a backup was restored, and may have gone out already. Send it again if it hasn’t.")
    dropped = waiting.filter(about__in=_OVER).update(status=Status.DROPPED, last_error=why)
    return SetAside(waiting.update(status=Status.FAILED, last_error=why, first_tried_at=None), dropped)
