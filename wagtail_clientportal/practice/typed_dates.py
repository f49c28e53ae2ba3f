"""Dates and times as people type them: "25/11/2026", "25 Nov", "tomorrow"; "2.30pm", "14:30", "midday".

What is typed means one day or one time, or it is refused; nothing is ever put in its place.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time, timedelta
from enum import Enum

from django.conf import settings as django_settings
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import get_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ..conf import settings
from .contact import name_key

_ORDINAL = re.compile(r"(?<=[0-9])(st|nd|rd|th|er)\b")
_FILLERS = {"of", "de"}  # "25th of November", "25 de noviembre"
_DATE = re.compile(r"(?:[0-9]|[^\W\d_])(?:[0-9]|[^\W\d_]|[\s./,–-])*")
_PART = re.compile(r"[0-9]+|[^\W\d_]+")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?(?::([0-9]{2})(?:\.0+)?)?(h)?(?:([ap])\.?m?\.?)?")


class About(Enum):
    """What a date is about. That decides which year is meant where it isn't written out."""

    COMING = "coming"  # without a year: the next such day; with two digits: the year that is nearest
    PAST = "past"  # without a year: the last such day; with two digits: as above
    BIRTH = "birth"  # without a year: refused; with two digits: a year that isn't in the future


class Refused(ValueError):
    """What was typed can't be taken. The text of the error is a sentence for whoever typed it."""


def is_day_first() -> bool:
    """Whether people of the site write the day before the month: by its ``LANGUAGE_CODE``, whoever reads."""
    language = django_settings.LANGUAGE_CODE.lower()
    if language == "en":
        return settings.DEFAULT_REGION != "US"
    if language.startswith("en-"):  # Django knows English of six countries only, and takes the rest for American
        return language != "en-us"
    # Not by DATE_INPUT_FORMATS: for some languages Django lists there what computers write.
    letters = re.sub(r"\\.", "", get_format("MONTH_DAY_FORMAT", lang=language, use_l10n=True))
    return re.search("[dj]", letters).start() < re.search("[FMNmn]", letters).start()


def read_date(text: str, *, today: date, day_first: bool, about: About = About.COMING) -> date:
    """Return the day that *text* means.

    A day in digits alone is read in the order that *day_first* says, and in no other; a year of four digits in front
    makes it ISO 8601. Months and weekdays may have their names in English, the reader's or the site's language; a
    weekday has to fit.

    :param today: what "tomorrow" and a missing year are counted from.
    :raises Refused: when it means no day, or not surely one.
    """
    words = _words(text)
    if len(words) == 1 and (days := _relative_days().get(words[0])) is not None:
        return today + timedelta(days=days)
    weekday, words = _split_weekday(words)
    day, month, year = _day_month_year(words, day_first)
    found = _with_year(day, month, year, today, about)
    if weekday is not None and found.weekday() != weekday:
        fits = {"weekday": WEEKDAYS[found.weekday()]}
        raise Refused(_("That day is a %(weekday)s. Check the day, the month and the year.") % fits)
    return found


def read_time(text: str) -> time:
    """Return the time of day that *text* means, in hours and minutes.

    :raises Refused: when it means none, or not surely one: "9" may be in the morning or in the evening.
    """
    typed = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if typed in (named := _named_times()):
        return named[typed]
    if not (found := _TIME.fullmatch(typed)):
        raise Refused(_write_a_time())
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    half = found[5]
    if second or minute > 59:
        raise Refused(_write_a_time())
    if half:
        if not 1 <= hour <= 12:
            raise Refused(_write_a_time())
        return time(hour % 12 + (12 if half == "p" else 0), minute)
    if found[2] is None and not found[4] and hour <= 12:
        raise Refused(_("Say whether it is morning or afternoon: write am or pm after it, or minutes, like 9:00."))
    if hour == 24 and not minute:
        raise Refused(_("For midnight write 00:00."))
    if hour > 23:
        raise Refused(_write_a_time())
    return time(hour, minute)


def read_moment(text: str, *, today: date, day_first: bool) -> tuple[date, time]:
    """Return the day and the time that *text* means: "25 Nov 2026 at 2.30pm". Parameters as for ``read_date``.

    :raises Refused: when it lacks one of the two, or either can't be taken.
    """
    words = [word for word in text.replace(",", " ").split() if word.casefold() != "at"]
    for length in (2, 1):  # "2.30 pm", "2.30pm"
        day, clock = " ".join(words[:-length]), " ".join(words[-length:])
        # The year of a day without a time could be taken for one: 20:26.
        if _means_a_time(clock) and not _means_a_day(text, today, day_first):
            return read_date(day, today=today, day_first=day_first), read_time(clock)
    if day_first:
        raise Refused(_("Write the day and the time, like 25/11/2026 14:30."))
    raise Refused(_("Write the day and the time, like 11/25/2026 14:30."))


def written(day: date) -> str:
    """Return *day* in digits, as people of the site write it and ``read_date`` reads it: "25/11/2026"."""
    language, order = django_settings.LANGUAGE_CODE.lower(), "%d%m%Y" if is_day_first() else "%m%d%Y"
    if language.split("-")[0] == "en":
        return day.strftime("/".join(re.findall("%.", order)))
    formats = get_format("DATE_INPUT_FORMATS", lang=language, use_l10n=True)
    readable = (one for one in formats if "".join(re.findall("%.", one)) in (order, "%Y%m%d"))
    return day.strftime(next(readable))  # Django adds ISO 8601 to every list


def month_number(text: str) -> int | None:
    """Return the month that *text* means, 1 to 12: a number, or at least three letters of a name in English, the
    reader's language or the site's."""
    if re.fullmatch("[0-9]{1,4}", text.strip()):
        return int(text) if 1 <= int(text) <= 12 else None
    return _number_of(text, (MONTHS, MONTHS_3, MONTHS_ALT))


def _means_a_day(text: str, today: date, day_first: bool) -> bool:
    try:
        read_date(text, today=today, day_first=day_first)
    except Refused:
        return False
    return True


def _means_a_time(text: str) -> bool:
    try:
        read_time(text)
    except Refused:
        return False
    return True


def _number_of(text: str, tables) -> int | None:
    key = name_key(text)
    if len(key) < 3:
        return None
    names = set()
    for language in {get_language() or "en", "en", django_settings.LANGUAGE_CODE}:
        with override(language):
            names |= {(number, name_key(str(name))) for table in tables for number, name in table.items()}
    # A whole name first: June in Czech is how July begins.
    found = {number for number, name in names if name == key}
    found = found or {number for number, name in names if name.startswith(key)}
    return found.pop() if len(found) == 1 else None


def _words(text: str) -> list[str]:
    typed = _ORDINAL.sub("", unicodedata.normalize("NFKC", text).casefold().strip())
    return [word for word in _PART.findall(typed) if word not in _FILLERS] if _DATE.fullmatch(typed) else []


def _relative_days() -> dict[str, int]:
    english = {"today": 0, "tomorrow": 1, "yesterday": -1}
    return english | {_("today").casefold(): 0, _("tomorrow").casefold(): 1, _("yesterday").casefold(): -1}


def _named_times() -> dict[str, time]:
    noon, midnight = time(12), time(0)
    english = {"midday": noon, "noon": noon, "midnight": midnight}
    return english | {_("midday").casefold(): noon, _("midnight").casefold(): midnight}


def _split_weekday(words: list[str]) -> tuple[int | None, list[str]]:
    """Take the weekday off a date that begins with one. A name that could be either is a month's, if it has to be."""
    shape = _shape(words)
    if shape in ("aa9", "a9a", "aa99", "a9a9", "a999") or (shape == "a99" and not month_number(words[0])):
        weekday = _number_of(words[0], (WEEKDAYS, WEEKDAYS_ABBR))
        return (None, words) if weekday is None else (weekday, words[1:])
    return None, words


def _day_month_year(words: list[str], day_first: bool) -> tuple[int, int, str]:
    """Return day, month and the year's digits ("" for none).

    :raises Refused: when they can't be told apart, or no month is called so.
    """
    shape = _shape(words)
    in_digits = "dmy" if day_first else "mdy"
    orders = {"9a": "dm", "9a9": "dmy", "a9": "md", "a99": "mdy", "99": in_digits[:2], "999": in_digits}
    if shape in ("999", "9a9") and len(words[0]) == 4:
        orders[shape] = "ymd"
    part = dict(zip(orders.get(shape, ""), words, strict=False))
    month = month_number(part.get("m", ""))
    day, year = part.get("d", ""), part.get("y", "")
    if month is None or len(day) > 2 or len(year) not in (0, 2, 4):
        raise Refused(_write_a_date(day_first))
    return int(day), month, year


def _shape(words: list[str]) -> str:
    """Return "9a9" for "25 Nov 2026"."""
    # Some languages have digits that Python reads no number from: to ``_PART`` those are letters.
    return "".join("9" if word.isascii() and word.isdigit() else "a" for word in words)


def _with_year(day: int, month: int, year: str, today: date, about: About) -> date:
    if not year and about is About.BIRTH:
        raise Refused(_("Write the year too, like 1956."))
    days = [found for one in _years(year, today, about) if (found := _real_day(one, month, day))]
    if not year:
        days = [one for one in days if (one >= today if about is About.COMING else one <= today)]
    elif len(year) == 2 and about is About.BIRTH:
        days = [one for one in days if one <= today]
    if not days:
        raise Refused(_("There is no such day in the calendar. Check the day, the month and the year."))
    return days[0]


def _years(year: str, today: date, about: About) -> Iterable[int]:
    """The years that *year* ("", "26" or "2026") may mean, the likeliest first."""
    if len(year) == 4:
        return [int(year)]
    if not year:  # a 29 February may be eight years away
        return range(today.year, today.year + 9) if about is About.COMING else range(today.year, today.year - 9, -1)
    in_each_century = [int(year) + century for century in (2100, 2000, 1900)]
    if about is About.BIRTH:
        return in_each_century
    return [min(in_each_century, key=lambda one: abs(one - today.year))]


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _write_a_date(day_first: bool) -> str:
    if day_first:
        return _("Write the day, the month and the year, like 25/11/2026 or 25 Nov 2026.")
    return _("Write the month, the day and the year, like 11/25/2026 or Nov 25, 2026.")


def _write_a_time() -> str:
    return _("Write a time, like 9am, 2.30pm or 14:30.")
