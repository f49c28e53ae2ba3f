"""How soon, and how far ahead, may a time be offered? Pure: plain values and ``now`` in, two moments out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def earliest_start(*, lead_time: timedelta, lead_days: int, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the first moment (aware, UTC) at which an appointment may start.

    :param lead_time: elapsed time from now.
    :param lead_days: whole local days: with 1 nothing is offered before tomorrow. The later of both counts.
    :param now: aware datetime.
    """
    soonest = now.astimezone(UTC) + lead_time
    if not lead_days:
        return soonest
    return max(soonest, _midnight(_today(zone, now) + timedelta(days=lead_days), zone))


def latest_end(*, horizon_days: int | None, horizon_months: int | None, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment (aware, UTC) by which an appointment has to be over.

    Days are 24 hours each, counted from now. Months are the calendar's, and end with the day before the same day of
    the month; where that month has no such day, with its last.

    :param horizon_months: counts instead of the days, if given. With neither nothing is offered.
    :param now: aware datetime.
    """
    if horizon_months:
        return _midnight(_months_later(_today(zone, now), horizon_months), zone)
    return now.astimezone(UTC) + timedelta(days=horizon_days or 0)


def _today(zone: ZoneInfo, now: datetime) -> date:
    return now.astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _months_later(day: date, months: int) -> date:
    first = _first_of_month(day, months)
    same_day = first + timedelta(days=day.day - 1)
    return min(same_day, _first_of_month(first, 1))


def _first_of_month(day: date, later: int) -> date:
    years, month = divmod(day.month - 1 + later, 12)
    return date(day.year + years, month + 1, 1)
