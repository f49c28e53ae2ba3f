"""Write down what became of a payment, and book what was paid for.

What the provider reports may come twice, late or out of order. Paid once, it is paid, whatever is said afterwards; what
is paid for can be booked as long as its place is free; where it can't, somebody decides about the money.
"""

import logging
from datetime import datetime

from django.utils import timezone

from ..communications.queue import queue_about_payment
from ..diary.history import Actor, Snapshot, record
from ..diary.lock import locked_diaries
from ..diary.models import Appointment, AppointmentEvent, BookingRequest, Hold, Payment, Refund
from ..notifications.queue import tell_of_other_amount
from ..outbox.models import OutboundMessage
from ..payments.provider import Report, State
from ..policies.models import BookingSettings, PortalSettings
from ..practice.models import Clinician
from .refusals import Busy, CannotSave, PolicyChanged, PortalOff, Refused, SlotNotOffered, SlotTaken, WrongAmount
from .steps.book_request import book_request, whose_turn, why_not_with
from .steps.refunds import ask_about
from .steps.whose_booking import known_client

logger = logging.getLogger(__name__)

_TOLD_OF = ("appointment__location__site", "booking_request__location__site", "booking_request__clinician", "client")


def settle_payment(payment: Payment, report: Report, *, now: datetime | None = None) -> Payment:
    """Let *payment* be what the provider's *report* says, and return it as it is then.

    :param payment: one that is made online; its state in memory doesn't matter.
    :param now: aware datetime; by default the clock.
    :raises WrongAmount: what came in isn't what was to be paid; that is written down, and staff are told.
    :raises Busy, CannotSave: nothing was done; the provider reports it again.
    """
    now = now or timezone.now()
    if report.state is State.PAID:
        if (report.amount, report.currency) != (payment.amount, payment.currency):
            _note_other_amount(payment, report, now)
            raise WrongAmount
        _settle_paid(payment, report, now)
    else:
        _settle_unpaid(payment, report)
    return Payment.objects.select_related("booking_request", "appointment").get(pk=payment.pk)


def _note_other_amount(payment: Payment, report: Report, now: datetime) -> None:
    """Write down what came in, and tell staff of it, once however often it is reported. It pays for nothing."""
    logger.warning("payment %s: what was reported isn't the amount", payment.pk)
    came = {"reported_amount": report.amount, "reported_currency": report.currency[:3]}
    with locked_diaries():
        if not Payment.objects.filter(pk=payment.pk).exclude(**came).update(**came):
            return
        unpaid = Payment.objects.filter(pk=payment.pk).exclude(state=Payment.State.PAID)
        unpaid.update(reference=report.reference)
        payment = Payment.objects.select_related(*_TOLD_OF).get(pk=payment.pk)
        placed = payment.appointment or payment.booking_request
        site = placed.location.portal_site if placed else None
        tell_of_other_amount(payment, portal_settings=PortalSettings.for_site(site), now=now)


def _settle_unpaid(payment: Payment, report: Report) -> None:
    """Note what the provider has to know the next time; where nothing will come of it, free the place."""
    waiting = Payment.objects.filter(pk=payment.pk, state=Payment.State.WAITING)
    values = {"reference": report.reference, "provider_data": payment.provider_data | {"provider": report.data}}
    if report.state is State.WAITING:
        waiting.update(**values)
        return
    values["provider_data"].pop("provider")
    if waiting.update(**values, state=Payment.State.FAILED) and payment.booking_request:
        # Unless they are paying once more by now
        again = Payment.objects.filter(
            booking_request=payment.booking_request, state=Payment.State.WAITING, pk__gt=payment.pk
        )
        if not again.exists():
            Hold.objects.filter(key=payment.booking_request.hold_key).delete()
        logger.info("payment %s failed", payment.pk)


def _settle_paid(payment: Payment, report: Report, now: datetime) -> None:
    asked = _asked_for(payment)
    if asked and asked.state == asked.State.OPEN:
        try:
            if _book(payment, asked, report, now):
                return
        except (Busy, CannotSave):
            raise
        except Refused as refusal:
            logger.warning("payment %s: paid, and not booked: %s", payment.pk, type(refusal).__name__)
    _keep_for_decision(payment, report, now)


def _asked_for(payment: Payment) -> BookingRequest | None:
    details = ("appointment_type__policy", "location__site", "clinician", "client", "site", "appointment__location")
    return BookingRequest.objects.select_related(*details).filter(pk=payment.booking_request_id).first()


def _book(payment: Payment, asked: BookingRequest, report: Report, now: datetime) -> bool:
    """Book what was paid for; return whether this payment did it, or has done so before.

    :raises Refused: it can't be booked any more.
    """
    if not BookingSettings.for_site(asked.site).enabled:
        raise PortalOff
    if asked.start <= now:
        raise SlotNotOffered
    for clinician in whose_turn(asked, now=now):
        for policy_revision in (payment.policy_revision_id, None):
            try:
                return _book_with(payment, asked, clinician, report, policy_revision, now)
            except PolicyChanged:
                continue  # paid on the terms that were shown, which aren't in force any more
            except SlotTaken:
                break
    raise SlotTaken


def _book_with(
    payment: Payment, asked: BookingRequest, clinician: Clinician, report: Report, policy_revision, now: datetime
) -> bool:
    # It was offered when the payment was begun, however long that took.
    refusal = why_not_with(asked, clinician, payment.created_at)
    with locked_diaries(clinician.pk):
        if not _take(payment, report, now):
            return True  # reported before
        booked = book_request(asked, clinician, refusal=refusal, policy_revision=policy_revision, now=now)
        if booked is None:
            raise SlotTaken  # by another payment for the same; this one is taken back, to be decided about
        _write_down(payment, booked, now)
        return True


def _take(payment: Payment, report: Report, now: datetime) -> bool:
    """Write down that the money is there; ``False`` where that was done before. Within a transaction."""
    unpaid = Payment.objects.filter(pk=payment.pk).exclude(state=Payment.State.PAID)
    data = {name: value for name, value in payment.provider_data.items() if name != "provider"}
    return bool(
        unpaid.update(
            state=Payment.State.PAID,
            paid_at=now,
            reference=report.reference,
            provider_data=data,
            reported_amount=None,
            reported_currency="",
        )
    )


def _write_down(payment: Payment, appointment: Appointment, now: datetime) -> None:
    payment.appointment, payment.client = appointment, appointment.client
    payment.save(update_fields=["appointment", "client"])
    event, _message = record(
        appointment,
        AppointmentEvent.Kind.PAID,
        actor=Actor(client=appointment.client),
        now=now,
        old=Snapshot.of(appointment),
        payment=payment,
    )
    queue_about_payment(payment, OutboundMessage.About.PAID, event=event, now=now)


def _keep_for_decision(payment: Payment, report: Report, now: datetime) -> None:
    """The money is there, and there is no appointment for it: somebody has to decide, and both sides are told."""
    asked = _asked_for(payment)
    site = asked.site if asked else None
    # Any diary will do: whoever settles the same payment at the same moment waits for the same row of it.
    with locked_diaries():
        if not _take(payment, report, now):
            return
        is_second = asked is not None and asked.appointment is not None
        payment.refresh_from_db()
        payment.appointment = asked.appointment if is_second else None
        payment.client = asked.appointment.client if is_second else asked and (asked.client or known_client(asked))
        payment.save(update_fields=["appointment", "client"])
        if asked is not None and not is_second:
            Hold.objects.filter(key=asked.hold_key).delete()
        ask_about(payment, site, why=Refund.Why.TWICE if is_second else Refund.Why.NO_PLACE, now=now)
        if asked is not None:
            queue_about_payment(payment, OutboundMessage.About.PAID_IN_VAIN, now=now)
