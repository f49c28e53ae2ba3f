"""An appointment's place in the diary, under the diary lock: is it what somebody saw, and may it be this one?"""

from datetime import datetime

from django.db import IntegrityError

from ..diary.history import Place
from ..diary.models import Appointment
from ..diary.queries import LONGEST, is_taken
from .refusals import ChangedMeanwhile, SlotNotOffered, SlotTaken


def check_unchanged(appointment: Appointment, stood: Place | None) -> None:
    """
    :param appointment: as it is under the lock.
    :param stood: how whoever acts saw it; ``None`` where that doesn't matter.
    :raises ChangedMeanwhile: where it stands otherwise by now.
    """
    if stood is not None and Place.of(appointment) != stood:
        raise ChangedMeanwhile


def put(appointment: Appointment, *, overbook: bool, now: datetime) -> None:
    """Save *appointment* where it now stands, if that place is free.

    :param overbook: save it over other appointments too, and mark it as overbooked when there are any.
    :raises SlotTaken: when the place isn't free.
    :raises SlotNotOffered: when with its buffer it is longer than 24 hours.
    """
    if appointment.busy_until - appointment.start > LONGEST:
        raise SlotNotOffered
    taken = is_taken(
        appointment.clinician_id, appointment.start, appointment.busy_until, ignoring=appointment.pk, now=now
    )
    if taken and not overbook:
        raise SlotTaken
    appointment.overbooked = taken
    try:
        appointment.save()
    except IntegrityError as error:
        # PostgreSQL's second wall: somebody wrote to the diary without the lock.
        if "cp_appointment_no_double_booking" in str(error):
            raise SlotTaken from error
        raise
