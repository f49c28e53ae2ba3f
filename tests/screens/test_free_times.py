from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.screens import free_times

LONDON = ZoneInfo("Europe/London")


def _minute(*when) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp()) // 60


@given(
    st.lists(st.integers(_minute(2027, 3, 20), _minute(2027, 11, 10)), unique=True, max_size=60),
    st.sampled_from(["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"]),
)
def test_days_and_minutes_of_the_day_are_what_the_clocks_show(minutes, zone):
    zone = ZoneInfo(zone)
    found = [
        (day.date, minute, of_day) for day in free_times.by_day(sorted(minutes), zone) for minute, of_day in day.starts
    ]
    local = [datetime.fromtimestamp(minute * 60, zone) for minute in sorted(minutes)]
    assert found == [
        (one.date(), minute, one.hour * 60 + one.minute) for one, minute in zip(local, sorted(minutes), strict=True)
    ]


def test_each_local_date_is_one_day_even_when_it_has_25_hours():
    minutes = [
        _minute(2027, 10, 30, 23),
        _minute(2027, 10, 31, 9),
        _minute(2027, 10, 31, 23, 30),
        _minute(2027, 11, 1, 9),
    ]
    assert [(day.date, len(day.starts)) for day in free_times.by_day(minutes, LONDON)] == [
        (date(2027, 10, 31), 3),
        (date(2027, 11, 1), 1),
    ]


def test_a_start_is_written_as_iso_8601_in_utc():
    assert free_times.iso(_minute(2026, 12, 1, 14, 30)) == "2026-12-01T14:30:00Z"


@pytest.mark.parametrize(("of_day", "words"), [(0, "midnight"), (9 * 60 + 5, "9:05am"), (12 * 60, "midday")])
def test_a_time_is_said_as_people_say_it(of_day, words):
    with override("en-gb"):
        assert free_times.label(of_day) == words


def test_another_language_gets_its_own_clock():
    with override("en-gb"):
        free_times.label(14 * 60 + 30)
    with override("fr"):
        assert free_times.label(14 * 60 + 30) == "14:30"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-gb", "Tuesday 1 December, 0 times free"),
        ("en", "Tuesday 1 December, 0 times free"),
        ("en-us", "Tuesday, December 1, 0 times free"),
    ],
)
def test_a_day_is_said_as_its_language_says_dates(language, words):
    with override(language):
        cells = [cell for row in free_times.month_of([], 2026, 12, date(2026, 12, 1)) for cell in row]
        assert next(cell.label for cell in cells if cell.number == 1) == words


def test_the_week_begins_where_the_language_has_it():
    with override("en-us"):
        row = free_times.month_of([], 2026, 12, date(2026, 12, 1))[0]
        assert [cell.number for cell in row] == [None, None, 1, 2, 3, 4, 5]
    with override("en-gb"):
        row = free_times.month_of([], 2026, 12, date(2026, 12, 1))[0]
        assert [cell.number for cell in row] == [None, 1, 2, 3, 4, 5, 6]
