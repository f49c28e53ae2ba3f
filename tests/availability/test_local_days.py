from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wagtail_clientportal.availability.local_days import day_of, local_day, minute_from, minute_until

from .minute_by_minute import first_reached, first_shown, utc_minute

# Clocks go forward or back on the second of each three days: by an hour, by half an hour, at midnight, across it.
CHANGES = [
    ("Europe/London", date(2027, 3, 28)),
    ("Europe/London", date(2027, 10, 31)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("America/Santiago", date(2027, 9, 5)),
    ("America/Santiago", date(2027, 4, 3)),
    ("America/Havana", date(2027, 11, 7)),
    ("Asia/Beirut", date(2027, 10, 30)),
    ("America/Scoresbysund", date(2027, 3, 27)),
    ("Asia/Kathmandu", date(2027, 3, 28)),
    ("Pacific/Apia", date(2011, 12, 30)),
]
changes = st.sampled_from(CHANGES)


def day_in(zone, day):
    return local_day(day.toordinal(), ZoneInfo(zone))


def at(text):
    return utc_minute(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_nine_in_london_is_eight_utc_in_summer_and_nine_in_winter():
    assert day_in("Europe/London", date(2027, 7, 1)).minute(9 * 60) == at("2027-07-01 08:00")
    assert day_in("Europe/London", date(2027, 12, 1)).minute(9 * 60) == at("2027-12-01 09:00")


def test_kathmandu_is_five_hours_and_three_quarters_ahead():
    assert day_in("Asia/Kathmandu", date(2027, 3, 28)).minute(9 * 60) == at("2027-03-28 03:15")


def test_a_time_inside_the_spring_gap_stands_for_the_moment_the_clocks_jump():
    spring = day_in("Europe/London", date(2027, 3, 28))

    assert spring.minute(60) == spring.minute(90) == spring.minute(120) == at("2027-03-28 01:00")


def test_the_grid_leaves_out_the_spring_gap():
    spring = day_in("Europe/London", date(2027, 3, 28))
    starts = [minute for run in spring.grid(0, 180, 30) for minute in run]

    assert starts == [at(f"2027-03-28 {text}") for text in ("00:00", "00:30", "01:00", "01:30")]


def test_the_grid_stays_in_step_with_the_wall_clock_over_the_spring_gap():
    spring = day_in("Europe/London", date(2027, 3, 28))
    starts = [minute for run in spring.grid(10, 200, 40) for minute in run]

    # 0:10, 0:50, (1:30 does not exist), 2:10, 2:50
    assert starts == [at(f"2027-03-28 {text}") for text in ("00:10", "00:50", "01:10", "01:50")]


def test_a_time_that_comes_twice_in_autumn_is_its_first_pass():
    autumn = day_in("Europe/London", date(2027, 10, 31))
    starts = [minute for run in autumn.grid(60, 150, 30) for minute in run]

    # 1:00 and 1:30 summer time, 2:00 winter time
    assert starts == [at(f"2027-10-31 {text}") for text in ("00:00", "00:30", "02:00")]


def test_an_ordinary_day_has_one_stretch_and_a_clock_change_makes_two():
    assert len(day_in("Europe/London", date(2027, 6, 1)).stretches) == 1
    assert len(day_in("Europe/London", date(2027, 3, 28)).stretches) == 2


def test_a_day_is_looked_up_once():
    zone = ZoneInfo("Europe/London")

    assert local_day(date(2027, 6, 2).toordinal(), zone) is local_day(date(2027, 6, 2).toordinal(), zone)


def test_part_of_a_minute_rounds_to_the_minute_before_or_after():
    moment = datetime(2027, 6, 1, 9, 0, 30, tzinfo=UTC)

    assert minute_until(moment) == at("2027-06-01 09:00")
    assert minute_from(moment) == at("2027-06-01 09:01")
    assert minute_from(moment.replace(second=0)) == at("2027-06-01 09:00")


def test_the_day_of_a_minute_is_the_local_one():
    late = at("2027-06-01 23:30")

    assert day_of(late, ZoneInfo("Europe/London")) == date(2027, 6, 2).toordinal()
    assert day_of(late, ZoneInfo("America/Santiago")) == date(2027, 6, 1).toordinal()


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("away", [-1, 0, 1])
def test_every_minute_of_a_day_is_when_the_clocks_first_reach_it(zone, day, away):
    day += timedelta(days=away)
    local = day_in(zone, day)

    for wall in range(24 * 60 + 1):
        assert local.minute(wall) == first_reached(zone, day, wall), f"{wall // 60}:{wall % 60:02}"


@settings(deadline=None)
@given(changes, st.integers(-1, 1), st.integers(0, 1439), st.integers(1, 1440), st.integers(1, 90))
def test_the_grid_is_every_time_that_the_clocks_show(change, away, start, stop, step):
    zone, day = change[0], change[1] + timedelta(days=away)
    starts = [minute for run in day_in(zone, day).grid(start, stop, step) for minute in run]

    shown = [first_shown(zone, day, wall) for wall in range(start, stop, step)]
    assert starts == [minute for minute in shown if minute is not None]
