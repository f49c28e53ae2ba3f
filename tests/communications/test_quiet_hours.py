from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from wagtail_clientportal.communications.quiet_hours import after_quiet_hours

LONDON = ZoneInfo("Europe/London")


def shifted(moment, quiet_from=time(21), quiet_until=time(8), zone=LONDON):
    return after_quiet_hours(moment, quiet_from=quiet_from, quiet_until=quiet_until, zone=zone)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 12, 1, 20, 59, tzinfo=UTC), datetime(2026, 12, 1, 20, 59, tzinfo=UTC)),
        (datetime(2026, 12, 1, 21, 0, tzinfo=UTC), datetime(2026, 12, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 12, 2, 7, 59, tzinfo=UTC), datetime(2026, 12, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 12, 2, 8, 0, tzinfo=UTC), datetime(2026, 12, 2, 8, 0, tzinfo=UTC)),
    ],
)
def test_what_falls_into_the_night_waits_for_the_morning(moment, expected):
    assert shifted(moment) == expected


def test_quiet_hours_within_one_day_end_on_it():
    noon = datetime(2026, 12, 1, 12, 30, tzinfo=UTC)
    assert shifted(noon, time(12), time(14)) == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert shifted(noon.replace(hour=15), time(12), time(14)) == noon.replace(hour=15)


def test_they_are_the_locations_own_night():
    moment = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # 23:00 in Sydney
    assert shifted(moment, zone=ZoneInfo("Australia/Sydney")) == datetime(2026, 12, 1, 21, 0, tzinfo=UTC)


def test_the_night_in_which_clocks_change_ends_by_the_clock_on_the_wall():
    before_spring = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert shifted(before_spring) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    before_autumn = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
    assert shifted(before_autumn) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


def test_without_both_ends_nothing_is_quiet():
    night = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    for quiet_from, quiet_until in ((None, None), (time(21), None), (None, time(8)), (time(8), time(8))):
        assert shifted(night, quiet_from, quiet_until) == night
