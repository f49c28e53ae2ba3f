"""Write down money that staff took for an appointment."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from ..communications.queue import queue_about_payment
from ..diary.history import Actor, Snapshot, record
from ..diary.lock import locked_appointment
from ..diary.models import Appointment, AppointmentEvent, Payment
from ..outbox.models import OutboundMessage
from .refusals import NotAllowed, WrongAmount
from .steps.refunds import ask_to_decide


def record_payment(
    appointment: Appointment,
    amount: Decimal,
    *,
    method: str,
    reference: str = "",
    by,
    now: datetime | None = None,
    tell_client: bool = True,
) -> Payment:
    """Write down that *amount* was paid for *appointment*, in the site's currency, and return the payment.

    Where the appointment doesn't hold its place any more, a refund is to be decided at once.

    :param amount: more than nothing, at most 999,999.99, with two decimals.
    :param method: one of ``Payment.BY_HAND``: what is paid online only the provider can say.
    :param reference: the receipt's number, say.
    :param by: the staff ``User`` who took it, or ``None`` for the system.
    :param now: aware datetime; by default the clock.
    :param tell_client: whether the client is sent a receipt by email.
    :raises NotAllowed: for a client, and for another method.
    :raises WrongAmount: for what isn't an amount of money.
    """
    actor = Actor.of(by)
    if actor.client or method not in Payment.BY_HAND:
        raise NotAllowed
    if not (0 < amount < 1_000_000 and amount == round(amount, 2)):
        raise WrongAmount
    with locked_appointment(appointment) as appointment:
        now = now or timezone.now()
        payment = Payment.objects.create(
            appointment=appointment,
            client=appointment.client,
            amount=amount,
            method=method,
            state=Payment.State.PAID,
            reference=reference.strip(),
            paid_at=now,
            recorded_by=by,
        )
        old = Snapshot.of(appointment)
        event, _message = record(
            appointment, AppointmentEvent.Kind.PAID, actor=actor, now=now, old=old, payment=payment
        )
        if tell_client:
            queue_about_payment(payment, OutboundMessage.About.PAID, event=event, now=now)
        if not appointment.holds_place:
            ask_to_decide(appointment, event=None, now=now)
        return payment
