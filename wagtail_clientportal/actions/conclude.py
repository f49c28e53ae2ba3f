"""The end of every action, under the lock: record history, queue what must be said; after the commit, a signal."""

from datetime import datetime

from django.db import transaction

from ..communications.queue import queue_for_client
from ..diary.history import Actor, Place, record
from ..diary.models import Appointment, AppointmentEvent
from ..notifications.queue import tell_staff
from ..signals import (
    appointment_booked,
    appointment_cancelled,
    appointment_changed,
    appointment_status_changed,
)
from .permitted import Terms

_SIGNALS = {
    AppointmentEvent.Kind.BOOKED: appointment_booked,
    AppointmentEvent.Kind.CHANGED: appointment_changed,
    AppointmentEvent.Kind.CANCELLED: appointment_cancelled,
    AppointmentEvent.Kind.STATUS_CHANGED: appointment_status_changed,
}


def conclude(
    appointment: Appointment,
    kind: AppointmentEvent.Kind,
    *,
    actor: Actor,
    terms: Terms,
    old: Place | None = None,
    message: str = "",
    policy_shown: bool = False,
    tell_client: bool,
    now: datetime,
) -> AppointmentEvent:
    """Write into the history what was done to *appointment*, and queue what its client and the staff are told.

    :param old: where it stood before; ``None`` for a new one.
    :param message: what the client wrote; "" for nothing.
    :param policy_shown: whether the client's form said that the policy in force was on the screen.
    """
    event, written = record(
        appointment,
        kind,
        actor=actor,
        now=now,
        old=old,
        message=message,
        rules=terms.rules if actor.client else None,
        policy_shown=policy_shown,
    )
    if tell_client:
        queue_for_client(event, site=terms.site, now=now)
    tell_staff(event, message=written, by_user=actor.user, settings=terms.settings, now=now)
    transaction.on_commit(lambda: _SIGNALS[kind].send_robust(sender=Appointment, appointment=appointment, event=event))
    return event
