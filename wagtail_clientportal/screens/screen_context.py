"""One request to one of the client's screens: who asks, at which clinic, at what time.

Each of the client's faces has its own: ``portal/portal_context.py``, ``booking/booking_context.py``.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urljoin

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from ..access.client_ip import client_ip
from ..access.models import PortalSession
from ..access.sessions import current_session
from ..access.unknown_addresses import note_unknown_address
from ..conf import settings
from ..policies.models import PortalSettings
from ..policies.phone import Phone
from .clinic_cache import cache_clinic
from .in_base import ScreenResponse
from .session_end import SessionEnd


@dataclass
class ScreenContext:
    """What every screen needs. ``session`` is ``None`` for somebody who isn't signed in at this site.

    ``now`` is the server's clock when the request came in (aware, UTC); the actions judge by it too.
    """

    page: Page
    request: HttpRequest
    site: Site
    portal_settings: PortalSettings
    now: datetime
    session: PortalSession | None = None
    is_preview: bool = False

    room = "portal"  # whose templates it shows; what another has none of, the portal has for it

    @classmethod
    def of(cls, page: Page, request: HttpRequest, *, touch: bool = True) -> "ScreenContext":
        """Begin one for *request*. The clinic is the page's own, whatever Host the request names.

        :param touch: whether the request puts off the end of the session.
        """
        site, now = site_of(page, request), timezone.now()
        portal_settings = cls.settings_of(site)
        context = cls(page=page, request=request, site=site, portal_settings=portal_settings, now=now)
        cache_clinic(context.start_url, site, portal_settings)
        context.session = current_session(request, site, now, touch=touch) if portal_settings.enabled else None
        return context

    @staticmethod
    def settings_of(site: Site | None) -> PortalSettings:
        """Return the clinic's settings."""
        return PortalSettings.for_site(site)

    @cached_property
    def start_url(self) -> str:
        """The page's own URL, under which its routes are."""
        return (self.page.get_url(self.request) or "/").rstrip("/") + "/"

    def url(self, route: str, *args, **query) -> str:
        """Return the URL of the page's *route* (its name), with *query* behind it."""
        path = self.start_url + self.page.reverse_subpage(route, args=args).lstrip("/")
        return f"{path}?{urlencode(query)}" if query else path

    @property
    def home_url(self) -> str:
        """Where the clinic's name leads: the front page of its website, in the language of this request."""
        return urljoin(self.start_url, reverse("wagtail_serve", args=[""]))

    def portal_urls(self) -> dict[str, str]:
        """Return by route the URLs of the portal that every screen may lead to; without a portal none."""
        return {}

    def appointment_url(self, public_id) -> str:
        """Return where a client sees one appointment; "" where there is no portal."""
        return ""

    def booking_url(self, like=None) -> str:
        """Return where a new appointment is booked, of the same type and with the same clinician as *like*, if given;
        "" where nobody can book online."""
        return ""

    def client_ip(self) -> str | None:
        """Return the public address that asks; where it can't be told ``None``, which staff will hear of."""
        ip = client_ip(self.request)
        if ip is None:
            note_unknown_address(self.site, self.now)
        return ip

    @property
    def clinic_phone(self) -> Phone:
        return Phone(self.portal_settings.phone)

    def redirect(self, route: str, *args, **query) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.url(route, *args, **query))

    def render(self, template: str, *, title: str, status: int = 200, errors=(), **values) -> ScreenResponse:
        """Answer with one of the room's templates, or with the portal's.

        :param template: name without folder and ending, e.g. "cancel".
        :param title: the screen's heading, and the first part of the browser's title.
        :param errors: pairs (id of the field, sentence) for the summary above the form.
        """
        shared = {
            "page": self.page,
            "self": self.page,
            "base_template": settings.BASE_TEMPLATE,
            "title": title,
            "clinic_name": self.portal_settings.display_name,
            "clinic": self.portal_settings,
            "phone": self.clinic_phone,
            "portal_session": self.session,
            "session_end": SessionEnd.of(self.session, self.now) if self.session else None,
            "errors": list(errors),
            "urls": self.portal_urls(),
            "start_url": self.start_url,
            "home_url": self.home_url,
            "is_preview": self.is_preview,
        }
        names = [f"wagtail_clientportal/{room}/{template}.html" for room in (self.room, ScreenContext.room)]
        return ScreenResponse(self.request, names, shared | values, status=status)

    def not_found(self) -> ScreenResponse:
        """Answer the same for what doesn't exist and for what isn't this client's."""
        return self.render("not_found", title=_("We can’t find that page"), status=404)


def site_of(page: Page, request: HttpRequest | None = None) -> Site | None:
    """Return the site that *page* is part of; the default one for a page that isn't in any tree yet.

    :param request: one that Wagtail has brought to its site: as a rule the same, and needn't be fetched again then.
    """
    parts = page.get_url_parts()
    asked = Site.find_for_request(request) if request and parts else None
    if asked and asked.pk == parts[0]:
        return asked
    return page.get_site() or Site.objects.filter(is_default_site=True).first()
