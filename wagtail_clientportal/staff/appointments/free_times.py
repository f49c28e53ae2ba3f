"""A week of free times, as staff are shown them beside the form."""

from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from itertools import groupby

from django.core.exceptions import ValidationError

from ...diary.free_slots import find_free_slots
from ...practice.dates import zone_where_it_differs
from ...practice.wall_clock import validate_day
from ..common.local_time import clock, day, start_of_day
from .unusual_sentences import why_never_free

DAYS = 7
_MONTH = timedelta(days=30)
_LONGEST = timedelta(days=1)  # an appointment that begins on the last day is looked at, too


@dataclass(frozen=True)
class FreeDay:
    day: str
    times: list[tuple[str, str]]  # what the button sends, and what it says


@dataclass(frozen=True)
class FreeWeek:
    """``earlier`` and ``later`` are the first days of the weeks beside it, as ISO dates; "" for none.

    ``never`` says why there are no free times in any week, a sentence each.
    """

    days: list[FreeDay]
    never: list[str]
    first: str
    last: str
    earlier: str
    later: str
    zone: str


def free_week(clinicians, appointment_type, location, around: date | None, *, ignoring, now: datetime) -> FreeWeek:
    """Return the free times of the seven local days that begin with *around*, or with today where that is later.

    :param clinicians: of whom one has to be free.
    :param ignoring: the appointment that is being moved, if any.
    :param now: aware datetime.
    """
    zone = location.zone
    today = now.astimezone(zone).date()
    first = max(around or today, today)
    start, end = start_of_day(first, zone), start_of_day(first + timedelta(days=DAYS), zone)
    starts = _free_starts(clinicians, appointment_type, location, start, end, ignoring=ignoring, now=now)
    return FreeWeek(
        days=[
            FreeDay(name, [(_as_sent(one, zone), clock(one, zone)) for one in ones])
            for name, ones in groupby(starts, key=lambda one: day(one, zone))
        ],
        # Of several, all of whom do it there, one may be free in another week.
        never=why_never_free(clinicians[0], appointment_type, location) if len(clinicians) == 1 else [],
        first=day(start, zone),
        last=day(end - timedelta(minutes=1), zone),
        earlier=max(first - timedelta(days=DAYS), today).isoformat() if first > today else "",
        later=(first + timedelta(days=DAYS)).isoformat(),
        zone=zone_where_it_differs(zone),
    )


def next_free(clinicians, appointment_type, location, after: datetime | None, *, ignoring, now) -> datetime | None:
    """Return the local start of the first free time after *after* (aware), or after *now* where that is later or
    nothing is given; ``None`` where there is none within half a year. Parameters as for ``free_week``."""
    begin = max(after + timedelta(minutes=1), now) if after else now
    for month in range(6):
        start, end = begin + month * _MONTH, begin + (month + 1) * _MONTH + _LONGEST
        if found := _free_starts(clinicians, appointment_type, location, start, end, ignoring=ignoring, now=now):
            return found[0].astimezone(location.zone).replace(tzinfo=None)
    return None


def weeks_later(start: datetime) -> datetime | None:
    """Return the same local time two weeks after *start*; ``None`` beyond the days that a form takes."""
    return as_received((start + timedelta(weeks=2)).isoformat()) if start.year < MAXYEAR else None


def _free_starts(clinicians, appointment_type, location, start, end, *, ignoring, now) -> list[datetime]:
    """What is free for one of *clinicians*; what binds clients alone, lead time and horizon, isn't looked at."""
    found = find_free_slots(
        clinicians, appointment_type, location, start, end, ignoring=ignoring, now=now, within_offer=False
    )
    return [datetime.fromtimestamp(minute * 60, UTC) for minute in sorted(set().union(*found.values()))]


def _as_sent(start: datetime, zone) -> str:
    return start.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def as_received(text: str) -> datetime | None:
    """Return the local day or moment that a button sent; ``None`` for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        validate_day(moment.date())
    except (ValueError, ValidationError):
        return None
    return moment.replace(tzinfo=None)
