"""Dates and times as people say them, in the zone of the place they are about."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

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
    return f"{formats.date_format(day, 'l')} {_with_first(formats.date_format(day, 'DATE_FORMAT'), day, language)}"


def day_in_words(day: date) -> str:
    """Return *day* without its year: "Tuesday 1 December"."""
    return _day(day, get_language() or "en")


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    if language.startswith("en-us"):
        return formats.date_format(day, "l, F j")
    if language.startswith("en"):
        return formats.date_format(day, "l j F")
    return f"{formats.date_format(day, 'l')} {_with_first(formats.date_format(day, 'MONTH_DAY_FORMAT'), day, language)}"


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
    """Return "2:30pm", or "midday", which nobody takes for midnight; in other languages as their format has it."""
    if (get_language() or "en").startswith("en"):
        if clock == time(12):
            return "midday"
        return f"{clock.hour % 12 or 12}:{clock.minute:02}{'am' if clock.hour < 12 else 'pm'}"
    return formats.time_format(clock, "TIME_FORMAT")


def zone_in_words(zone: ZoneInfo) -> str:
    """Return whose clocks are meant: "London time"."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return city if city == "UTC" else _("%(city)s time") % {"city": _CITIES.get(city, city)}


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return date, time and zone: "Tuesday 1 December 2026 at 2:30pm, London time"."""
    return _("%(date)s at %(time)s, %(zone)s") % {
        "date": date_in_words(moment, zone),
        "time": time_in_words(moment, zone),
        "zone": zone_in_words(zone),
    }
