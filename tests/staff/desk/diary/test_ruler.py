from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from wagtail_clientportal.availability.local_days import minute_until
from wagtail_clientportal.staff.desk.diary.ruler import Ruler

LONDON = ZoneInfo("Europe/London")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # the clocks change at 1:00 UTC


def at(text):
    return minute_until(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_a_line_is_a_minute_since_midnight():
    day = date(2027, 7, 1)
    ruler = Ruler([day], LONDON)
    assert (ruler.line(at("2027-06-30 23:00"), day), ruler.line(at("2027-07-01 08:30"), day)) == (0, 9 * 60 + 30)
    assert ruler.lines == 24 * 60


def test_what_reaches_beyond_the_day_is_cut_off_at_its_edge():
    day = date(2027, 7, 1)
    ruler = Ruler([day], LONDON)
    assert ruler.line(at("2027-06-30 20:00"), day) == 0
    assert ruler.line(at("2027-07-02 05:00"), day) == 24 * 60


def test_the_hour_that_comes_twice_is_there_twice():
    ruler = Ruler([AUTUMN], LONDON)
    moments = ["2027-10-30 23:30", "2027-10-31 00:30", "2027-10-31 01:30", "2027-10-31 02:30", "2027-10-31 23:59"]
    lines = [ruler.line(at(moment), AUTUMN) for moment in moments]
    assert lines == [30, 90, 150, 210, 25 * 60 - 1]
    assert [ruler.clock(line) for line in lines[:4]] == [
        (time(0, 30), False),
        (time(1, 30), False),
        (time(1, 30), True),
        (time(2, 30), False),
    ]


def test_the_hour_that_is_skipped_stays_empty():
    ruler = Ruler([SPRING], LONDON)
    assert ruler.line(at("2027-03-28 00:59"), SPRING) == 59
    assert ruler.line(at("2027-03-28 01:00"), SPRING) == 120
    assert ruler.lines == 24 * 60


def test_other_days_beside_one_with_25_hours_keep_their_clocks_level_with_it():
    ruler = Ruler([date(2027, 10, 30), AUTUMN], LONDON)
    saturday = ruler.line(at("2027-10-30 08:00"), date(2027, 10, 30))
    sunday = ruler.line(at("2027-10-31 09:00"), AUTUMN)
    assert saturday == sunday == 10 * 60
    assert ruler.clock(saturday) == (time(9), False)


@pytest.mark.parametrize(
    ("zone", "day", "extra"),
    [
        ("Australia/Lord_Howe", date(2027, 4, 4), 30),  # by half an hour
        ("America/Havana", date(2027, 11, 7), 60),  # from 1:00 to midnight
        ("America/Santiago", date(2027, 4, 3), 60),  # from midnight to 23:00
    ],
)
def test_each_minute_of_a_long_day_has_a_line_of_its_own(zone, day, extra):
    zone = ZoneInfo(zone)
    ruler = Ruler([day], zone)
    first = minute_until(datetime.combine(day, time(), tzinfo=zone))
    assert [ruler.line(first + passed, day) for passed in range(24 * 60 + extra)] == list(range(24 * 60 + extra))
