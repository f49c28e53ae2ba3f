"""Keep the place of an online booking for a while, and send the link by which it is confirmed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from ..access import limits
from ..communications.queue import queue_confirm_booking
from ..conf import settings
from ..diary.lock import locked_diaries
from ..diary.models import BookingRequest, Hold
from ..diary.queries import is_taken
from ..policies.models import BookingSettings
from ..practice.contact import email_key
from ..practice.models import Clinician
from ..practice.online_offer import doing
from .refusals import PortalOff, RequestLapsed, SlotTaken, TooManyRequests
from .steps.in_turn import in_turn


def ask_to_confirm(
    asked: BookingRequest, *, ip: str | None, own_holds: Collection[str] = (), now: datetime | None = None
) -> None:
    """Hold a place for *asked* and queue its link; once, however often it is asked for.

    Who is known and who isn't is nowhere asked: the work is the same for everybody.

    :param ip: the address that asks, as ``access.client_ip`` gives it; ``None`` where it isn't known.
    :param own_holds: keys of the holds of the browser that asks. It holds one place at a time: where it gets this one,
        the others are free again.
    :param now: aware datetime; by default the clock.
    :raises PortalOff: online booking is off.
    :raises RequestLapsed: it was begun too long ago.
    :raises TooManyRequests: from this contact or address so many came within the hour.
    :raises SlotTaken: the place has gone.
    """
    now = now or timezone.now()
    if asked.asked_at or asked.state != asked.State.OPEN:
        return
    if not BookingSettings.for_site(asked.site).enabled:
        raise PortalOff
    if asked.has_lapsed(now):
        raise RequestLapsed
    if not limits.take_booking(email_key(asked.email), ip, now):
        raise TooManyRequests
    for clinician in _in_turn(asked, own_holds, now):
        try:
            return _hold(asked, clinician, own_holds, now)
        except SlotTaken:
            continue
    raise SlotTaken


def _in_turn(asked: BookingRequest, own_holds: Collection[str], now: datetime) -> list[Clinician]:
    if not asked.with_anyone:
        return [asked.clinician]
    everybody = list(doing(asked.appointment_type, asked.location))
    return in_turn(everybody, asked.appointment_type, asked.location, asked.start, own_holds=own_holds, now=now)


def _hold(asked: BookingRequest, clinician: Clinician, own_holds: Collection[str], now: datetime) -> None:
    kept = asked.appointment_type
    busy_until = asked.start + timedelta(minutes=kept.duration_minutes + kept.buffer_minutes)
    with locked_diaries(clinician.pk):
        claimed = BookingRequest.objects.filter(pk=asked.pk, state=asked.State.OPEN, asked_at=None)
        if not claimed.update(asked_at=now, clinician=clinician):
            return
        if is_taken(clinician.pk, asked.start, busy_until, ignoring=None, own_holds=own_holds, now=now):
            raise SlotTaken
        Hold.objects.filter(key__in=own_holds).delete()
        Hold.objects.create(
            clinician=clinician,
            location=asked.location,
            start=asked.start,
            busy_until=busy_until,
            expires_at=now + settings.BOOKING_HOLD,
            key=asked.hold_key,
        )
        queue_confirm_booking(asked, now=now)
