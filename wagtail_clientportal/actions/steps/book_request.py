"""Making an appointment of an online booking, in the diary of one who is free."""

from collections.abc import Collection
from datetime import datetime, timedelta

from ...diary.history import Actor
from ...diary.models import Appointment, BookingRequest, Hold
from ...diary.queries import overlapping_holds
from ...practice.models import Clinician
from ...practice.online_offer import doing
from ..refusals import Refused
from .in_turn import in_turn
from .new_appointment import book_in_locked_diary
from .offered import why_not_offered
from .whose_booking import client_of


def whose_turn(asked: BookingRequest, *, own_holds: Collection[str] = (), now: datetime) -> list[Clinician]:
    """Return with whom *asked* can be booked: first who keeps a place for it, then, for anyone, who is free.

    :param own_holds: keys of the holds of the browser that asks; they don't stand in its way.
    """
    first = [asked.clinician] if asked.clinician else []
    if not asked.with_anyone:
        return first
    others = doing(asked.appointment_type, asked.location).exclude(pk=asked.clinician_id)
    return first + in_turn(
        list(others), asked.appointment_type, asked.location, asked.start, own_holds=own_holds, now=now
    )


def why_not_with(asked: BookingRequest, clinician: Clinician, now: datetime) -> Refused | None:
    """Return the refusal of the time with *clinician*, before the diary is held; ``None`` where it is offered."""
    own_hold = Hold.objects.filter(key=asked.hold_key, clinician=clinician, expires_at__gt=now)
    # A time that is held was offered when it was asked for, however long the email took.
    offered_at = asked.asked_at if asked.asked_at and own_hold.exists() else now
    return why_not_offered(clinician, asked.appointment_type, asked.location, asked.start, now=offered_at)


def book_request(
    asked: BookingRequest,
    clinician: Clinician,
    *,
    refusal: Refused | None,
    policy_revision,
    own_holds: Collection[str] = (),
    now: datetime,
) -> Appointment | None:
    """Book *asked* with *clinician*, whose diary is held; ``None`` where somebody did meanwhile.

    :param refusal: what ``why_not_with`` found.
    :raises NewClientsNotTaken: the clinic takes only clients whom it knows.
    :raises Refused: what ``book`` refuses.
    """
    # Two who confirm the same thing at once, perhaps in two diaries, meet here.
    claimed = BookingRequest.objects.filter(pk=asked.pk, state=asked.State.OPEN)
    if not claimed.update(state=asked.State.BOOKED):
        return None
    Hold.objects.filter(key=asked.hold_key).delete()
    _make_way(asked, clinician, own_holds, now)
    client = client_of(asked, now)
    appointment = book_in_locked_diary(
        client,
        clinician,
        asked.location,
        asked.appointment_type,
        asked.start,
        message=asked.message,
        actor=Actor(client=client),
        refusal=refusal,
        now=now,
        policy_revision=policy_revision,
    )
    BookingRequest.objects.filter(pk=asked.pk).update(appointment=appointment)
    return appointment


def _make_way(asked: BookingRequest, clinician: Clinician, own_holds: Collection[str], now: datetime) -> None:
    """Let go of what the same browser keeps of this place for another request of its own."""
    kept = asked.appointment_type
    busy_until = asked.start + timedelta(minutes=kept.duration_minutes + kept.buffer_minutes)
    overlapping_holds(clinician.pk, asked.start, busy_until, now=now).filter(key__in=own_holds).delete()
