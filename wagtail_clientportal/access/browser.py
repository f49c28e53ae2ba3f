"""Which browser does a request come from?"""

import hashlib

from django.conf import settings as django_settings
from django.http import HttpRequest


def browser_of(request: HttpRequest) -> str:
    """Return a name for the browser as it is before anything changes its cookie; "" where it has none yet.

    A hash, because whoever reads the cookie's own text can take the browser's place.
    """
    cookie = request.COOKIES.get(django_settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else ""
