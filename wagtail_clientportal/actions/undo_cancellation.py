"""Take a cancellation back that the client made a moment ago: the same appointment, booked again."""

from datetime import datetime

from ..communications.reminders import arm_again
from ..conf import settings
from ..diary.history import Actor
from ..diary.models import Appointment, AppointmentEvent
from ..practice.models import AppointmentStatus, Client
from .refusals import NotCurrent
from .steps.operation import operation_on
from .steps.permitted import check_client_is_known, check_rate_limit
from .steps.reserve_slot import reserve_slot
from .steps.site_veto import Action, check_site_permits


def undo_cancellation(appointment: Appointment, *, by: Client, now: datetime | None = None) -> Appointment:
    """Book *appointment* again where it was, if that place is still free, and return it as it is then.

    :param appointment: which one; its state in memory doesn't matter.
    :param by: its client.
    :param now: aware datetime; by default the clock, read under the lock.
    :raises NotCurrent: when it wasn't this client who cancelled it, or too long ago, or it has begun.
    :raises SlotTaken: when somebody else has the place by now.
    :raises Refused: another of its subclasses says why; it stays cancelled.
    """
    with operation_on(appointment, actor=Actor.of(by), now=now, expected=None) as operation:
        appointment = operation.appointment
        check_client_is_known(appointment, by, operation.terms)
        cancellation = last_cancellation(appointment, operation.now)
        if cancellation is None:
            raise NotCurrent
        check_rate_limit(by, operation.now)
        check_site_permits(Action.BOOK, client=by, appointment=None, start=appointment.start, now=operation.now)
        appointment.status = _status_before(cancellation)
        appointment.holds_place = True
        reserve_slot(appointment, now=operation.now)
        arm_again(appointment)
        return operation.finish(AppointmentEvent.Kind.BOOKED)


def last_cancellation(appointment: Appointment, now: datetime) -> AppointmentEvent | None:
    """Return the client's cancellation of *appointment*, if it is the last that happened and can be taken back.

    :param now: aware datetime.
    """
    if appointment.holds_place or appointment.start <= now:
        return None
    last = AppointmentEvent.objects.filter(appointment_id=appointment.pk).order_by("-pk").first()
    if last is None or (last.kind, last.by_kind) != (AppointmentEvent.Kind.CANCELLED, AppointmentEvent.By.CLIENT):
        return None
    return last if now < last.at + settings.UNDO_CANCELLATION else None


def _status_before(cancellation: AppointmentEvent) -> AppointmentStatus:
    before = cancellation.old_status
    return before if before and before.attending else AppointmentStatus.for_new_appointments()
