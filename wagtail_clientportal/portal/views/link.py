"""``p/<token>/``: the only URL that a message carries."""

from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from ...access.links import find_link
from ...access.pending import note_pending
from ...policies.portal_address import portal_page
from ..responses import with_portal_headers


def follow(request, token: str) -> HttpResponse:
    """Note the link as waiting and go on to the identity check, so that no later URL holds the token.

    Whatever is wrong with a token, the answer is one and the same. HEAD notes nothing: programs that look at links
    before their reader does must find nothing and change nothing.
    """
    if request.method not in ("GET", "HEAD"):
        return with_portal_headers(HttpResponseNotAllowed(["GET", "HEAD"]), referrer_policy="no-referrer")
    link = find_link(token, timezone.now())
    if link is not None and request.method == "GET":
        note_pending(request.session, link)
    page = portal_page(link.site if link else Site.find_for_request(request))
    if page is None:
        return with_portal_headers(
            HttpResponseNotFound(_("This site has no client portal at the moment.")), referrer_policy="no-referrer"
        )
    url = page.get_url(request) + page.specific.reverse_subpage("verify").lstrip("/")
    return with_portal_headers(HttpResponseRedirect(url if link else f"{url}?ended=1"), referrer_policy="no-referrer")
