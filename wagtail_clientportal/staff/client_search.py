"""Which client do they mean? By what people say on the telephone, in whatever spelling they say it."""

import re
from datetime import date
from itertools import product

from django.db.models import Q
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.formats import get_format
from django.utils.translation import override

from ..conf import settings
from ..practice.contact import mobile_key, postcode_key
from .viewset import every_word

SEARCHED = ["first_name", "last_name", "email", "mobile", "mobile_key", "postcode", "external_ref"]

_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.IGNORECASE)


def found_by(text: str) -> Q:
    """Match clients by words of their name, email, mobile, postcode or external reference in any order; by a whole
    mobile number, postcode or date of birth in any spelling."""
    found = every_word(text, SEARCHED)
    if number := mobile_key(text, settings.DEFAULT_REGION):
        found |= Q(mobile_key=number)
    if postcode := postcode_key(text):
        found |= Q(postcode_key=postcode)
    if days := dates_meant(text):
        found |= Q(date_of_birth__in=days)
    return found


def dates_meant(text: str) -> set[date]:
    """Return the dates that *text* may mean: none, one, or several where day and month or the century are unclear.

    "9/12/1956", "9 Dec 1956", "December 9th, 1956", "1956-12-09" and "9.12.56" are all understood.
    """
    words = re.split(r"[\s,./-]+", _ORDINAL.sub("", text.strip()).casefold())
    if len(words) != 3:
        return set()
    months = _months()
    named = [place for place, word in enumerate(words) if word in months]
    numbers = [str(months.get(word, word)) for word in words]
    if not all(number.isascii() and number.isdigit() and len(number) <= 4 for number in numbers):
        return set()
    if len(numbers[0]) == 4:
        orders = [(0, 1, 2)]
    elif named:
        orders = [(2, 0, 1)] if named == [0] else [(2, 1, 0)]
    else:
        month_first = "%m/%d/%Y" in get_format("DATE_INPUT_FORMATS")
        orders = [(2, 1, 0), *([(2, 0, 1)] if month_first else [])]
    found = set()
    for (year, month, day), century in product(orders, (0, 1900, 2000)):
        if (len(numbers[year]) == 2) != bool(century):
            continue
        try:
            found.add(date(int(numbers[year]) + century, int(numbers[month]), int(numbers[day])))
        except ValueError:
            continue  # no such day
    return found


def _months() -> dict[str, int]:
    """The months' names in English and in the language of whoever searches."""
    names = {}
    for number in range(1, 13):
        names |= {str(MONTHS[number]).casefold(): number, str(MONTHS_3[number]).casefold(): number}
        with override("en"):
            names |= {str(MONTHS[number]).casefold(): number, str(MONTHS_3[number]).casefold(): number}
    return names
