"""Save an appointment in its slot, under the diary lock, if that is free."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError

from ...diary.models import Appointment
from ...diary.queries import LONGEST, is_taken
from ...diary.unusual import unusual
from ..refusals import SlotNotOffered, SlotTaken, UnusualPlace


def reserve_slot(
    appointment: Appointment, *, overbook: bool = False, acknowledged: Collection[str] | None = None, now: datetime
) -> None:
    """Save *appointment* where it now stands, if that place is free.

    :param overbook: save it over other appointments too, and mark it as overbooked when there are any.
    :param acknowledged: keys of all that is unusual about the place, as far as whoever acts was told and wants it all
        the same, also over other appointments; ``None`` where nobody asks for more than a free place.
    :raises UnusualPlace: when there is more that is unusual than they know.
    :raises SlotTaken: when the place isn't free.
    :raises SlotNotOffered: when with its buffer it is longer than 24 hours.
    """
    if appointment.busy_until - appointment.start > LONGEST:
        raise SlotNotOffered
    if acknowledged is not None:
        found = unusual(appointment, now=now)
        if any(one.key not in acknowledged for one in found):
            raise UnusualPlace(appointment=appointment, found=found)
        overbook = True
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
