from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from wagtail_clientportal.practice.dates import date_in_words, moment_in_words, time_in_words, zone_in_words

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
MOMENT = datetime(2026, 12, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "date", "time"),
    [
        ("en-gb", "Tuesday 1 December 2026", "2:30pm"),
        ("en", "Tuesday 1 December 2026", "2:30pm"),
        ("en-au", "Tuesday 1 December 2026", "2:30pm"),
        ("en-us", "Tuesday, December 1, 2026", "2:30pm"),
        ("fr", "mardi 1er décembre 2026", "14:30"),
        ("cy", "dydd Mawrth 1 Rhagfyr 2026", "2:30yh"),
        ("de", "Dienstag, 1. Dezember 2026", "14:30"),
        ("es", "martes, 1 de diciembre de 2026", "14:30"),
    ],
)
def test_dates_and_times_are_said_as_people_of_that_language_do(language, date, time):
    with translation.override(language):
        assert (date_in_words(MOMENT, LONDON), time_in_words(MOMENT, LONDON)) == (date, time)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "mardi 1er décembre 2026 à 09:30, heure de New York"),
        ("cy", "dydd Mawrth 1 Rhagfyr 2026 am 9:30yb, amser New York"),
        ("de", "Dienstag, 1. Dezember 2026 um 09:30 Uhr, Ortszeit New York"),
        ("es", "martes, 1 de diciembre de 2026 a las 09:30, hora de New York"),
    ],
)
def test_so_is_a_moment_by_other_clocks(language, said):
    with translation.override(language):
        assert moment_in_words(MOMENT, NEW_YORK) == said


def test_without_a_language_dates_are_said_in_english():
    with translation.override(None):
        assert moment_in_words(MOMENT, LONDON) == "Tuesday 1 December 2026 at 2:30pm"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 12, 1, 0, 0, tzinfo=UTC), "midnight"),
        (datetime(2026, 12, 1, 0, 5, tzinfo=UTC), "12:05am"),
        (datetime(2026, 12, 1, 11, 59, tzinfo=UTC), "11:59am"),
        (datetime(2026, 12, 1, 12, 0, tzinfo=UTC), "midday"),
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), "11:59pm"),
    ],
)
def test_noon_and_midnight_are_told_apart(moment, said):
    assert time_in_words(moment, LONDON) == said


def test_in_welsh_they_are_too():
    with translation.override("cy"):
        said = [time_in_words(MOMENT.replace(hour=hour, minute=0), LONDON) for hour in (0, 9, 12)]
    assert said == ["12 canol nos", "9yb", "12 canol dydd"]


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/London", "Tuesday 1 December 2026 at 2:30pm"),
        ("America/New_York", "Tuesday 1 December 2026 at 9:30am, New York time"),
        ("Asia/Kathmandu", "Tuesday 1 December 2026 at 8:15pm, Kathmandu time"),
        ("Pacific/Auckland", "Wednesday 2 December 2026 at 3:30am, Auckland time"),
        ("America/Argentina/Buenos_Aires", "Tuesday 1 December 2026 at 11:30am, Buenos Aires time"),
        ("UTC", "Tuesday 1 December 2026 at 2:30pm, UTC"),
    ],
)
def test_a_moment_is_said_as_the_places_own_clocks_show_it(zone, said):
    assert moment_in_words(MOMENT, ZoneInfo(zone)) == said


def test_whatever_zone_a_moment_comes_in_and_is_active_the_places_counts():
    with timezone.override("Asia/Tokyo"):
        for zone in (UTC, LONDON, NEW_YORK):
            assert moment_in_words(MOMENT.astimezone(zone), NEW_YORK).startswith("Tuesday 1 December 2026 at 9:30am")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "Sunday 28 March 2027 at 12:59am"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "Sunday 28 March 2027 at 2am"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "Sunday 31 October 2027 at 1:30am"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "Sunday 31 October 2027 at 1:30am"),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), "Sunday 31 October 2027 at 2am"),
    ],
)
def test_over_a_clock_change_the_local_time_is_said(moment, said):
    assert moment_in_words(moment, LONDON) == said


def test_a_zone_is_named_after_its_city():
    assert zone_in_words(NEW_YORK) == "New York time"
