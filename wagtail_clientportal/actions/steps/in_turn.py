"""Who sees somebody who doesn't mind by whom? Whoever has least to do that day."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.db.models import Count

from ...availability.local_days import MINUTE, minute_until
from ...diary.free_slots import find_free_slots
from ...diary.models import Appointment
from ...practice.models import AppointmentType, Clinician, Location


def in_turn(
    clinicians: Collection[Clinician],
    appointment_type: AppointmentType,
    location: Location,
    start: datetime,
    *,
    own_holds: Collection[str] = (),
    now: datetime,
) -> list[Clinician]:
    """Return those of *clinicians* who are free at *start*: who has the fewest appointments that day comes first, of
    those with as many who comes first by name.

    Nothing is locked: whoever books tries one after the other under the lock of their diary.

    :param start: aware datetime, a whole minute.
    :param own_holds: keys of the holds of whoever asks; they don't stand in their own way.
    :param now: aware datetime.
    """
    end = start + appointment_type.duration_minutes * MINUTE
    free = find_free_slots(clinicians, appointment_type, location, start, end, own_holds=own_holds, now=now)
    found = [one for one in clinicians if minute_until(start) in free[one.pk]]
    return by_load(found, location, start) if len(found) > 1 else found


def by_load(clinicians: Collection[Clinician], location: Location, start: datetime) -> list[Clinician]:
    """Return *clinicians*, free or not: first who has the fewest appointments on the local day of *start* (aware)."""
    busy = _appointments_on_the_day(clinicians, location, start)
    return sorted(clinicians, key=lambda one: (busy.get(one.pk, 0), one.name, one.pk))


def _appointments_on_the_day(clinicians: Collection[Clinician], location: Location, start: datetime) -> dict[int, int]:
    day = location.local(start).date()
    begins = datetime.combine(day, time(), location.zone)
    ends = datetime.combine(day + timedelta(days=1), time(), location.zone)
    counted = Appointment.objects.filter(
        clinician__in=clinicians, holds_place=True, start__gte=begins, start__lt=ends
    ).order_by()
    return dict(counted.values_list("clinician").annotate(Count("pk")))
