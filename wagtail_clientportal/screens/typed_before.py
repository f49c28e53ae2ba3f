"""What somebody typed into the form before their time was gone, or they went back for another: they type it once.

Kept in the Django session until it is sent, and for a day at most.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

SESSION_KEY = "clientportal_booking_typed"
_KEPT_FOR = timedelta(days=1)
_KEPT = (
    "first_name",
    "last_name",
    "email",
    "mobile",
    "day",
    "month",
    "year",
    "postcode",
    "message",
    "email_opt_in",
    "sms_opt_in",
)


def keep(request: HttpRequest, now: datetime) -> None:
    """Keep what the posted form holds."""
    posted = {name: request.POST.get(name, "")[:2000] for name in _KEPT}
    request.session[SESSION_KEY] = [posted, now.timestamp()]


def kept(request: HttpRequest, now: datetime) -> dict[str, str]:
    """Return it, by field."""
    posted, since = request.session.get(SESSION_KEY, ({}, now.timestamp()))
    return posted if now.timestamp() - since < _KEPT_FOR.total_seconds() else {}


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
