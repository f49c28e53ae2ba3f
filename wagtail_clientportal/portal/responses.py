"""The headers that every answer of the portal carries."""

from django.http import HttpResponse

from ..conf import settings

HEADERS = {
    "Cache-Control": "private, no-cache, no-store, max-age=0, must-revalidate",
    # Not no-referrer: browsers would send "Origin: null" with the forms, and Django's CSRF check would refuse them.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def with_portal_headers(response: HttpResponse, *, referrer_policy: str | None = None) -> HttpResponse:
    """Put the portal's headers on *response* and return it.

    :param referrer_policy: instead of the usual one, for the redirect whose own URL holds a token.
    """
    for name, value in HEADERS.items():
        response[name] = value
    if referrer_policy:
        response["Referrer-Policy"] = referrer_policy
    if settings.SEND_CSP:
        response["Content-Security-Policy"] = CSP
    return response
