from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wagtail_clientportal.policies.cancellation_window import judge_cancellation
from wagtail_clientportal.policies.change_window import judge_change
from wagtail_clientportal.policies.rules import PolicyRules
from wagtail_clientportal.policies.window import Reason, judge

LONDON = ZoneInfo("Europe/London")
A_DAY = timedelta(hours=24)
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("start", "deadline"),
    [
        # The night of 28 March 2027 is an hour short, that of 31 October an hour long.
        (datetime(2027, 3, 28, 10, tzinfo=LONDON), datetime(2027, 3, 27, 9, tzinfo=LONDON)),
        (datetime(2027, 3, 29, 0, 30, tzinfo=LONDON), datetime(2027, 3, 27, 23, 30, tzinfo=LONDON)),
        (datetime(2027, 10, 31, 10, tzinfo=LONDON), datetime(2027, 10, 30, 11, tzinfo=LONDON)),
        (datetime(2027, 10, 31, 1, 30, tzinfo=LONDON), datetime(2027, 10, 30, 1, 30, tzinfo=LONDON)),
        (datetime(2027, 10, 31, 1, 30, fold=1, tzinfo=LONDON), datetime(2027, 10, 30, 2, 30, tzinfo=LONDON)),
        # And a day without a change.
        (datetime(2027, 3, 30, 10, tzinfo=LONDON), datetime(2027, 3, 29, 10, tzinfo=LONDON)),
    ],
)
def test_twenty_four_hours_over_a_clock_change_are_twenty_four_hours(start, deadline):
    verdict = judge(enabled=True, window=A_DAY, start=start, now=deadline)
    assert verdict.permitted and verdict.reason is None
    assert verdict.deadline == deadline.astimezone(UTC) and verdict.deadline.tzinfo is UTC
    later = judge(enabled=True, window=A_DAY, start=start, now=deadline.astimezone(UTC) + A_MOMENT)
    assert later == (False, Reason.TOO_LATE, verdict.deadline)


def test_the_hour_that_comes_twice_is_told_apart():
    start = datetime(2027, 10, 31, 1, 30, fold=1, tzinfo=LONDON)
    first_pass, second_pass = (datetime(2027, 10, 31, 1, 0, fold=fold, tzinfo=LONDON) for fold in (0, 1))
    window = timedelta(minutes=45)
    assert judge(enabled=True, window=window, start=start, now=first_pass).permitted
    assert not judge(enabled=True, window=window, start=start, now=second_pass).permitted


@pytest.mark.parametrize("zone", [UTC, LONDON, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")])
def test_the_zones_of_what_is_handed_in_do_not_matter(zone):
    start, now = datetime(2027, 3, 28, 9, tzinfo=UTC), datetime(2027, 3, 27, 9, tzinfo=UTC)
    expected = judge(enabled=True, window=A_DAY, start=start, now=now)
    assert judge(enabled=True, window=A_DAY, start=start.astimezone(zone), now=now.astimezone(zone)) == expected


def test_a_window_of_nothing_is_open_until_the_appointment_starts():
    start = datetime(2027, 5, 4, 9, tzinfo=UTC)
    assert judge(enabled=True, window=timedelta(0), start=start, now=start).permitted
    assert not judge(enabled=True, window=timedelta(0), start=start, now=start + A_MOMENT).permitted


def test_what_is_switched_off_has_no_deadline():
    start = datetime(2027, 5, 4, 9, tzinfo=UTC)
    verdict = judge(enabled=False, window=A_DAY, start=start, now=start - timedelta(days=30))
    assert verdict == (False, Reason.DISABLED, None)


def test_changes_until_the_day_before_and_no_cancellations():
    rules = PolicyRules(changes_enabled=True, change_window=A_DAY, cancellations_enabled=False)
    start = datetime(2027, 5, 4, 9, tzinfo=UTC)
    assert judge_change(rules, start=start, now=start - A_DAY).permitted
    assert judge_change(rules, start=start, now=start - A_DAY + A_MOMENT).reason is Reason.TOO_LATE
    assert judge_cancellation(rules, start=start, now=start - timedelta(days=9)).reason is Reason.DISABLED


def test_each_window_is_its_own():
    rules = PolicyRules(
        changes_enabled=True,
        change_window=timedelta(hours=48),
        cancellations_enabled=True,
        cancellation_window=timedelta(hours=2),
    )
    start = datetime(2027, 5, 4, 9, tzinfo=UTC)
    now = start - A_DAY
    assert not judge_change(rules, start=start, now=now).permitted
    assert judge_cancellation(rules, start=start, now=now).permitted
