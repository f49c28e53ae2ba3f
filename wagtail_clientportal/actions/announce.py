"""What follows every change, before the commit and right after it: who is told, and a signal for the site."""

from datetime import datetime

from django.db import transaction
from django.dispatch import Signal

from ..communications.queue import queue_for_client
from ..diary.history import Actor
from ..diary.models import Appointment, AppointmentEvent
from ..notifications.queue import tell_staff
from .permitted import Terms


def announce(
    event: AppointmentEvent,
    *,
    actor: Actor,
    terms: Terms,
    signal: Signal,
    tell_client: bool,
    with_message: bool = False,
    now: datetime,
) -> None:
    """Queue what the client and the staff are told about *event*, and send *signal* once it is committed.

    :param with_message: whether the client left a message with it.
    """
    if tell_client:
        queue_for_client(event, site=terms.site, now=now)
    tell_staff(event, by_user=actor.user, settings=terms.settings, with_message=with_message, now=now)
    transaction.on_commit(lambda: signal.send_robust(sender=Appointment, appointment=event.appointment, event=event))
