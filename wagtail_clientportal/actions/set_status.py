"""Give an appointment another status: arrived, did not attend, …"""

from datetime import datetime

from django.utils import timezone

from ..communications.reminders import arm_again
from ..diary.history import Actor, Place
from ..diary.lock import locked_appointment
from ..diary.models import Appointment, AppointmentEvent
from ..practice.models import AppointmentStatus
from .conclude import conclude
from .permitted import terms_of
from .place import check_unchanged, put
from .refusals import NotAllowed


def set_status(
    appointment: Appointment, status: AppointmentStatus, *, by, now: datetime | None = None, stood: Place | None = None
) -> Appointment:
    """Give *appointment* the *status* and return it as it is then.

    A status that frees the place frees it; one that holds it takes it back, if it is still free. Having the status
    already is no change and writes no history.

    :param by: who acts: a staff ``User``, or ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param stood: how whoever acts saw the appointment stand; ``None`` where that doesn't matter.
    :raises NotAllowed: for a client.
    :raises ChangedMeanwhile: when it stands otherwise than ``stood`` by now.
    :raises SlotTaken: when the place isn't free any more.
    """
    actor = Actor.of(by)
    if actor.client:
        raise NotAllowed
    with locked_appointment(appointment) as appointment:
        check_unchanged(appointment, stood)
        now = now or timezone.now()
        if appointment.status_id == status.pk:
            return appointment
        old = Place.of(appointment)
        takes_its_place_back = status.attending and not appointment.holds_place
        appointment.status = status
        appointment.holds_place = status.attending
        if takes_its_place_back:
            put(appointment, overbook=False, now=now)
            arm_again(appointment)
        else:
            appointment.overbooked = appointment.overbooked and status.attending
            appointment.save(update_fields=["status", "holds_place", "overbooked"])
        terms = terms_of(appointment)
        conclude(
            appointment,
            AppointmentEvent.Kind.STATUS_CHANGED,
            actor=actor,
            terms=terms,
            old=old,
            tell_client=True,
            now=now,
        )
        return appointment
