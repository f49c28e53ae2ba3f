"""``p/<token>/``: the only URL that a message carries."""

import logging

from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Page, Site

from ...access.booking_browser import note_followed
from ...access.links import find_ended_link, find_link
from ...access.pending import note_pending
from ...access.token import token_hash
from ...policies.models import BookingSettings, PortalSettings
from ...policies.portal_address import booking_page, portal_page
from ...screens.clinic_cache import cached_clinic_of_host
from ...screens.crash import show_crash
from ...screens.responses import with_portal_headers
from ...screens.unreadable import make_readable

logger = logging.getLogger(__name__)


@csrf_exempt  # it changes nothing, and a refusal would be logged with the token
def follow(request, token: str, screen: str = "") -> HttpResponse:
    """Note the link as waiting and go on to the identity check, so that no later URL holds the token.

    :param screen: where the check leads to afterwards, "change" or "cancel": which asks before it does anything.

    Whatever is wrong with a token, the answer is one and the same; but who booked online hears how to do it again, and
    where the portal is closed, nobody is led to it in vain. HEAD notes nothing: programs that look at links
    before their reader does must find nothing and change nothing.
    """
    if request.method not in ("GET", "HEAD"):
        return unlogged(HttpResponseNotAllowed(["GET", "HEAD"]))
    try:
        return _follow(request, token, screen)
    except Exception as error:
        # Django's report of it would hold the path, and that the token.
        logger.error("a magic link could not be followed (%s)", type(error).__name__)
        return unlogged(show_crash(request, cached_clinic_of_host(request), status=503))


def _follow(request, token: str, screen: str) -> HttpResponse:
    make_readable(request)
    link = find_link(token, timezone.now())
    if link is None:
        return _ended(request, token)
    if link.kind == link.Kind.BOOKING:
        return _to_booking(request, link)
    page = portal_page(link.portal_site)
    if page is None:
        return _nothing_here()
    if request.method == "GET":
        # It saves the session here and not in Django's middleware, whose report of a failure would hold the path.
        note_pending(request.session, link)
    return _to(request, page, "verify", query=f"?screen={screen}" if screen else "")


def _to_booking(request, link) -> HttpResponse:
    """Lead to the booking that the link confirms, and let this browser see it."""
    page = booking_page(link.portal_site)
    if page is None:
        return unlogged(HttpResponseNotFound(_("Nothing can be booked here at the moment.")))
    if request.method == "GET":
        note_followed(request.session, link.booking_request)
    return _to(request, page, "confirm", link.booking_request.public_id)


def _ended(request, token: str) -> HttpResponse:
    """Lead to where a new link is asked for, or to where an appointment is booked again."""
    link, site = find_ended_link(token), Site.find_for_request(request)
    if link is not None and link.kind == link.Kind.BOOKING:
        page = booking_page(link.portal_site)
        return _to(request, page, "link_ended") if page else _nothing_here()
    portal = portal_page(site)
    # One that isn't remembered may have been of either kind.
    if link is None and (page := _where_booking_goes_on(site, portal)):
        return _to(request, page, "link_ended")
    # What is stored of a token and no more: it opens nothing, and a new one may be sent to whom it was for.
    return _to(request, portal, "verify", query=f"?ended={token_hash(token)}") if portal else _nothing_here()


def _where_booking_goes_on(site: Site | None, portal: Page | None) -> Page | None:
    """Return the page for online booking where that is open and the portal isn't: nobody is led to it in vain."""
    if (portal and PortalSettings.for_site(site).enabled) or not BookingSettings.for_site(site).enabled:
        return None
    return booking_page(site)


def _nothing_here() -> HttpResponse:
    return unlogged(HttpResponseNotFound(_("This site has no client portal at the moment.")))


def _to(request, page: Page, route: str, *args, query: str = "") -> HttpResponse:
    path = page.specific.reverse_subpage(route, args=args).lstrip("/")
    return with_portal_headers(
        HttpResponseRedirect(f"{page.get_url(request)}{path}{query}"), referrer_policy="no-referrer"
    )


def unlogged(response: HttpResponse) -> HttpResponse:
    """Put the portal's headers on *response*, and keep Django from logging its path, which holds a token."""
    response._has_been_logged = True
    return with_portal_headers(response, referrer_policy="no-referrer")
