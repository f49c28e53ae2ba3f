"""Which days is it that somebody asks about, and in which weeks do they lie? No Django but for the words."""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

_A_DAY = timedelta(days=1)


class Period(TextChoices):
    WEEK = "week", _("This week")
    MONTH = "month", _("This month")
    QUARTER = "quarter", _("This quarter")
    YEAR = "year", _("This year")
    DAYS = "days", _("The days below")


def days_of(period: Period, today: date) -> tuple[date, date]:
    """Return the first and the last day of the week, month, quarter or year that *today* lies in.

    :raises ValueError: for ``Period.DAYS``, which are not any.
    """
    match period:
        case Period.WEEK:
            first = today - today.weekday() * _A_DAY
            return first, first + 6 * _A_DAY
        case Period.MONTH:
            return _months(today.year, today.month, 1)
        case Period.QUARTER:
            return _months(today.year, (today.month - 1) // 3 * 3 + 1, 3)
        case Period.YEAR:
            return _months(today.year, 1, 12)
    raise ValueError(period)


def _months(year: int, month: int, number: int) -> tuple[date, date]:
    after = month - 1 + number
    return date(year, month, 1), date(year + after // 12, after % 12 + 1, 1) - _A_DAY


def weeks(first: date, last: date) -> list[date]:
    """Return the day on which each week from *first* to *last* begins, Mondays but for the first, and the day after
    *last*."""
    monday = first + (7 - first.weekday()) * _A_DAY
    mondays = range(monday.toordinal(), last.toordinal() + 1, 7)
    return [first, *map(date.fromordinal, mondays), last + _A_DAY]
