"""A middleware: what Django answers before, or instead of, a screen carries the portal's headers too.

A form without its CSRF token, a body that is too big and one that can't be read are refused before any view runs, an
address without its last slash is redirected by another middleware, and a crash is answered after it all, so nothing
within the portal page could do it. First in ``MIDDLEWARE``::

    "wagtail_clientportal.pages.errors.PortalErrorsMiddleware",
"""

import logging

from django.conf import settings as django_settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from wagtail.models import Page

from ..screens.bad_request import show_forgery, show_too_much, show_unreadable
from ..screens.clinic_cache import CachedClinic, cached_clinic, cached_clinic_of_host
from ..screens.crash import show_crash
from ..screens.responses import HEADERS, with_portal_headers
from ..screens.unreadable import is_unreadable
from .screens_page import ScreensPage

logger = logging.getLogger(__name__)


class PortalErrorsMiddleware:
    """Looks at errors and at redirects from what is no address: an answer that went well costs nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """Refuse what can't be read before another middleware tries to, and crashes."""
        page = _portal_page(request, request.resolver_match) if is_unreadable(request) else None
        return None if page is None else with_portal_headers(show_unreadable(page, request))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        if response.status_code == 301 and match is None:
            match = _match(f"{request.path_info}/")
        elif response.status_code < 400 or response.get("Cache-Control") == HEADERS["Cache-Control"]:
            return response
        elif response.status_code == 500:
            return _after_a_crash(request, response, match)
        page = _portal_page(request, match)
        return response if page is None else with_portal_headers(_kinder(page, request, response))


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _after_a_crash(request: HttpRequest, response: HttpResponse, match: ResolverMatch | None) -> HttpResponse:
    """Answer without a query where this process has served the portal page before. Django has reported the crash."""
    match = match or _match(request.path_info)
    is_link = match is not None and match.namespace == "wagtail_clientportal"
    clinic = cached_clinic_of_host(request) if is_link else cached_clinic(request)
    if not is_link and not _is_the_portals(request, match, clinic):
        return response
    try:
        if not django_settings.DEBUG:
            response = show_crash(request, clinic, response.status_code)
    except Exception:
        logger.exception("the page about a crash could not be shown")
    return with_portal_headers(response)


def _is_the_portals(request: HttpRequest, match: ResolverMatch | None, clinic: CachedClinic | None) -> bool:
    if match is None or match.url_name != "wagtail_serve":
        return False
    return clinic is not None or hasattr(request, "is_client_portal") or _portal_page(request, match) is not None


def _portal_page(request: HttpRequest, match: ResolverMatch | None) -> ScreensPage | None:
    if match is None or match.url_name != "wagtail_serve":
        return None
    path = match.args[0] if match.args else match.kwargs["path"]  # a site may name the group of its own pattern
    try:
        found = Page.route_for_request(request, path)
    except (Http404, Error):  # where the database is what went wrong, the first answer stands
        return None
    return found.page if found and isinstance(found.page, ScreensPage) else None


def _kinder(page: ScreensPage, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    match response.status_code:
        # Set by Django's CSRF middleware once it has let a request pass.
        case 403 if not getattr(request, "csrf_processing_done", False):
            return show_forgery(page, request)
        case 400 | 413:
            return show_too_much(page, request, response.status_code)
    return response
