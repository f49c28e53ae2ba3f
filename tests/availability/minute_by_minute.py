"""The same question answered the slow way: look at the clock every minute. Shares no code with the app.

Minutes are whole minutes since 1970-01-01 00:00 UTC; wall times are minutes since local midnight, 1440 its end.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

ONE_MINUTE = timedelta(minutes=1)


def utc_minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


@cache
def clock_around(zone: str, day: date) -> tuple[list[int], list[datetime]]:
    """What the clocks show every minute from a day and a half before noon UTC of *day* to as long after it."""
    noon = datetime.combine(day, time(12), UTC)
    moments = [noon + minute * ONE_MINUTE for minute in range(-36 * 60, 36 * 60)]
    shown = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in moments]
    return [utc_minute(moment) for moment in moments], shown


def wall_clock(day: date, wall: int) -> datetime:
    return datetime.combine(day, time()) + wall * ONE_MINUTE


@cache
def latest_shown(zone: str, day: date) -> list[datetime]:
    """The latest time that the clocks have shown so far, every minute."""
    return list(accumulate(clock_around(zone, day)[1], max))


def first_reached(zone: str, day: date, wall: int) -> int:
    """When the clocks first show that time, or jump past it."""
    minutes, _shown = clock_around(zone, day)
    return minutes[bisect_left(latest_shown(zone, day), wall_clock(day, wall))]


def first_shown(zone: str, day: date, wall: int) -> int | None:
    """When the clocks first show that time; ``None`` where they never do."""
    minutes, shown = clock_around(zone, day)
    index = bisect_left(latest_shown(zone, day), wall_clock(day, wall))
    return minutes[index] if shown[index] == wall_clock(day, wall) else None


def bookable_starts(
    zone: str,
    hours: dict[date, list[tuple[int, int]]],
    busy: list[tuple[int, int]],
    time_off: list[tuple[int, int]],
    *,
    duration: int,
    buffer: int,
    step: int,
    earliest: int,
    latest_end: int,
) -> list[int]:
    """*hours* are wall times by local date, the rest is in minutes."""
    worked, offered = set(), set()
    for day, intervals in hours.items():
        for start, end in intervals:
            worked.update(range(first_reached(zone, day, start), first_reached(zone, day, end)))
            offered.update(first_shown(zone, day, wall) for wall in range(start, end, step))
    offered.discard(None)
    for start, end in time_off:
        worked.difference_update(range(start, end))
    taken = {minute for start, end in busy for minute in range(start, end)}
    return [
        start
        for start in sorted(offered)
        if start >= earliest
        and start + duration <= latest_end
        and all(minute in worked for minute in range(start, start + duration))
        and not any(minute in taken for minute in range(start, start + duration + buffer))
    ]
