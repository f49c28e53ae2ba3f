"""How soon and how far ahead: elapsed time, whole local days, calendar months."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wagtail_clientportal.policies.offered_period import earliest_start, latest_end

LONDON = ZoneInfo("Europe/London")


def at(*moment, zone=LONDON):
    return datetime(*moment, tzinfo=zone)


def earliest(now, lead_time=timedelta(0), lead_days=0, zone=LONDON):
    return earliest_start(lead_time=lead_time, lead_days=lead_days, zone=zone, now=now)


def end(now, days=None, months=None, zone=LONDON):
    return latest_end(horizon_days=days, horizon_months=months, zone=zone, now=now)


@pytest.mark.parametrize(
    ("lead_time", "lead_days", "expected"),
    [
        (timedelta(0), 0, at(2026, 11, 23, 16)),
        (timedelta(hours=2), 0, at(2026, 11, 23, 18)),
        (timedelta(0), 1, at(2026, 11, 24)),
        (timedelta(hours=2), 1, at(2026, 11, 24)),  # the later of both counts
        (timedelta(hours=10), 1, at(2026, 11, 24, 2)),
        (timedelta(0), 7, at(2026, 11, 30)),
    ],
)
def test_the_later_of_the_lead_time_and_the_whole_days_counts(lead_time, lead_days, expected):
    assert earliest(at(2026, 11, 23, 16), lead_time, lead_days) == expected


def test_tomorrow_begins_by_the_locations_clocks():
    now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    auckland = ZoneInfo("Pacific/Auckland")  # there it is Tuesday already
    assert earliest(now, lead_days=1) == at(2026, 11, 24)
    assert earliest(now, lead_days=1, zone=auckland) == at(2026, 11, 25, zone=auckland)


def test_a_lead_time_over_a_clock_change_is_elapsed_time():
    before = at(2026, 10, 24, 12)  # the clocks go back that night
    assert earliest(before, timedelta(hours=24)) == at(2026, 10, 25, 11)
    assert earliest(before, lead_days=1) == at(2026, 10, 25)


def test_days_are_twenty_four_hours_each():
    assert end(at(2026, 11, 23, 16), days=2) == at(2026, 11, 25, 16)


@pytest.mark.parametrize(
    ("today", "months", "last_day_gone"),
    [
        ((2026, 11, 25), 1, (2026, 12, 25)),  # up to and including the 24th
        ((2026, 12, 25), 1, (2027, 1, 25)),
        ((2026, 11, 25), 14, (2028, 1, 25)),
        ((2027, 1, 31), 1, (2027, 3, 1)),  # February has no 31st: up to and including its last
        ((2028, 1, 30), 1, (2028, 3, 1)),
        ((2028, 1, 29), 1, (2028, 2, 29)),
        ((2026, 10, 31), 1, (2026, 12, 1)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
    ],
)
def test_a_month_ends_with_the_day_before_the_same_day(today, months, last_day_gone):
    assert end(at(*today, 16), days=60, months=months) == at(*last_day_gone)


def test_with_neither_days_nor_months_nothing_is_offered():
    now = at(2026, 11, 23, 16)
    assert end(now) == now


def test_a_day_that_begins_late_because_of_a_clock_change_still_begins():
    beirut = ZoneInfo("Asia/Beirut")  # at midnight on 29 March 2026 the clocks jump to 1:00
    assert earliest(at(2026, 3, 28, 12, zone=beirut), lead_days=1, zone=beirut) == at(2026, 3, 29, 1, zone=beirut)
