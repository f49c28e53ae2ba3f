"""A week of free times, as staff are shown them beside the form."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.core.exceptions import ValidationError

from ..diary.free_slots import find_free_slots
from ..practice.dates import zone_in_words
from .local_time import clock, day, start_of_day, validate_day

DAYS = 7


@dataclass(frozen=True)
class FreeDay:
    day: str
    times: list[tuple[str, str]]  # what the button sends, and what it says


@dataclass(frozen=True)
class FreeWeek:
    """``earlier`` and ``later`` are the first days of the weeks beside it, as ISO dates; "" for none."""

    days: list[FreeDay]
    first: str
    last: str
    earlier: str
    later: str
    zone: str


def free_week(clinician, appointment_type, location, around: date | None, *, ignoring, now: datetime) -> FreeWeek:
    """Return the free times of the seven local days that begin with *around*, or with today where that is later.

    :param ignoring: the appointment that is being moved, if any.
    :param now: aware datetime.
    """
    zone = location.zone
    today = now.astimezone(zone).date()
    first = max(around or today, today)
    start, end = start_of_day(first, zone), start_of_day(first + timedelta(days=DAYS), zone)
    found = find_free_slots([clinician], appointment_type, location, start, end, ignoring=ignoring, now=now)
    starts = [datetime.fromtimestamp(minute * 60, UTC) for minute in found[clinician.pk]]
    return FreeWeek(
        days=[
            FreeDay(name, [(_as_sent(one, zone), clock(one, zone)) for one in ones])
            for name, ones in groupby(starts, key=lambda one: day(one, zone))
        ],
        first=day(start, zone),
        last=day(end - timedelta(minutes=1), zone),
        earlier=max(first - timedelta(days=DAYS), today).isoformat() if first > today else "",
        later=(first + timedelta(days=DAYS)).isoformat(),
        zone=zone_in_words(zone),
    )


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
