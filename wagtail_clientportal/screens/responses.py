"""The headers that every answer of the portal carries."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ..conf import settings

HEADERS = {
    "Cache-Control": "private, no-cache, no-store, max-age=0, must-revalidate",
    # Not no-referrer: browsers would send "Origin: null" with the forms, and Django's CSRF check would refuse them.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_CONTENT_POLICY = {
    "default-src": ("'self'",),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}


def with_portal_headers(response: HttpResponse, *, referrer_policy: str | None = None) -> HttpResponse:
    """Put the portal's headers on *response* and return it.

    :param referrer_policy: instead of the usual one, for the redirect whose own URL holds a token.
    """
    for name, value in HEADERS.items():
        response[name] = value
    if referrer_policy:
        response["Referrer-Policy"] = referrer_policy
    if settings.SEND_CSP:
        if isinstance(response, TemplateResponse):
            # Only then is it known whether the site's base used a nonce.
            response.add_post_render_callback(_put_content_policy)
        else:
            _put_content_policy(response)
    return response


def _put_content_policy(response: HttpResponse) -> None:
    policy = {name: list(sources) for name, sources in _CONTENT_POLICY.items()}
    for name, sources in settings.CSP_SOURCES.items():
        before = [one for one in policy.get(name, ["'self'"]) if one != "'none'"]
        policy[name] = [*before, *sources]
    if nonce := _nonce(getattr(response, "_request", None)):
        for name in ("script-src", "style-src"):
            policy.setdefault(name, ["'self'"]).append(f"'nonce-{nonce}'")
    response["Content-Security-Policy"] = "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def _nonce(request: HttpRequest | None) -> str:
    """The nonce that this page's own scripts and styles carry, by Django's support (from 6.0) or by django-csp.

    Both keep it under one name, where it is false until a template has used it.
    """
    nonce = getattr(request, "_csp_nonce", None)
    return str(nonce) if nonce else ""
