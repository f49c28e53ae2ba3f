"""When somebody may have been born."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OLDEST_YEAR = 1900  # nobody alive was born before
_ASK_FROM = 110  # years; a handful of people in a country are older


def validate_born(born: date, today: date) -> None:
    """Refuse a date of birth that nobody alive has.

    :raises ValidationError: it is in the future, or before 1900.
    """
    if born > today:
        raise ValidationError(_("A date of birth can’t be in the future."))
    if born.year < OLDEST_YEAR:
        raise ValidationError(_("A date of birth can’t be before 1900."))


def is_hardly_alive(born: date, today: date) -> bool:
    """Whether somebody born then would be 110 or older: rarely true, more often a slip."""
    birthday = (born.month, born.day)
    return today.year - born.year - (birthday > (today.month, today.day)) >= _ASK_FROM
