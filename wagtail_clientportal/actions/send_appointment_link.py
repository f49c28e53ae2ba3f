"""Send a client the link to an appointment once more."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from ..communications.queue import queue_again
from ..diary.models import Appointment
from ..diary.queries import with_details
from ..outbox.models import OutboundMessage
from ..practice import log_codes
from .refusals import NotCurrent


def send_appointment_link(appointment: Appointment, *, by, now: datetime | None = None) -> list[OutboundMessage]:
    """Send the confirmation of *appointment* once more, with a new link, and return its rows in the outbox.

    Where there is no way to send it, the row says why. No limit on requests applies: staff may always send a link.

    :param by: the staff ``User`` who does it.
    :param now: aware datetime; by default the clock.
    :raises NotCurrent: for an appointment that is over or doesn't hold its place.
    """
    now = now or timezone.now()
    appointment = with_details(Appointment.objects).get(pk=appointment.pk)
    if not appointment.is_current(now):
        raise NotCurrent
    with transaction.atomic():
        rows = queue_again(appointment, site=appointment.location.portal_site, now=now)
        log(
            instance=appointment.client,
            action=log_codes.APPOINTMENT_LINK_SENT,
            user=by,
            data={"appointment": appointment.pk},
        )
    return rows
