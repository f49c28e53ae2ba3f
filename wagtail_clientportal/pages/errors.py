"""A middleware: what Django answers before, or instead of, a screen carries the portal's headers too.

A form without its CSRF token and a body that is too big are refused before any view runs, an address without its last
slash is redirected by another middleware, and a crash is answered after it all, so nothing within the portal page could
do it. First in ``MIDDLEWARE``::

    "wagtail_clientportal.pages.errors.PortalErrorsMiddleware",
"""

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from wagtail.models import Page

from ..portal.responses import HEADERS, with_portal_headers
from ..portal.views.refused import show_forgery, show_too_much
from .client_portal_page import ClientPortalPage


class PortalErrorsMiddleware:
    """Looks at errors and at redirects from what is no address: an answer that went well costs nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        if response.status_code == 301 and match is None:
            match = _match_with_slash(request)
        elif response.status_code < 400 or response.get("Cache-Control") == HEADERS["Cache-Control"]:
            return response
        page = _portal_page(request, match)
        return response if page is None else with_portal_headers(_kinder(page, request, response))


def _match_with_slash(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(f"{request.path_info}/")
    except Resolver404:
        return None


def _portal_page(request: HttpRequest, match: ResolverMatch | None) -> ClientPortalPage | None:
    if match is None or match.url_name != "wagtail_serve":
        return None
    path = match.args[0] if match.args else match.kwargs["path"]  # a site may name the group of its own pattern
    try:
        found = Page.route_for_request(request, path)
    except (Http404, DatabaseError):  # where the database is what went wrong, the first answer stands
        return None
    return found.page if found and isinstance(found.page, ClientPortalPage) else None


def _kinder(page: ClientPortalPage, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    match response.status_code:
        # Set by Django's CSRF middleware once it has let a request pass.
        case 403 if not getattr(request, "csrf_processing_done", False):
            return show_forgery(page, request)
        case 400 | 413:
            return show_too_much(page, request, response.status_code)
    return response
