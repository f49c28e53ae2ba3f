"""Dates and times as people say them, in the zone of the place they are about."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def date_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local date of the aware datetime *moment*: "Tuesday 1 December 2026"."""
    local = moment.astimezone(zone)
    language = get_language() or "en"
    if language.startswith("en-us"):
        return formats.date_format(local, "l, F j, Y")
    if language.startswith("en"):
        return formats.date_format(local, "l j F Y")
    return f"{formats.date_format(local, 'l')} {formats.date_format(local, 'DATE_FORMAT')}"


def day_in_words(day: date) -> str:
    """Return *day* without its year: "Tuesday 1 December"."""
    language = get_language() or "en"
    if language.startswith("en-us"):
        return formats.date_format(day, "l, F j")
    if language.startswith("en"):
        return formats.date_format(day, "l j F")
    return f"{formats.date_format(day, 'l')} {formats.date_format(day, 'MONTH_DAY_FORMAT')}"


def time_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local time of the aware datetime *moment*: "2:30pm"; in other languages as their format has it."""
    local = moment.astimezone(zone)
    if (get_language() or "en").startswith("en"):
        return f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}"
    return formats.time_format(local, "TIME_FORMAT")


def zone_in_words(zone: ZoneInfo) -> str:
    """Return whose clocks are meant: "London time"."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return city if city == "UTC" else _("%(city)s time") % {"city": city}


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return date, time and zone: "Tuesday 1 December 2026 at 2:30pm, London time"."""
    return _("%(date)s at %(time)s, %(zone)s") % {
        "date": date_in_words(moment, zone),
        "time": time_in_words(moment, zone),
        "zone": zone_in_words(zone),
    }
