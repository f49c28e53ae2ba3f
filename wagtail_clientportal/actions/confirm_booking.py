"""Make an appointment of an online booking: once whoever asked has followed its link, or is signed in."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from ..diary.lock import locked_diaries
from ..diary.models import Appointment, BookingRequest
from ..policies.models import BookingSettings
from ..practice.models import Clinician
from .refusals import PaymentNeeded, PortalOff, RequestLapsed, SlotTaken
from .steps.book_request import book_request, whose_turn, why_not_with
from .steps.payable import amount_to_pay


def confirm_booking(
    asked: BookingRequest,
    *,
    policy_revision: str | int | None = None,
    own_holds: Collection[str] = (),
    now: datetime | None = None,
) -> Appointment:
    """Book what *asked* says and return the appointment; the same one, however often it is confirmed.

    Whoever minds nobody in particular is seen by the next who is free, where the first one's place has gone.

    :param asked: proved by its link or by a session, or by a clinic that wants no proof.
    :param policy_revision: pk of the policy revision that the form showed; ``None`` if it said nothing.
    :param own_holds: keys of the holds of the browser that confirms; they don't stand in its way.
    :param now: aware datetime; by default the clock.
    :raises RequestLapsed: it was begun too long ago.
    :raises PaymentNeeded: it is booked by paying for it (``actions.ask_to_pay``).
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
    if amount_to_pay(asked):
        raise PaymentNeeded
    for clinician in whose_turn(asked, own_holds=own_holds, now=now):
        try:
            return _book(asked, clinician, policy_revision, own_holds, now)
        except SlotTaken:
            continue
    raise SlotTaken


def _book(asked: BookingRequest, clinician: Clinician, policy_revision, own_holds, now: datetime) -> Appointment:
    refusal = why_not_with(asked, clinician, now)
    with locked_diaries(clinician.pk):
        booked = book_request(
            asked, clinician, refusal=refusal, policy_revision=policy_revision, own_holds=own_holds, now=now
        )
        return booked or BookingRequest.objects.select_related("appointment").get(pk=asked.pk).appointment
