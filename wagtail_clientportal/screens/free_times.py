"""Free times, from whole minutes to days, weeks and a month that a template can draw. No database.

Integers stay integers until they are printed: a zone is asked once a local day, and words come from a table.
"""

import calendar
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from ..availability.local_days import MINUTES_IN_A_DAY
from ..practice.dates import day_in_words, time_in_words

WEEK = timedelta(days=7)
NOON, EVENING = 12 * 60, 17 * 60
# key → its name, and when it begins and ends, in minutes since local midnight
PARTS = {
    "morning": (pgettext_lazy("part of a day", "Morning"), 0, NOON),
    "afternoon": (pgettext_lazy("part of a day", "Afternoon"), NOON, EVENING),
    "evening": (pgettext_lazy("part of a day", "Evening"), EVENING, MINUTES_IN_A_DAY),
}
_EPOCH = date(1970, 1, 1)
_UTC_ZONE = ZoneInfo("UTC")


@dataclass
class Day:
    """One local date and its free starts: pairs (minutes since 1970 UTC, minutes since local midnight)."""

    date: date
    starts: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Time:
    """One time to choose: ``start`` as the URL carries it, in ISO 8601 and UTC."""

    start: str
    label: str


@dataclass(frozen=True)
class Part:
    """Morning, afternoon or evening of a day."""

    name: str
    count: str
    times: list[Time]


@dataclass(frozen=True)
class MonthDay:
    """A cell of the month: ``count`` free times, in words in ``label``; ``number`` is ``None`` outside the month."""

    number: int | None
    date: date | None
    count: int = 0
    label: str = ""
    is_chosen: bool = False


def by_day(minutes: Iterable[int], zone: ZoneInfo) -> list[Day]:
    """Group sorted starts, in minutes since 1970-01-01 00:00 UTC, by their date in *zone*."""
    days: list[Day] = []
    day_ends, offset = None, None
    for minute in minutes:
        if day_ends is None or minute >= day_ends:
            local = datetime.fromtimestamp(minute * 60, zone)
            days.append(Day(local.date()))
            day_ends, offset = _end_and_offset(local.date(), zone)
        of_day = _minutes_of_day(minute, zone) if offset is None else (minute + offset) % MINUTES_IN_A_DAY
        days[-1].starts.append((minute, of_day))
    return days


def week_from(days: list[Day], first: date) -> list[Day]:
    """The days with free times among the seven that begin with *first*."""
    index = bisect_left(days, first, key=lambda day: day.date)
    return [day for day in days[index : index + 7] if day.date < first + WEEK]


def parts_of(day: Day) -> list[Part]:
    """Put a day's times under morning, afternoon and evening; a part without any is left out."""
    parts = []
    for name, begins, ends in PARTS.values():
        times = [Time(iso(minute), label(of_day)) for minute, of_day in day.starts if begins <= of_day < ends]
        if times:
            parts.append(Part(str(name), count_in_words(len(times)), times))
    return parts


def part_of(of_day: int) -> str:
    """Return the key of the part of the day to which a start (minutes since local midnight) belongs."""
    return next(key for key, (_name, begins, ends) in PARTS.items() if begins <= of_day < ends)


def month_of(days: list[Day], year: int, month: int, chosen: date) -> list[list[MonthDay]]:
    """The weeks of a month as rows of seven cells, beginning on the language's first day of the week."""
    counts = {day.date: len(day.starts) for day in days}
    weeks = calendar.Calendar(first_weekday()).monthdatescalendar(year, month)
    return [[_cell(one, month, counts, chosen) for one in week] for week in weeks]


def first_weekday() -> int:
    """The language's first day of the week, 0 for Monday."""
    return (formats.get_format("FIRST_DAY_OF_WEEK") + 6) % 7


def count_in_words(count: int) -> str:
    return _count(count, get_language())


# A day has no more starts than minutes.
@lru_cache(maxsize=MINUTES_IN_A_DAY)
def _count(count: int, language: str | None) -> str:
    return ngettext("%(count)d time", "%(count)d times", count) % {"count": count}


def iso(minute: int) -> str:
    """Return *minute* (since 1970 UTC) as "2026-12-01T14:30:00Z"."""
    days, of_day = divmod(minute, MINUTES_IN_A_DAY)
    hour, rest = divmod(of_day, 60)
    return f"{_EPOCH + timedelta(days=days)}T{hour:02}:{rest:02}:00Z"


def label(of_day: int) -> str:
    """Return minutes since local midnight as people say it: "2:30pm"."""
    return _label(of_day, get_language())


@lru_cache(maxsize=16 * MINUTES_IN_A_DAY)
def _label(of_day: int, language: str | None) -> str:
    return time_in_words(datetime(2000, 1, 1, *divmod(of_day, 60), tzinfo=UTC), _UTC_ZONE)


def _cell(one: date, month: int, counts: dict[date, int], chosen: date) -> MonthDay:
    if one.month != month:
        return MonthDay(None, None)
    count = counts.get(one, 0)
    words = _free_on(one, count, get_language())
    return MonthDay(one.day, one, count, words, is_chosen=one == chosen)


# Every client's page of a month names the same days.
@lru_cache(maxsize=4096)
def _free_on(day: date, count: int, language: str | None) -> str:
    return _("%(day)s, %(count)s free") % {"day": day_in_words(day), "count": count_in_words(count)}


def _end_and_offset(day: date, zone: ZoneInfo) -> tuple[int, int | None]:
    """When a local date ends (minutes since 1970 UTC), and the zone's offset (minutes), ``None`` where it changes."""
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    tomorrow = day + timedelta(days=1)
    ends = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    offset = begins.utcoffset()
    same = offset == ends.utcoffset()
    return int(ends.timestamp()) // 60, int(offset.total_seconds()) // 60 if same else None


def _minutes_of_day(minute: int, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(minute * 60, zone)
    return local.hour * 60 + local.minute
