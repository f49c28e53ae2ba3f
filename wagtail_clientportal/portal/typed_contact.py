"""Where somebody asked for a link, as they typed it: repeated for a while, so that a slip can be seen and put right.

Kept in the Django session until they sign out, or a quarter of an hour has passed: whoever has the device later doesn't
read it.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

SESSION_KEY = "clientportal_typed_contact"

_KEPT_FOR = timedelta(minutes=15)


def keep(request: HttpRequest, contact: str, now: datetime) -> None:
    """Keep *contact* in the place of whatever was kept."""
    request.session[SESSION_KEY] = [contact, now.timestamp()]


def kept(request: HttpRequest, now: datetime) -> str:
    """Return what was typed a moment ago; "" for nothing."""
    contact, since = request.session.get(SESSION_KEY, ("", 0))
    return contact if now.timestamp() - since < _KEPT_FOR.total_seconds() else ""


def forget(request: HttpRequest) -> None:
    """Forget whatever was kept."""
    request.session.pop(SESSION_KEY, None)
