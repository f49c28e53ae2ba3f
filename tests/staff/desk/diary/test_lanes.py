from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.staff.desk.diary.lanes import lanes

intervals = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda one: (one[0], sum(one))))


def test_what_is_alone_has_the_whole_width():
    assert lanes([(0, 30), (30, 60), (90, 120)]) == [(0, 1), (0, 1), (0, 1)]


def test_two_at_once_stand_side_by_side():
    assert lanes([(0, 30), (15, 45), (60, 90)]) == [(0, 2), (1, 2), (0, 1)]


def test_a_lane_that_has_become_free_is_used_again():
    assert lanes([(0, 60), (0, 30), (30, 60)]) == [(0, 2), (1, 2), (1, 2)]


def test_an_empty_column_has_no_lanes():
    assert lanes([]) == []


@given(intervals)
def test_nothing_ever_stands_on_anything(found):
    found = sorted(found)
    placed = list(zip(found, lanes(found), strict=True))
    for number, ((start, stop), (lane, count)) in enumerate(placed):
        assert 0 <= lane < count
        for (other_start, other_stop), (other_lane, other_count) in placed[:number]:
            if start < other_stop and other_start < stop:
                assert lane != other_lane
                assert count == other_count  # so that their widths fit beside each other
