"""How long does each clinician work in a number of periods, time off taken away?"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .intervals import Interval, merged, without
from .local_days import local_day, minute_from, minute_until
from .models import TimeOff
from .worked_hours import worked_hours

_A_DAY = timedelta(days=1)


def worked_time(
    places: Mapping[int, list[int]], zones: Mapping[int, ZoneInfo], other_zone: ZoneInfo, bounds: list[date]
) -> dict[tuple[int, int | None], list[int]]:
    """Return how many minutes each clinician works where, in each of the periods between two of *bounds*.

    What another calendar has taken counts as worked: nobody keeps it for days that are over.

    :param places: pk of a clinician → those of the locations where they are seen.
    :param zones: pk of a location → its zone.
    :param other_zone: the zone of hours at any of several locations whose zones differ.
    :param bounds: local days in order: the first day of each period, and the day after the last one.
    :return: (pk of the clinician, pk of the location) → minutes of each period. Hours at any of the clinician's
        locations are those of the only one; where there are several, the location is ``None``.
    """
    intervals: dict[tuple[int, int | None], list[Interval]] = defaultdict(list)
    clocks: dict[tuple[int, int | None], ZoneInfo] = {}
    for (clinician, day), hours in worked_hours(places.keys(), bounds[0], bounds[-1] - _A_DAY).items():
        for worked in hours:
            seen_at = [worked.location_id] if worked.location_id else places[clinician]
            key = (clinician, seen_at[0] if len(seen_at) == 1 else None)
            if key not in clocks:
                found = {zones[place] for place in seen_at}
                clocks[key] = found.pop() if len(found) == 1 else other_zone
            today = local_day(day.toordinal(), clocks[key])
            intervals[key].append((today.minute(worked.start), today.minute(worked.end)))
    time_off = _time_off(bounds)
    return {
        key: _in_periods(
            without(merged(sorted(found)), _holes(time_off, *key)),
            [local_day(day.toordinal(), clocks[key]).minute(0) for day in bounds],
        )
        for key, found in intervals.items()
    }


def _time_off(bounds: list[date]) -> list[tuple[int | None, int | None, int, int]]:
    """The time off of these days wherever they are: whose, where, and its minutes, the earliest first."""
    begins, is_over = (datetime.combine(day, time.min, UTC) for day in (bounds[0] - _A_DAY, bounds[-1] + _A_DAY))
    rows = TimeOff.objects.filter(end__gt=begins, start__lt=is_over).order_by("start")
    return [
        (clinician, location, minute_until(start), minute_from(end))
        for clinician, location, start, end in rows.values_list("clinician", "location", "start", "end")
    ]


def _holes(time_off, clinician: int, location: int | None) -> list[Interval]:
    """What of *time_off* keeps *clinician* from working there. That one of several locations is closed does not."""
    return [
        (start, end)
        for whose, where, start, end in time_off
        if whose in (None, clinician) and where in (None, location)
    ]


def _in_periods(intervals: list[Interval], starts: list[int]) -> list[int]:
    """Add up the minutes of each period between two of *starts*, within which all *intervals* lie."""
    minutes = [0] * (len(starts) - 1)
    for start, stop in intervals:
        period = bisect_right(starts, start) - 1
        while start < stop:
            end = min(stop, starts[period + 1])
            minutes[period] += end - start
            start, period = end, period + 1
    return minutes
