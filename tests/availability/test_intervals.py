import itertools

from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.availability.intervals import merged, without

intervals = st.lists(st.tuples(st.integers(-20, 60), st.integers(-20, 60))).map(sorted)


def minutes_of(some):
    return {minute for start, stop in some for minute in range(start, stop)}


def assert_in_order_and_apart(some):
    assert all(start < stop for start, stop in some)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(some))


def test_intervals_that_touch_become_one():
    assert merged([(540, 720), (720, 1020)]) == [(540, 1020)]


def test_intervals_with_a_gap_stay_two():
    assert merged([(540, 720), (721, 1020)]) == [(540, 720), (721, 1020)]


def test_an_interval_inside_another_does_not_shorten_it():
    assert merged([(540, 1020), (600, 660), (1000, 1010)]) == [(540, 1020)]


def test_a_hole_in_the_middle_leaves_both_sides():
    assert without([(540, 1020)], [(720, 780)]) == [(540, 720), (780, 1020)]


def test_a_hole_over_two_intervals_cuts_both():
    assert without([(540, 720), (780, 1020)], [(700, 800)]) == [(540, 700), (800, 1020)]


def test_a_hole_that_only_touches_takes_nothing():
    assert without([(540, 720)], [(500, 540), (720, 800)]) == [(540, 720)]


def test_a_long_hole_reaches_past_short_ones_that_start_later():
    assert without([(0, 10), (20, 30), (40, 50)], [(5, 45), (6, 7), (22, 23)]) == [(0, 5), (45, 50)]


@given(intervals)
def test_merging_keeps_every_minute_and_adds_none(some):
    result = merged(some)

    assert minutes_of(result) == minutes_of(some)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(result))


@given(intervals, intervals)
def test_cutting_holes_keeps_the_minutes_outside_them(some, holes):
    result = without(merged(some), holes)

    assert minutes_of(result) == minutes_of(some) - minutes_of(holes)
    assert_in_order_and_apart(result)
