"""Make an appointment of an online booking: once whoever asked has followed its link, or is signed in."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from ..access import limits
from ..diary.lock import locked_diaries
from ..diary.models import Appointment, BookingRequest
from ..policies.models import BookingSettings
from ..practice.contact import email_key
from ..practice.models import Clinician
from .refusals import PaymentNeeded, PortalOff, RequestLapsed, SlotTaken, TooManyRequests
from .steps.book_request import book_request, whose_turn, why_not_with
from .steps.payable import amount_to_pay


def confirm_booking(
    asked: BookingRequest,
    *,
    policy_revision: str | int | None = None,
    ip: str | None = None,
    own_holds: Collection[str] = (),
    now: datetime | None = None,
) -> Appointment:
    """Book what *asked* says and return the appointment; the same one, however often it is confirmed.

    Whoever minds nobody in particular is seen by the next who is free, where the first one's place has gone.

    :param asked: proved by its link or by a session, or by a clinic that wants no proof.
    :param policy_revision: pk of the policy revision that the form showed; ``None`` if it said nothing.
    :param ip: the address that asks, as ``access.client_ip`` gives it; ``None`` where it isn't known.
    :param own_holds: keys of the holds of the browser that confirms; they don't stand in its way.
    :param now: aware datetime; by default the clock.
    :raises RequestLapsed: it was begun too long ago.
    :raises PaymentNeeded: it is booked by paying for it (``actions.ask_to_pay``).
    :raises TooManyRequests: nobody proved who they are, and from this contact or address so many came within the hour.
    :raises NewClientsNotTaken: the clinic takes only clients whom it knows.
    :raises Refused: what ``book`` refuses; nothing was booked.
    """
    now = now or timezone.now()
    if asked.has_lapsed(now):
        raise RequestLapsed
    if not BookingSettings.for_site(asked.site).enabled:
        raise PortalOff
    if asked.state == asked.State.BOOKED:
        return asked.appointment
    if amount_to_pay(asked.appointment_type):
        raise PaymentNeeded
    _check_not_too_often(asked, ip, now)
    for clinician in whose_turn(asked, own_holds=own_holds, now=now):
        try:
            return _book(asked, clinician, policy_revision, own_holds, now)
        except SlotTaken:
            continue
    raise SlotTaken


def _check_not_too_often(asked: BookingRequest, ip: str | None, now: datetime) -> None:
    # Who followed a link was counted when that was asked for; what a client does is counted with their changes.
    is_proved = asked.client_id is not None or asked.asked_at is not None
    if not is_proved and not limits.take_booking(email_key(asked.email), ip, now):
        raise TooManyRequests


def _book(asked: BookingRequest, clinician: Clinician, policy_revision, own_holds, now: datetime) -> Appointment:
    refusal = why_not_with(asked, clinician, now)
    with locked_diaries(clinician.pk):
        booked = book_request(
            asked, clinician, refusal=refusal, policy_revision=policy_revision, own_holds=own_holds, now=now
        )
        return booked or _booked_meanwhile(asked)


def _booked_meanwhile(asked: BookingRequest) -> Appointment:
    found = BookingRequest.objects.select_related("appointment").filter(pk=asked.pk).first()
    if found is None:  # it lapsed, and the purge has taken it
        raise RequestLapsed
    return found.appointment
