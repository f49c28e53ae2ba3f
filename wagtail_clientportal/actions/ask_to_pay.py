"""Keep the place of an online booking, and begin a payment for it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from ..access import limits
from ..conf import settings
from ..diary.lock import locked_diaries
from ..diary.models import BookingRequest, Hold, Payment
from ..policies.models import BookingSettings
from ..practice.contact import email_key
from ..practice.models import Clinician
from .refusals import NotAllowed, PortalOff, PriceChanged, RequestLapsed, SlotTaken, TooManyRequests
from .steps.book_request import book_request, whose_turn, why_not_with
from .steps.payable import amount_to_pay


def ask_to_pay(
    asked: BookingRequest,
    *,
    amount_shown: Decimal | None,
    policy_revision: str | int | None = None,
    ip: str | None,
    own_holds: Collection[str] = (),
    now: datetime | None = None,
) -> Payment:
    """Hold the place of *asked* for as long as somebody takes to pay, and return the payment that waits for them.

    Nobody is asked to pay for what they couldn't have: it is booked for trial first, and undone.

    :param asked: proved by its link or by a session, or by a clinic that wants no proof.
    :param amount_shown: what the form said that it costs, in the site's currency.
    :param policy_revision: pk of the policy revision that the form showed; ``None`` if it said nothing.
    :param ip: the address that asks, as ``access.client_ip`` gives it; ``None`` where it isn't known.
    :param own_holds: keys of the holds of the browser that asks. It holds one place at a time: where it gets this one,
        the others are free again.
    :param now: aware datetime; by default the clock.
    :raises NotAllowed: there is nothing to pay, or it is booked already.
    :raises RequestLapsed: it was begun too long ago.
    :raises PriceChanged: it costs something else by now.
    :raises TooManyRequests: it was begun too often, or from this address.
    :raises Refused: what ``book`` refuses; nothing is to be paid.
    """
    now = now or timezone.now()
    if not BookingSettings.for_site(asked.site).enabled:
        raise PortalOff
    if asked.has_lapsed(now):
        raise RequestLapsed
    amount = amount_to_pay(asked.appointment_type)
    if asked.state != asked.State.OPEN or not amount:
        raise NotAllowed
    if amount_shown != amount:
        raise PriceChanged
    _check_not_too_often(asked, ip, now)
    for clinician in whose_turn(asked, own_holds=own_holds, now=now):
        try:
            return _begin(asked, clinician, amount, policy_revision, own_holds, now)
        except SlotTaken:
            continue
    raise SlotTaken


def _check_not_too_often(asked: BookingRequest, ip: str | None, now: datetime) -> None:
    begun = asked.payments.count()
    if begun >= settings.PAYMENTS_PER_BOOKING:
        raise TooManyRequests
    # One that was confirmed by a link was counted when that was asked for.
    contact = f"client:{asked.client_id}" if asked.client_id else email_key(asked.email)
    if asked.asked_at is None and not begun and not limits.take_booking(contact, ip, now):
        raise TooManyRequests


def _begin(
    asked: BookingRequest, clinician: Clinician, amount: Decimal, policy_revision, own_holds, now: datetime
) -> Payment:
    refusal = why_not_with(asked, clinician, now)
    length = timedelta(minutes=asked.appointment_type.duration_minutes + asked.appointment_type.buffer_minutes)
    with locked_diaries(clinician.pk):
        _book_for_trial(asked, clinician, refusal, policy_revision, own_holds, now)
        BookingRequest.objects.filter(pk=asked.pk).update(clinician=clinician)
        Hold.objects.filter(key__in=[asked.hold_key, *own_holds]).delete()
        Hold.objects.create(
            clinician=clinician,
            location=asked.location,
            start=asked.start,
            busy_until=asked.start + length,
            expires_at=now + settings.BOOKING_HOLD,
            key=asked.hold_key,
        )
        return Payment.objects.create(
            booking_request=asked,
            client=asked.client,
            amount=amount,
            method=Payment.Method.ONLINE,
            policy_revision_id=policy_revision or None,
            created_at=now,
        )


class _Undone(Exception):
    """Takes back what was done for trial."""


def _book_for_trial(
    asked: BookingRequest, clinician: Clinician, refusal, policy_revision, own_holds, now: datetime
) -> None:
    """
    :raises NotAllowed: it was booked meanwhile.
    :raises Refused: whatever would stand in the way of booking it.
    """
    try:
        with transaction.atomic():
            if not book_request(
                asked, clinician, refusal=refusal, policy_revision=policy_revision, own_holds=own_holds, now=now
            ):
                raise NotAllowed
            raise _Undone
    except _Undone:
        pass
