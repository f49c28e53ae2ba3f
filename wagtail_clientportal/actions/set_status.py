"""Give an appointment another status: arrived, did not attend, …"""

from collections.abc import Collection
from datetime import datetime

from ..communications.reminders import arm_again
from ..diary.history import Actor, Snapshot
from ..diary.models import Appointment, AppointmentEvent
from ..practice.models import AbsenceReason, AppointmentStatus
from .refusals import NotAllowed
from .steps.operation import operation_on
from .steps.reserve_slot import reserve_slot


def set_status(
    appointment: Appointment,
    status: AppointmentStatus,
    *,
    by,
    now: datetime | None = None,
    expected: Snapshot | None = None,
    tell_client: bool = True,
    acknowledged: Collection[str] | None = None,
    reason: AbsenceReason | None = None,
) -> Appointment:
    """Give *appointment* the *status* and return it as it is then.

    A status that frees the place frees it, and while the appointment is still to come that is a cancellation, for the
    history and for whoever has to hear of it: the client would come in vain. A status that holds the place takes it
    back, if it is still free. Having the status already is no change and writes no history; a reason that is given
    later is written into the line that says when it got the status.

    :param by: who acts: a staff ``User``, or ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param expected: how whoever acts saw the appointment stand; ``None`` where that doesn't matter.
    :param tell_client: whether the client is sent a message about it.
    :param acknowledged: where the place is taken back: keys of all that is unusual about it, as far as whoever acts was
        told and wants it all the same (see ``diary.unusual``); ``None`` for no such question.
    :param reason: why the client doesn't come, which no client reads; only with a status that frees the place.
    :raises NotAllowed: for a client; for a reason with a status that holds the place.
    :raises ChangedMeanwhile: when it stands otherwise than ``expected`` by now.
    :raises SlotTaken: when the place isn't free any more.
    :raises UnusualPlace: when there is more that is unusual about it than they know.
    """
    actor = Actor.of(by)
    if actor.client or (reason and status.attending):
        raise NotAllowed
    with operation_on(appointment, actor=actor, now=now, expected=expected) as operation:
        appointment = operation.appointment
        if appointment.status_id == status.pk:
            if reason and not _write_into_history(appointment, reason):
                return operation.finish(AppointmentEvent.Kind.STATUS_CHANGED, reason=reason, tell_client=False)
            return appointment
        takes_its_place_back = status.attending and not appointment.holds_place
        is_cancelled = appointment.holds_place and not status.attending and appointment.start > operation.now
        appointment.status = status
        appointment.holds_place = status.attending
        if takes_its_place_back:
            reserve_slot(appointment, acknowledged=acknowledged, now=operation.now)
            arm_again(appointment)
        else:
            appointment.overbooked = appointment.overbooked and status.attending
            appointment.save(update_fields=["status", "holds_place", "overbooked"])
        kind = AppointmentEvent.Kind.CANCELLED if is_cancelled else AppointmentEvent.Kind.STATUS_CHANGED
        return operation.finish(kind, reason=reason, tell_client=tell_client)


def _write_into_history(appointment: Appointment, reason: AbsenceReason) -> bool:
    """Write *reason* into the line that says when *appointment* got its status; return whether there is one."""
    lines = AppointmentEvent.objects.filter(appointment=appointment, new_status=appointment.status_id)
    pk = lines.order_by("-pk").values_list("pk", flat=True).first()
    return bool(lines.filter(pk=pk).update(reason=reason))
