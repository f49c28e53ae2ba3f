"""Write down what the clinic decided about money that was paid for an appointment that doesn't stand."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings as django_settings
from django.utils import timezone, translation

from ..conf import settings
from ..diary.history import Actor, Snapshot, record
from ..diary.lock_timeout import transaction_waiting_at_most
from ..diary.models import AppointmentEvent, Refund
from .refusals import AlreadyDecided, NotAllowed, WrongAmount


def decide_refund(
    refund: Refund,
    decision: str,
    *,
    amount: Decimal | None = None,
    note: str = "",
    by,
    now: datetime | None = None,
    seen: str = Refund.Decision.TO_DECIDE,
) -> Refund:
    """Write down the *decision* about *refund* and return it. It moves no money: staff have done that, or will.

    :param decision: one of ``Refund.Decision``, but for "to decide".
    :param amount: what is given back; only where that is a part of what was paid.
    :param by: the staff ``User`` who decides, or ``None`` for the system.
    :param now: aware datetime; by default the clock.
    :param seen: the decision that whoever decides saw: another one is corrected by saying so.
    :raises NotAllowed: for a client, and for what is no decision.
    :raises WrongAmount: unless a part is more than nothing and less than what was paid.
    :raises AlreadyDecided: somebody else decided meanwhile.
    """
    actor = Actor.of(by)
    if actor.client or decision not in Refund.Decision.values or decision == Refund.Decision.TO_DECIDE:
        raise NotAllowed
    now = now or timezone.now()
    with transaction_waiting_at_most(settings.LOCK_TIMEOUT):
        decided = Refund.objects.filter(pk=refund.pk, decision=seen).update(
            decision=decision,
            amount=_given_back(refund, decision, amount),
            note=note.strip(),
            decided_by=by,
            decided_at=now,
        )
        refund = Refund.objects.select_related("payment__appointment", "decided_by").get(pk=refund.pk)
        if not decided:
            raise AlreadyDecided(by=refund.decided_by, at=refund.decided_at)
        _write_down(refund, actor, now)
        return refund


def _given_back(refund: Refund, decision: str, amount: Decimal | None) -> Decimal | None:
    paid = refund.payment.amount
    if decision == Refund.Decision.NOT_DUE:
        return None
    if decision == Refund.Decision.REFUNDED:
        return paid
    if amount is None or not (0 < amount < paid and amount == round(amount, 2)):
        raise WrongAmount
    return amount


def _write_down(refund: Refund, actor: Actor, now: datetime) -> None:
    appointment = refund.payment.appointment
    if appointment is None:
        return  # nothing was ever booked
    with translation.override(django_settings.LANGUAGE_CODE):
        in_words = refund.in_words
    record(
        appointment,
        AppointmentEvent.Kind.REFUND_DECIDED,
        actor=actor,
        now=now,
        old=Snapshot.of(appointment),
        payment=refund.payment,
        money_decided=in_words,
    )
