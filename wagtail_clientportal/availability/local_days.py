"""Which minute is it in UTC when the clocks of a place show 9:00 on a given day?

Everything here is whole minutes since 1970-01-01 00:00 UTC ("minutes"), wall-clock minutes since local midnight
("wall", 0 to 1440) and days as ``date.toordinal()`` counts them. No Django.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MINUTES_IN_A_DAY = 24 * 60


class Stretch(NamedTuple):
    """Wall times from *start* up to *stop* happen *shift* + wall minutes after the epoch."""

    start: int
    stop: int
    shift: int


class LocalDay(NamedTuple):
    """One local date. Most have a single stretch; a day on which the clocks change has two.

    A wall time in no stretch does not exist that day. One that comes twice stands for its first pass.
    """

    stretches: tuple[Stretch, ...]
    end: int  # minutes: when the next day begins

    def minute(self, wall: int) -> int:
        """Return when the clocks first reach *wall* (0 to 1440); where they skip it, when they do so."""
        for start, stop, shift in self.stretches:
            if wall < stop:
                return shift + max(wall, start)
        return self.end

    def grid(self, start: int, stop: int, step: int) -> list[range]:
        """Return when the clocks show start, start + step, … below *stop* (wall minutes), skipped times left out."""
        runs = []
        for first, last, shift in self.stretches:
            skipped = max(0, -((start - first) // step))
            run = range(shift + start + skipped * step, shift + min(stop, last), step)
            if run:
                runs.append(run)
        return runs


def minute_until(moment: datetime) -> int:
    """Return the last whole minute that is not after the aware datetime *moment*."""
    return (moment - EPOCH) // MINUTE


def minute_from(moment: datetime) -> int:
    """Return the first whole minute that is not before the aware datetime *moment*."""
    return -((EPOCH - moment) // MINUTE)


def day_of(minute: int, zone: ZoneInfo) -> int:
    """Return the local date (an ordinal) on which *minute* falls."""
    return (EPOCH + minute * MINUTE).astimezone(zone).toordinal()


# Kept for the process: a year of days in twenty zones is about a megabyte.
@lru_cache(maxsize=8192)
def local_day(day: int, zone: ZoneInfo) -> LocalDay:
    """Return the local date *day* (an ordinal) in *zone*."""
    midnight = datetime.fromordinal(day)

    def first_pass(wall: int) -> int:
        return minute_until((midnight + wall * MINUTE).replace(tzinfo=zone))

    first = first_pass(0)
    if all(first_pass(wall) - wall == first for wall in range(60, MINUTES_IN_A_DAY + 1, 60)):
        return LocalDay((Stretch(0, MINUTES_IN_A_DAY, first),), first + MINUTES_IN_A_DAY)

    # The clocks change on this day: ask about every minute of it, once.
    stretches: list[Stretch] = []
    for wall in range(MINUTES_IN_A_DAY):
        minute = first_pass(wall)
        if not _exists(midnight, wall, minute, zone):
            continue
        if stretches and stretches[-1].stop == wall and stretches[-1].shift == minute - wall:
            stretches[-1] = stretches[-1]._replace(stop=wall + 1)
        else:
            stretches.append(Stretch(wall, wall + 1, minute - wall))
    end = first_pass(MINUTES_IN_A_DAY)
    if not _exists(midnight, MINUTES_IN_A_DAY, end, zone):  # skipped too: the day ends where the clocks jump
        end = stretches[-1].shift + stretches[-1].stop if stretches else first
    return LocalDay(tuple(stretches), end)


def _exists(midnight: datetime, wall: int, minute: int, zone: ZoneInfo) -> bool:
    shown = (EPOCH + minute * MINUTE).astimezone(zone).replace(tzinfo=None)
    return shown == midnight + wall * MINUTE
