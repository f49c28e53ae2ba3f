from datetime import date

import pytest

from wagtail_clientportal.screens.free_times import Day
from wagtail_clientportal.screens.narrowing import Narrowing

TUESDAY, WEDNESDAY = date(2026, 12, 1), date(2026, 12, 2)
# Minutes since 1970 don't matter here; those since local midnight do.
DAYS = [
    Day(TUESDAY, [(1, 9 * 60), (2, 11 * 60 + 59), (3, 12 * 60)]),
    Day(WEDNESDAY, [(4, 16 * 60 + 59), (5, 17 * 60), (6, 23 * 60 + 59)]),
]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"part": "morning"}, [1, 2]),
        ({"part": "afternoon"}, [3, 4]),
        ({"part": "evening"}, [5, 6]),
        ({"weekday": "1"}, [1, 2, 3]),
        ({"weekday": "2", "part": "afternoon"}, [4]),
        ({"weekday": "0"}, []),
    ],
)
def test_only_the_times_that_are_asked_for_are_left(asked, left):
    narrowing = Narrowing.asked_for(asked)
    assert [minute for day in narrowing.of(DAYS) for minute, _of_day in day.starts] == left
    assert {name: str(value) for name, value in narrowing.query().items()} == asked


@pytest.mark.parametrize(
    "nonsense", [{"part": "night"}, {"weekday": "7"}, {"weekday": "-1"}, {"weekday": "١"}, {"part": "\0"}]
)
def test_nonsense_asks_for_nothing(nonsense):
    assert Narrowing.asked_for(nonsense) == Narrowing()
