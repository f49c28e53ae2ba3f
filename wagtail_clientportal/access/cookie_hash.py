"""Which browser does a request come from? Told by a hash of its session cookie."""

import hashlib

from django.conf import settings as django_settings
from django.http import HttpRequest


def cookie_hash_of(request: HttpRequest) -> str:
    """Return the SHA-256 (hex) of the session cookie that came with *request*; "" where none did.

    A hash, because whoever reads the cookie's own text can take the browser's place. Taken before anything changes it.
    """
    cookie = request.COOKIES.get(django_settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""
