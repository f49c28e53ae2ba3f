"""``p/unsubscribe/<token>/``: ends reminders by email, and nothing else, without signing in.

Mail programs post here by themselves when their reader asks for it (RFC 8058), so no CSRF token can be asked for: the
address itself is the proof. A GET changes nothing.
"""

from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Site

from ...actions.set_preferences import set_preferences
from ...outbox.unsubscribe import client_of
from ...policies.models import PortalSettings
from ...policies.portal_address import portal_page
from ...practice.models import Client
from ...screens.responses import with_portal_headers
from ...screens.unreadable import make_readable
from ..portal_context import PortalContext


@csrf_exempt
def unsubscribe(request, token: str) -> HttpResponse:
    """Ask on GET, and do on POST: stop, or with ``resume`` start again. It works while the portal is off, too."""
    if request.method not in ("GET", "HEAD", "POST"):
        return _private(HttpResponseNotAllowed(["GET", "HEAD", "POST"]))
    make_readable(request)  # the address says it all
    client = client_of(token)
    wanted = "resume" in request.POST
    if client is not None and request.method == "POST":
        set_preferences(client, email_reminders=wanted)
    site = Site.find_for_request(request)
    page = portal_page(site)
    template, title = _screen(client, request.method, wanted)
    if page is None:
        # A clinic that has taken its portal down still hears who wants no reminders.
        return _private(HttpResponse(title, content_type="text/plain"))
    portal_settings = PortalSettings.for_site(site)
    context = PortalContext(
        page=page.specific, request=request, site=site, portal_settings=portal_settings, now=timezone.now()
    )
    response = context.render(template, title=title, status=404 if client is None else 200, resumed=wanted)
    return _private(response.render())


def _screen(client: Client | None, method: str, wanted: bool) -> tuple[str, str]:
    """Return the template that answers, and its title."""
    if client is None:
        return "unsubscribe_unknown", _("This link doesn’t work any more")
    if method != "POST":
        return "unsubscribe", _("Stop reminders by email?")
    if wanted and not client.email_opt_in:
        return "unsubscribe_off", _("Please ring us to get emails again")
    if wanted:
        return "unsubscribe", _("You will get reminders by email again")
    return "unsubscribed", _("You won’t get any more reminders by email")


def _private(response: HttpResponse) -> HttpResponse:
    """The address must not get into a log of errors, nor be told to other pages."""
    response._has_been_logged = True
    return with_portal_headers(response, referrer_policy="no-referrer")
