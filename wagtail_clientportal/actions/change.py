"""Move an appointment to another time; staff also to another clinician or location."""

from datetime import datetime

from django.utils import timezone

from ..diary.free_slots import is_within_hours
from ..diary.history import Actor, Place
from ..diary.lock import locked_appointment
from ..diary.models import Appointment, AppointmentEvent
from ..diary.queries import with_details
from .conclude import conclude
from .permitted import check_client_may_change, check_policy_shown, terms_of
from .place import check_unchanged, put
from .refusals import NotAllowed, NotCurrent, SlotNotOffered
from .starts import whole_minute


def change(
    appointment: Appointment,
    new_start: datetime,
    *,
    message: str = "",
    by,
    now: datetime | None = None,
    clinician=None,
    location=None,
    overbook: bool = False,
    tell_client: bool = True,
    policy_revision: str | int | None = None,
    stood: Place | None = None,
) -> Appointment:
    """Move *appointment* to *new_start*, all or nothing, and return it as it is then.

    A client moves it within the slots that are offered; staff anywhere that the diary is free.

    :param appointment: which one; its state in memory doesn't matter.
    :param new_start: aware datetime, a whole minute.
    :param message: what the client wants to tell the clinic (plain text).
    :param by: who acts: a ``Client``, a staff ``User``, or ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param clinician: staff only: the clinician to move it to.
    :param location: staff only: the location to move it to.
    :param overbook: staff only: move it even over another appointment.
    :param tell_client: whether the client is sent a message about it.
    :param policy_revision: pk of the policy revision that the client's form showed; ``None`` if it said nothing.
    :param stood: how whoever acts saw the appointment stand; ``None`` where that doesn't matter.
    :raises Refused: one of its subclasses says why; the appointment stands as it was.
    """
    actor = Actor.of(by)
    new_start = whole_minute(new_start)
    if actor.client and (clinician or location or overbook or not tell_client):
        raise NotAllowed
    # The hours are judged before the lock, which is then held for a few statements only. Whether the place is free is
    # judged under it.
    within_hours = actor.client is None or _is_within_hours(appointment.pk, new_start, now or timezone.now())

    with locked_appointment(appointment, moving_to=clinician and clinician.pk) as appointment:
        check_unchanged(appointment, stood)
        now = now or timezone.now()
        terms = terms_of(appointment)
        policy_shown = False
        if actor.client:
            check_client_may_change(appointment, actor.client, terms, now)
            policy_shown = check_policy_shown(terms, policy_revision)
            if not within_hours or new_start == appointment.start:
                raise SlotNotOffered
        elif not appointment.holds_place:
            raise NotCurrent

        old = Place.of(appointment)
        duration, buffer = appointment.duration, appointment.buffer
        appointment.clinician = clinician or appointment.clinician
        appointment.location = location or appointment.location
        appointment.start, appointment.end = new_start, new_start + duration
        appointment.busy_until = appointment.end + buffer
        if Place.of(appointment) == old:
            raise SlotNotOffered
        put(appointment, overbook=overbook, now=now)

        conclude(
            appointment,
            AppointmentEvent.Kind.CHANGED,
            actor=actor,
            terms=terms,
            old=old,
            message=message,
            policy_shown=policy_shown,
            tell_client=tell_client,
            now=now,
        )
        return appointment


def _is_within_hours(pk: int, new_start: datetime, now: datetime) -> bool:
    appointment = with_details(Appointment.objects).get(pk=pk)
    return is_within_hours(
        appointment.clinician,
        appointment.appointment_type,
        appointment.location,
        new_start,
        ignoring=appointment,
        now=now,
    )
