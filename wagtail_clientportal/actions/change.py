"""Move an appointment to another time; staff also to another clinician or location."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from ..diary.history import Actor, Snapshot
from ..diary.models import Appointment, AppointmentEvent
from ..diary.queries import with_details
from .refusals import NotAllowed, NotCurrent, SlotNotOffered
from .steps.offered import why_not_offered
from .steps.operation import Note, operation_on
from .steps.permitted import check_client_may_change, check_policy_shown
from .steps.reserve_slot import reserve_slot
from .steps.site_veto import Action, check_site_permits
from .steps.starts import whole_minute


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
    expected: Snapshot | None = None,
    acknowledged: Collection[str] | None = None,
    words: str = "",
    note: Note | None = None,
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
    :param expected: how whoever acts saw the appointment stand; ``None`` where that doesn't matter.
    :param acknowledged: staff only: keys of all that is unusual about the place, as far as whoever acts was told and
        wants it all the same (see ``diary.unusual``); ``None`` for no such question.
    :param words: staff only: what the clinic says to the client along with it (plain text).
    :param note: staff only: is handed the line of history, within the transaction.
    :raises Refused: one of its subclasses says why; the appointment stands as it was.
    """
    actor = Actor.of(by)
    new_start = whole_minute(new_start)
    if actor.client and (
        clinician or location or overbook or words or note or acknowledged is not None or not tell_client
    ):
        raise NotAllowed
    # The hours are judged before the lock, which is then held for a few statements only. Whether the place is free is
    # judged under it.
    fault = actor.client and _why_not_offered(appointment.pk, new_start, now or timezone.now())

    moving_to = clinician and clinician.pk
    with operation_on(appointment, actor=actor, now=now, expected=expected, moving_to=moving_to) as operation:
        appointment = operation.appointment
        if operation.client:
            check_client_may_change(appointment, operation.client, operation.terms, operation.now)
            operation.policy_shown = check_policy_shown(operation.terms, policy_revision)
            if fault or new_start == appointment.start:
                raise fault or SlotNotOffered
            check_site_permits(
                Action.CHANGE, client=operation.client, appointment=appointment, start=new_start, now=operation.now
            )
        elif not appointment.holds_place:
            raise NotCurrent

        appointment.move(new_start, clinician=clinician, location=location)
        if Snapshot.of(appointment) == operation.old:
            raise SlotNotOffered
        reserve_slot(appointment, overbook=overbook, acknowledged=acknowledged, now=operation.now)
        return operation.finish(
            AppointmentEvent.Kind.CHANGED, message=message, words=words, tell_client=tell_client, note=note
        )


def _why_not_offered(pk: int, new_start: datetime, now: datetime) -> SlotNotOffered | None:
    appointment = with_details(Appointment.objects).get(pk=pk)
    return why_not_offered(
        appointment.clinician,
        appointment.appointment_type,
        appointment.location,
        new_start,
        ignoring=appointment,
        now=now,
    )
