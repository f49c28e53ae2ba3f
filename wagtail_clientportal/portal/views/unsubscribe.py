"""``p/unsubscribe/<token>/``: ends emails about appointments, without signing in.

Mail programs post here by themselves when their reader asks for it (RFC 8058), so no CSRF token can be asked for: the
address itself is the proof. A GET changes nothing.
"""

from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Site

from ...actions.set_email_opt_in import set_email_opt_in
from ...communications.unsubscribe import client_of
from ...policies.models import PortalSettings
from ...policies.portal_address import portal_page
from ...practice.models import Client
from ..responses import with_portal_headers
from ..visit import Visit


@csrf_exempt
def unsubscribe(request, token: str) -> HttpResponse:
    """Ask on GET, and do on POST: stop, or with ``resume`` start again. It works while the portal is off, too."""
    if request.method not in ("GET", "HEAD", "POST"):
        return _private(HttpResponseNotAllowed(["GET", "HEAD", "POST"]))
    client = client_of(token)
    wanted = "resume" in request.POST
    if client is not None and request.method == "POST":
        set_email_opt_in(client, wanted)
    site = Site.find_for_request(request)
    page = portal_page(site)
    template, title = _screen(client, request.method, wanted)
    if page is None:
        # A clinic that has taken its portal down still hears who wants no emails.
        return _private(HttpResponse(title, content_type="text/plain"))
    clinic = PortalSettings.for_site(site)
    visit = Visit(page=page.specific, request=request, site=site, clinic=clinic, now=timezone.now())
    response = visit.render(template, title=title, status=404 if client is None else 200, resumed=wanted)
    return _private(response.render())


def _screen(client: Client | None, method: str, wanted: bool) -> tuple[str, str]:
    """Return the template that answers, and its title."""
    if client is None:
        return "unsubscribe_unknown", _("This link doesn’t work any more")
    if method != "POST":
        return "unsubscribe", _("Stop emails about your appointments?")
    if wanted:
        return "unsubscribe", _("You will get emails about your appointments again")
    return "unsubscribed", _("You won’t get any more emails about your appointments")


def _private(response: HttpResponse) -> HttpResponse:
    """The address must not get into a log of errors, nor be told to other pages."""
    response._has_been_logged = True
    return with_portal_headers(response, referrer_policy="no-referrer")
