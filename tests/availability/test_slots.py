from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from wagtail_clientportal.availability.local_days import local_day
from wagtail_clientportal.availability.slots import bookable_starts

from . import minute_by_minute
from .test_local_days import CHANGES

# The minutes of one small day will do: 9:00 is 540.
NINE, TWELVE, FIVE = 540, 720, 1020


def starts(hours=((NINE, TWELVE),), busy=(), time_off=(), *, step=30, **values):
    return bookable_starts(
        list(hours),
        [range(start, stop, step) for start, stop in hours],
        list(busy),
        list(time_off),
        **{"duration": 60, "buffer": 0, "earliest": 0, "latest_end": 1440} | values,
    )


def test_the_last_start_leaves_time_for_the_whole_appointment():
    assert starts() == [540, 570, 600, 630, 660]


def test_an_appointment_may_end_as_the_next_begins_and_begin_as_it_ends():
    assert starts(busy=[(600, 660)]) == [540, 660]


def test_the_buffer_may_not_meet_what_is_busy_but_may_reach_past_the_hours():
    assert starts(busy=[(600, 660)], buffer=1) == [660]


def test_the_buffer_may_reach_into_time_off():
    assert starts(time_off=[(600, 720)], buffer=15) == [540]


def test_an_appointment_may_cross_from_one_interval_into_one_that_touches_it():
    assert 690 in starts(hours=[(NINE, TWELVE), (TWELVE, FIVE)])
    assert 690 not in starts(hours=[(NINE, TWELVE), (TWELVE + 1, FIVE)])


def test_the_grid_starts_with_the_interval_and_not_with_what_time_off_leaves():
    assert starts(time_off=[(530, 550)]) == [570, 600, 630, 660]


def test_intervals_that_overlap_offer_both_grids_and_each_start_once():
    assert starts(hours=[(NINE, TWELVE), (555, TWELVE), (600, 690)], duration=30) == [
        540, 555, 570, 585, 600, 615, 630, 645, 660, 675, 690
    ]  # fmt: skip


def test_nothing_starts_before_the_earliest_or_ends_after_the_latest_minute():
    assert starts(earliest=541, latest_end=690) == [570, 600, 630]


def test_no_hours_offer_nothing():
    assert starts(hours=[]) == []


days = st.sampled_from(CHANGES)
wall_intervals = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1]), max_size=4
)
# In minutes from local midnight of the day in the middle: the days before and after it belong to the picture.
spans = st.lists(st.tuples(st.integers(-1440, 2880), st.integers(1, 300)), max_size=6)


@settings(deadline=None, max_examples=200)
@given(
    change=days,
    hours=st.lists(wall_intervals, min_size=3, max_size=3),
    busy=spans,
    time_off=spans,
    duration=st.integers(1, 180),
    buffer=st.integers(0, 60),
    step=st.integers(1, 60),
    window=st.tuples(st.integers(-1440, 1440), st.integers(0, 4320)),
)
def test_the_sweep_agrees_with_looking_at_the_clock_every_minute(
    change, hours, busy, time_off, duration, buffer, step, window
):
    zone, middle = change
    dates = [middle + timedelta(days=away) for away in (-1, 0, 1)]
    zero = local_day(middle.toordinal(), ZoneInfo(zone)).minute(0)
    busy = [(zero + start, zero + start + length) for start, length in busy]
    time_off = [(zero + start, zero + start + length) for start, length in time_off]
    rest = {
        "duration": duration,
        "buffer": buffer,
        "earliest": zero + window[0],
        "latest_end": zero + window[0] + window[1],
    }
    working, grid = [], []
    for day, intervals in zip(dates, hours, strict=True):
        local = local_day(day.toordinal(), ZoneInfo(zone))
        for start, stop in intervals:
            working.append((local.minute(start), local.minute(stop)))
            grid += local.grid(start, stop, step)

    found = bookable_starts(working, grid, busy, time_off, **rest)

    assert found == minute_by_minute.bookable_starts(
        zone, dict(zip(dates, hours, strict=True)), busy, time_off, step=step, **rest
    )
