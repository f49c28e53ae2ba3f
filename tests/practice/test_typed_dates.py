"""A date or a time that somebody types means one thing, or is refused."""

from contextlib import suppress
from datetime import date, time

import pytest
from django.test import override_settings
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.practice.typed_dates import (
    About,
    Refused,
    is_day_first,
    read_date,
    read_moment,
    read_time,
    written,
)

TODAY = date(2026, 11, 23)
NOVEMBER_25 = date(2026, 11, 25)


def read(text, *, day_first=True, about=About.COMING, today=TODAY):
    return read_date(text, today=today, day_first=day_first, about=about)


@pytest.mark.parametrize(
    "typed",
    [
        "25/11/2026",
        "25.11.26",
        "25-11-2026",
        "25 11 2026",
        " 25/11/2026 ",
        "25/11",
        "25 Nov",
        "25 nov 2026",
        "25nov2026",
        "25 November 26",
        "25th of November",
        "Nov 25",
        "November 25th, 2026",
        "Wed 25 Nov 2026",
        "Wednesday, November 25, 2026",
        "Wednesday 25/11/2026",
        "2026-11-25",
        "2026/11/25",
        "２５/１１/２０２６",
    ],
)
def test_a_day_is_understood_however_it_is_written(typed):
    assert read(typed) == NOVEMBER_25


@pytest.mark.parametrize("typed", ["11/25/2026", "11.25.26", "11/25", "25 Nov", "Nov 25, 2026", "2026-11-25"])
def test_where_the_month_comes_first_so_it_is_read(typed):
    assert read(typed, day_first=False) == NOVEMBER_25


def test_a_day_that_could_be_either_is_read_in_the_sites_order_and_no_other():
    assert read("9/12/2026") == date(2026, 12, 9)
    assert read("9/12/2026", day_first=False) == date(2026, 9, 12)
    for typed, day_first in (("11/25/2026", True), ("25/11/2026", False)):
        with pytest.raises(Refused, match="like"):
            read(typed, day_first=day_first)


@pytest.mark.parametrize(("typed", "day"), [("today", 23), ("Tomorrow", 24), ("yesterday", 22)])
def test_today_and_its_neighbours_are_days(typed, day):
    assert read(typed) == date(2026, 11, day)


@pytest.mark.parametrize(
    ("typed", "about", "found"),
    [
        ("23 Nov", About.COMING, TODAY),
        ("22 Nov", About.COMING, date(2027, 11, 22)),
        ("29 Feb", About.COMING, date(2028, 2, 29)),
        ("24 Nov", About.PAST, date(2025, 11, 24)),
        ("22 Nov", About.PAST, date(2026, 11, 22)),
        ("9/12/56", About.BIRTH, date(1956, 12, 9)),
        ("22/11/26", About.BIRTH, date(2026, 11, 22)),
        ("24/11/26", About.BIRTH, date(1926, 11, 24)),
        ("1/1/75", About.COMING, date(2075, 1, 1)),
        ("1/1/99", About.COMING, date(1999, 1, 1)),
    ],
)
def test_a_year_that_is_not_written_out_is_the_one_that_people_mean(typed, about, found):
    assert read(typed, about=about) == found


def test_nobody_is_born_in_a_year_that_is_not_written():
    with pytest.raises(Refused, match="year"):
        read("9 Dec", about=About.BIRTH)


@pytest.mark.parametrize("today", [date(2090, 1, 1), date(1999, 12, 31), date(2100, 3, 1)])
def test_a_leap_day_never_becomes_one_of_another_century(today):
    with suppress(Refused):
        assert abs(read("29/2/00", today=today).year - today.year) <= 50


@pytest.mark.parametrize(
    "typed",
    [
        "31/02/2026",
        "29/2/2027",
        "00/00/0000",
        "32 Nov",
        "25/13/2026",
        "25/11/202",
        "025/11/2026",
        "25112026",
        "25",
        "Nov 2026",
        "11/2026",
        "Wednesday",
        "next week",
        "25 Ju 2026",
        "25/11/2026 10:00",
        "25/11/2026 or 26/11/2026",
        "-25/11/2026",
        "٢5/11/2026",
        "፩/11/2026",
        "፩ Nov 2026",
        "5/11/፩፪፫፬",
        "\0",
        "",
        "9" * 5000,
    ],
)
def test_what_means_no_day_is_refused(typed):
    with pytest.raises(Refused):
        read(typed)


def test_a_weekday_that_does_not_fit_is_refused_with_the_one_that_does():
    with pytest.raises(Refused, match="Wednesday"):
        read("Tuesday 25 November 2026")


def test_months_and_weekdays_have_their_names_in_the_readers_the_sites_and_in_english():
    with override("fr"):
        assert read("mercredi 25 novembre 2026") == read("25 nov") == read("Wed 25 November") == NOVEMBER_25
        assert read("mar 24 nov 2026") == date(2026, 11, 24)  # mardi
        assert read("24 mar 2027") == date(2027, 3, 24)
    with override("cs"):
        assert read("25 červen 2027").month == 6 and read("25 červenec 2027").month == 7
    with override_settings(LANGUAGE_CODE="fr"):
        assert read("25 décembre") == date(2026, 12, 25)


@pytest.mark.parametrize(
    ("language", "day_first", "in_digits"),
    [
        ("en-gb", True, "05/12/2026"),
        ("en-us", False, "12/05/2026"),
        ("en-au", True, "05/12/2026"),
        ("en-nz", True, "05/12/2026"),  # of which Django knows nothing
        ("en", True, "05/12/2026"),
        ("fr", True, "05/12/2026"),
        ("de", True, "05.12.2026"),
        ("sv", True, "2026-12-05"),
        ("ja", False, "2026-12-05"),
        ("hu", False, "2026.12.05."),
    ],
)
def test_the_sites_language_says_which_comes_first_and_a_day_written_so_is_read_so(language, day_first, in_digits):
    day = date(2026, 12, 5)
    with override_settings(LANGUAGE_CODE=language), override("fr"):
        assert (is_day_first(), written(day)) == (day_first, in_digits)
        assert read(written(day), day_first=is_day_first()) == day


def test_plain_english_is_that_of_the_clinics_country(settings):
    settings.LANGUAGE_CODE, settings.WAGTAIL_CLIENTPORTAL = "en", {"DEFAULT_REGION": "US"}
    assert not is_day_first()


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("2.30pm", "14:30"),
        ("2:30pm", "14:30"),
        ("2:30 PM", "14:30"),
        ("2.30 p.m.", "14:30"),
        ("14:30", "14:30"),
        ("14.30", "14:30"),
        ("1430", "14:30"),
        ("14:30:00", "14:30"),
        ("14h30", "14:30"),
        ("14h", "14:00"),
        ("14", "14:00"),
        ("9am", "09:00"),
        ("9:05", "09:05"),
        ("930", "09:30"),
        ("0930", "09:30"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("12.30am", "00:30"),
        ("midday", "12:00"),
        ("Noon", "12:00"),
        ("midnight", "00:00"),
        ("00:00", "00:00"),
    ],
)
def test_a_time_is_understood_however_it_is_written(typed, clock):
    assert read_time(typed) == time.fromisoformat(clock)


@pytest.mark.parametrize(
    "typed",
    [
        "9",
        "12",
        "0",
        "24:00",
        "25:99",
        "9:60",
        "14:30pm",
        "0am",
        "13pm",
        "9:3",
        "2.5",
        "14:30:15",
        "half two",
        "-1",
        "",
    ],
)
def test_what_means_no_time_or_two_is_refused(typed):
    with pytest.raises(Refused):
        read_time(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "25/11/2026 14:30",
        "25 Nov 2.30pm",
        "25 Nov 2026 at 2.30 pm",
        "Wednesday, 25 November 2026 at 2:30pm",
        "2026-11-25 14:30",
        "25.11.26 1430",
    ],
)
def test_a_day_and_a_time_are_understood_together(typed):
    assert read_moment(typed, today=TODAY, day_first=True) == (NOVEMBER_25, time(14, 30))


@pytest.mark.parametrize("typed", ["25/11/2026", "25 Nov 2026", "14:30", "25/11/2026 9", "11/25/2026 14:30", "at", ""])
def test_a_day_without_a_time_or_a_time_without_a_day_is_refused(typed):
    with pytest.raises(Refused):
        read_moment(typed, today=TODAY, day_first=True)


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{0,5}[/. -][0-9a-zN]{0,5}[/. -]?[0-9]{0,5}", fullmatch=True))
def test_any_text_is_read_or_refused_and_what_is_read_can_be_written_and_read_again(text):
    for about in About:
        try:
            day = read(text, about=about)
        except Refused:
            continue
        if day.year >= 1000:
            assert read(written(day), about=about) == day
    with suppress(Refused):
        read_time(text)
