"""An amount of money as people write it."""

from decimal import Decimal

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..conf import settings

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
_SIGN_FIRST = ("en", "cy", "ga")


def price_in_words(amount: Decimal | None) -> str:
    """Return "£48.00" in the currency that the site has set, "Free" for nothing, "" where there is no price."""
    if amount is None:
        return ""
    if not amount:
        return _("Free")
    return money_in_words(amount, settings.CURRENCY)


def money_in_words(amount: Decimal, currency: str) -> str:
    """Return "£48.00", in most languages "48,00 £", or "48.00 CHF" in a currency (an ISO 4217 code) whose sign isn't
    known everywhere.
    """
    number = formats.number_format(amount, decimal_pos=2)
    if currency in _SYMBOLS and (get_language() or "en").startswith(_SIGN_FIRST):
        return f"{_SYMBOLS[currency]}{number}"
    return f"{number}\N{NO-BREAK SPACE}{_SYMBOLS.get(currency, currency)}"
