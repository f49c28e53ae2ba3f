"""``p/<token>/``: the only URL that a message carries."""

import logging

from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Site

from ...access.links import find_link
from ...access.pending import note_pending
from ...policies.portal_address import portal_page
from ..responses import with_portal_headers

logger = logging.getLogger(__name__)


@csrf_exempt  # it changes nothing, and a refusal would be logged with the token
def follow(request, token: str) -> HttpResponse:
    """Note the link as waiting and go on to the identity check, so that no later URL holds the token.

    Whatever is wrong with a token, the answer is one and the same. HEAD notes nothing: programs that look at links
    before their reader does must find nothing and change nothing.
    """
    if request.method not in ("GET", "HEAD"):
        return _unlogged(HttpResponseNotAllowed(["GET", "HEAD"]))
    try:
        return _follow(request, token)
    except Exception as error:
        # Django's report of it would hold the path, and that the token.
        logger.error("a magic link could not be followed (%s)", type(error).__name__)
        return _unlogged(HttpResponse(_("Something went wrong here. Please try again in a minute."), status=503))


def _follow(request, token: str) -> HttpResponse:
    link = find_link(token, timezone.now())
    if link is not None and request.method == "GET":
        note_pending(request.session, link)
        # Here and not in Django's middleware, whose report of a failure would hold the path.
        request.session.save()
    page = portal_page(link.portal_site if link else Site.find_for_request(request))
    if page is None:
        return _unlogged(HttpResponseNotFound(_("This site has no client portal at the moment.")))
    url = page.get_url(request) + page.specific.reverse_subpage("verify").lstrip("/")
    return with_portal_headers(HttpResponseRedirect(url if link else f"{url}?ended=1"), referrer_policy="no-referrer")


def _unlogged(response: HttpResponse) -> HttpResponse:
    """Keep Django from logging the path of an answer that is an error: it holds the token."""
    response._has_been_logged = True
    return with_portal_headers(response, referrer_policy="no-referrer")
