"""Requests that no browser sends, and that would otherwise end in a crash."""

from django.conf import settings as django_settings
from django.http import HttpRequest


def is_unreadable(request: HttpRequest) -> bool:
    """Whether *request* is written in another encoding than UTF-8, or its session cookie holds a NUL."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    return charset.lower() != "utf-8" or _has_odd_cookie(request)


def make_readable(request: HttpRequest) -> None:
    """Let *request* be answered all the same. An odd cookie is forgotten, and Django takes it from the browser."""
    request.encoding = "utf-8"
    if _has_odd_cookie(request):
        request.session = type(request.session)()


def _has_odd_cookie(request: HttpRequest) -> bool:
    # PostgreSQL looks up no text with a NUL in it.
    return "\0" in request.COOKIES.get(django_settings.SESSION_COOKIE_NAME, "")
