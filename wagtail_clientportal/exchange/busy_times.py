"""When does a calendar say that its owner is busy? Repeated entries and zones by recurring-ical-events."""

import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from math import prod
from uuid import UUID
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event, FreeBusy

from ..availability.intervals import Interval, merged
from ..availability.outside_calendar import OutsideCalendar
from .fetch import NotFetched

Problem = OutsideCalendar.Problem

AHEAD = timedelta(days=400)
MAX_SECONDS = 15  # that the repetitions of a calendar may take
MAX_TIMES = 5000  # once they are joined
# Repeated more often, an entry is no meeting but an attempt to keep us busy.
_OFTEN = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_MOST_A_DAY = 24
_FIRST_YEAR = 1970
_MINUTE = 60  # seconds


def busy_times(content: bytes, *, zone: ZoneInfo, now: datetime, ours: set[str]) -> tuple[list[Interval], int]:
    """Return when somebody is busy from *now* on, and how many entries weren't understood.

    :param content: iCalendar (RFC 5545).
    :param zone: of days, and of times that name none.
    :param now: aware datetime.
    :param ours: uids of appointments that stand in the diary here.
    :return: joined intervals of minutes since 1970-01-01 00:00 UTC.
    :raises NotFetched: it is no calendar, or too much of one.
    """
    calendar = _calendar(content)
    ends_at = time.monotonic() + MAX_SECONDS
    found, not_understood = [], 0
    for uid, entries in _by_uid(calendar).items():
        if uid.lower() in ours:
            continue
        if time.monotonic() > ends_at:
            raise NotFetched(Problem.TOO_BIG)
        try:
            found += _times(calendar, entries, zone, now)
        except Exception:  # whatever a program of somebody else's wrote: one bad entry costs none of the others
            not_understood += 1
    for published in calendar.walk("VFREEBUSY"):
        try:
            found += _published(published, zone, now)
        except Exception:  # as above
            not_understood += 1
    joined = merged(sorted(found))
    if len(joined) > MAX_TIMES:
        raise NotFetched(Problem.TOO_BIG)
    return joined, not_understood


def uids_like_ours(content: bytes) -> set[UUID]:
    """Return those of its entries' uids that could be our appointments'."""
    found = set()
    for uid in _by_uid(_calendar(content)):
        try:
            found.add(UUID(uid))
        except ValueError:
            continue
    return found


def _calendar(content: bytes) -> Calendar:
    # Also one that ends too soon: what is missing would be offered to clients.
    if b"BEGIN:VCALENDAR" not in content[:1000].upper() or not content.rstrip().upper().endswith(b"END:VCALENDAR"):
        raise NotFetched(Problem.NOT_A_CALENDAR)
    try:
        return Calendar.from_ical(content)
    except Exception as broken:
        raise NotFetched(Problem.NOT_A_CALENDAR) from broken


def _by_uid(calendar: Calendar) -> dict[str, list[Event]]:
    found = defaultdict(list)
    for number, entry in enumerate(calendar.walk("VEVENT")):
        found[str(entry.get("UID", number))].append(entry)
    return found


def _times(calendar: Calendar, entries: list[Event], zone: ZoneInfo, now: datetime) -> list[Interval]:
    alone = Calendar(dict(calendar.items()))
    alone.subcomponents = [*calendar.walk("VTIMEZONE"), *entries]
    for entry in entries:
        _check_repetition(entry)
    times = []
    for one in recurring_ical_events.of(alone).between(now - timedelta(days=1), now + AHEAD):
        start, end = _moment(one["DTSTART"].dt, zone), _moment(one["DTEND"].dt, zone)
        if end > now and _is_busy(one):
            times.append(_minutes(start, end))
    return times


def _published(entry: FreeBusy, zone: ZoneInfo, now: datetime) -> list[Interval]:
    """When a calendar says that its owner is busy without saying what with (RFC 5545, 3.6.4)."""
    periods = entry.get("FREEBUSY", [])
    times = []
    for period in periods if isinstance(periods, list) else [periods]:
        start, end = _moment(period.start, zone), _moment(period.end, zone)
        is_free = str(period.params.get("FBTYPE", "BUSY")).upper() == "FREE"
        if not is_free and start < now + AHEAD and end > max(now, start):
            times.append(_minutes(start, end))
    return times


def _minutes(start: datetime, end: datetime) -> Interval:
    """Whole ones, the begun ones with them."""
    return int(start.timestamp()) // _MINUTE, -int(-end.timestamp() // _MINUTE)


def _check_repetition(entry: Event) -> None:
    """
    :raises ValueError: working *entry* out would keep us busy for long, or for ever.
    """
    if entry.decoded("DTSTART").year < _FIRST_YEAR:
        raise ValueError("older than any diary")
    rules = entry.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = {str(one).upper() for one in rule.get("FREQ", [])}
        a_day = prod(max(1, len(rule.get(name, []))) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        if not often <= _OFTEN or a_day > _MOST_A_DAY or any(int(one) < 1 for one in rule.get("INTERVAL", [])):
            raise ValueError("repeated too often")


def _moment(said: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(said, datetime):
        said = datetime.combine(said, clock.min)
    return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)


def _is_busy(entry: Event) -> bool:
    free = str(entry.get("TRANSP", "")).upper() == "TRANSPARENT"
    free |= str(entry.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() in ("FREE", "WORKINGELSEWHERE")
    return not free and str(entry.get("STATUS", "")).upper() != "CANCELLED"
