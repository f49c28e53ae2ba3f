"""When does each clinician work on given days, and where? Whatever is arranged then."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, time, timedelta
from typing import NamedTuple

from django.db.models import Q

from .hours import TimetabledHours, WorkingHours
from .local_days import MINUTES_IN_A_DAY


class Worked(NamedTuple):
    """One reach of somebody's day, in wall-clock minutes since local midnight (0 to 1440)."""

    start: int
    end: int
    location_id: int | None  # None: at any of the clinician's locations


def worked_hours(clinician_ids: Collection[int], first: date, last: date) -> dict[tuple[int, date], list[Worked]]:
    """Return what each clinician works on each local date from *first* to *last*, the earliest first.

    Hours that are timetabled for a date stand in for all the weekly ones.

    :param clinician_ids: pks.
    :return: (pk, date) → hours; what isn't there is a day off.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    timetabled = defaultdict(list)
    rows = TimetabledHours.objects.filter(clinician__in=clinician_ids, date__gte=first, date__lte=last)
    for pk, day, *hours in rows.values_list("clinician", "date", "start", "end", "location"):
        timetabled[pk, day].append(_worked(*hours))
    weekly = defaultdict(list)
    rows = WorkingHours.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=last),
        Q(valid_until=None) | Q(valid_until__gte=first),
        clinician__in=clinician_ids,
    )
    fields = ("clinician", "weekday", "valid_from", "valid_until", "start", "end", "location")
    for pk, weekday, since, until, *hours in rows.values_list(*fields):
        for day in days:
            if day.weekday() == weekday and (since or day) <= day <= (until or day) and (pk, day) not in timetabled:
                weekly[pk, day].append(_worked(*hours))
    return {key: sorted(hours, key=lambda one: one[:2]) for key, hours in (timetabled | weekly).items()}


def _worked(start: time, end: time, location_id: int | None) -> Worked:
    return Worked(_minutes(start), _minutes(end) or MINUTES_IN_A_DAY, location_id)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
