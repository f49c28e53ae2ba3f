"""The six digits that a sign-in link's message carries, for who reads it on another device.

They lead where the link leads, to the identity check, in the browser that asked for the link and in no other. That
browser holds a secret; what is stored is a hash of it, and of the digits together with that.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import salted_hmac
from wagtail.models import Site

from . import throttle
from .magic_link import MagicLink
from .token import new_token

SESSION_KEY = "clientportal_asking"

_DIGITS = 6
_TRIES, _PERIOD = 5, timedelta(minutes=15)  # for one browser, of whatever links it asks for


def asking_browser(session: SessionBase) -> str:
    """Return what this browser is known by when it asks for a link, which stays the same until it signs out."""
    if SESSION_KEY not in session:
        session[SESSION_KEY] = new_token()
    return _known_as(session[SESSION_KEY])


def has_asked(session: SessionBase) -> bool:
    return SESSION_KEY in session


def forget_asking(session: SessionBase) -> None:
    """Forget that this browser asked for anything."""
    session.pop(SESSION_KEY, None)


def new_code() -> str:
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


def code_hash(code: str, asked_by: str) -> str:
    """Return what is stored of *code*. Keyed, because all codes are quickly tried.

    :param asked_by: as ``asking_browser`` gives it.
    """
    return salted_hmac("clientportal.sign_in_code", f"{asked_by}:{code}", algorithm="sha256").hexdigest()


def take_try(session: SessionBase, now: datetime) -> bool:
    """Count a try of this browser; ``False`` when it has had as many as it may, whatever it was that it tried."""
    key = f"code:{asking_browser(session)}"
    return throttle.take(key, limit=_TRIES, period=_PERIOD, now=now)


def link_by_code(session: SessionBase, code: str, site: Site, now: datetime) -> MagicLink | None:
    """Return the link that this browser asked for and whose message carries *code*, if it can still be used."""
    asked_by = asking_browser(session)
    found = MagicLink.objects.filter(
        kind=MagicLink.Kind.SIGN_IN, site=site, asked_by=asked_by, code_hash=code_hash(code, asked_by)
    )
    return next((link for link in found if link.is_alive(now)), None)


def _known_as(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
