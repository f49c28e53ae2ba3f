"""Make a new appointment."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from ..diary.history import Actor
from ..diary.lock import locked_diaries
from ..diary.models import Appointment
from .refusals import NotAllowed, PaymentNeeded
from .steps.new_appointment import book_in_locked_diary
from .steps.offered import why_not_offered
from .steps.payable import amount_to_pay
from .steps.starts import whole_minute


def book(
    client,
    clinician,
    location,
    appointment_type,
    start: datetime,
    *,
    message: str = "",
    by,
    now: datetime | None = None,
    overbook: bool = False,
    tell_client: bool = True,
    acknowledged: Collection[str] | None = None,
) -> Appointment:
    """Book *client* in with *clinician* at *start* and return the appointment.

    :param start: aware datetime, a whole minute.
    :param message: what the client wants to tell the clinic (plain text).
    :param by: who acts: the ``Client``, a staff ``User``, or ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param overbook: staff only: book it even over another appointment.
    :param tell_client: whether the client is sent a message about it.
    :param acknowledged: staff only: keys of all that is unusual about the place, as far as whoever acts was told and
        wants it all the same (see ``diary.unusual``); ``None`` for no such question.
    :raises PaymentNeeded: to a client it is booked by paying for it, on the clinic's booking page.
    :raises Refused: one of its subclasses says why; nothing was booked.
    """
    actor = Actor.of(by)
    start = whole_minute(start)
    if actor.client and (actor.client.pk != client.pk or overbook or acknowledged is not None or not tell_client):
        raise NotAllowed
    if actor.client and amount_to_pay(appointment_type):
        raise PaymentNeeded
    refusal = actor.client and why_not_offered(clinician, appointment_type, location, start, now=now or timezone.now())

    with locked_diaries(clinician.pk):
        return book_in_locked_diary(
            client,
            clinician,
            location,
            appointment_type,
            start,
            message=message,
            actor=actor,
            refusal=refusal,
            now=now or timezone.now(),
            overbook=overbook,
            tell_client=tell_client,
            acknowledged=acknowledged,
        )
