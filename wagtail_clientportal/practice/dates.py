"""Dates and times as people say them, in the zone of the place they are about."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

# Those that other languages call otherwise
_CITIES = {
    "Athens": pgettext_lazy("city", "Athens"),
    "Berlin": pgettext_lazy("city", "Berlin"),
    "Brussels": pgettext_lazy("city", "Brussels"),
    "Dublin": pgettext_lazy("city", "Dublin"),
    "Lisbon": pgettext_lazy("city", "Lisbon"),
    "London": pgettext_lazy("city", "London"),
    "Luxembourg": pgettext_lazy("city", "Luxembourg"),
    "Paris": pgettext_lazy("city", "Paris"),
    "Rome": pgettext_lazy("city", "Rome"),
    "Vienna": pgettext_lazy("city", "Vienna"),
    "Zurich": pgettext_lazy("city", "Zurich"),
}


# Languages that say which half of the day it is: how, and in words for what "12am" and "12pm" are taken for each other.
_HALVES = {
    "en": ("am", "pm", {time(0): "midnight", time(12): "midday"}),
    "cy": ("yb", "yh", {time(0): "12 canol nos", time(12): "12 canol dydd"}),
}


def date_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local date of the aware datetime *moment*: "Tuesday 1 December 2026"."""
    return full_day_in_words(moment.astimezone(zone).date())


def full_day_in_words(day: date) -> str:
    """Return *day* with its year: "Tuesday 1 December 2026"."""
    return _full_day(day, get_language() or "en")


# A page of free times names a hundred days; every client's page names the same ones.
@lru_cache(maxsize=4096)
def _full_day(day: date, language: str) -> str:
    if language.startswith("en-us"):
        return formats.date_format(day, "l, F j, Y")
    if language.startswith("en"):
        return formats.date_format(day, "l j F Y")
    return _weekday(day, language) + _with_first(formats.date_format(day, "DATE_FORMAT"), day, language)


def day_in_words(day: date) -> str:
    """Return *day* without its year: "Tuesday 1 December"."""
    return _day(day, get_language() or "en")


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    if language.startswith("en-us"):
        return formats.date_format(day, "l, F j")
    if language.startswith("en"):
        return formats.date_format(day, "l j F")
    return _weekday(day, language) + _with_first(formats.date_format(day, "MONTH_DAY_FORMAT"), day, language)


def _weekday(day: date, language: str) -> str:
    """Return the weekday, and what stands between it and its date: "Dienstag, ", "dydd Mawrth "."""
    name = formats.date_format(day, "l")
    if language.startswith("cy"):  # Django has it as it stands at the head of a list
        name = name[0].lower() + name[1:]
    return name + (", " if language.startswith(("de", "es")) else " ")


def _with_first(text: str, day: date, language: str) -> str:
    """French counts the first of a month, and no other day of it: "1er décembre"."""
    return f"1er{text[1:]}" if language.startswith("fr") and day.day == 1 and text.startswith("1 ") else text


def leaf_of(day: date) -> tuple[str, str, str]:
    """Return what a calendar's leaf says of *day*: ("Dec", "1", "Tue")."""
    return _leaf(day, get_language() or "en")


@lru_cache(maxsize=4096)
def _leaf(day: date, language: str) -> tuple[str, str, str]:
    return tuple(formats.date_format(day, part) for part in ("M", "j", "D"))


def time_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local time of the aware datetime *moment*: "2:30pm"; in other languages as their format has it."""
    return clock_in_words(moment.astimezone(zone).time())


def clock_in_words(clock: time) -> str:
    """Return "2:30pm", "9am", "midday", in Welsh "2:30yh"; in other languages as their format has it."""
    halves = _HALVES.get((get_language() or "en").partition("-")[0])
    if halves is None:
        return formats.time_format(clock, "TIME_FORMAT")
    morning, afternoon, named = halves
    if clock in named:
        return named[clock]
    minutes = f":{clock.minute:02}" if clock.minute else ""
    return f"{clock.hour % 12 or 12}{minutes}{morning if clock.hour < 12 else afternoon}"


def zone_in_words(zone: ZoneInfo) -> str:
    """Return whose clocks are meant: "London time"."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return city if city == "UTC" else _("%(city)s time") % {"city": _CITIES.get(city, city)}


def zone_where_it_differs(zone: ZoneInfo, *, among_others: bool = False) -> str:
    """Return whose clocks are meant, "New York time", and "" where they are the site's own.

    :param among_others: whether times of other zones stand beside it, for which it could be mistaken.
    """
    return "" if zone.key == settings.TIME_ZONE and not among_others else zone_in_words(zone)


def with_zone(words: str, zone: ZoneInfo) -> str:
    """Return *words* about a local time, with whose clocks are meant where they aren't the site's."""
    named = zone_where_it_differs(zone)
    return _("%(time)s, %(zone)s") % {"time": words, "zone": named} if named else words


def times_in_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return the local times of two aware datetimes: "9am to 10am"."""
    return _("%(from)s to %(until)s") % {"from": time_in_words(start, zone), "until": time_in_words(end, zone)}


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return "Tuesday 1 December 2026 at 2:30pm", with the zone where it is another one than the site's."""
    said = {"date": date_in_words(moment, zone), "time": time_in_words(moment, zone)}
    return with_zone(_("%(date)s at %(time)s") % said, zone)
