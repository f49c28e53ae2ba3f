"""One request to one of the client's screens: who asks, at which clinic, at what time."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
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
from . import announcements
from .session_end import SessionEnd


@dataclass
class Visit:
    """What every screen needs. ``session`` is ``None`` for somebody who isn't signed in at this site.

    ``now`` is the server's clock when the request came in (aware, UTC); the actions judge by it too.
    """

    page: Page
    request: HttpRequest
    site: Site
    clinic: PortalSettings
    now: datetime
    session: PortalSession | None = None
    is_preview: bool = False

    @classmethod
    def of(cls, page: Page, request: HttpRequest, *, touch: bool = True) -> "Visit":
        """Begin a visit. The clinic is the page's own, whatever Host the request names.

        :param touch: whether it puts off the end of the session.
        """
        site, now = site_of(page), timezone.now()
        clinic = PortalSettings.for_site(site)
        session = current_session(request, site, now, touch=touch) if clinic.enabled else None
        return cls(page=page, request=request, site=site, clinic=clinic, now=now, session=session)

    @cached_property
    def _base(self) -> str:
        return (self.page.get_url(self.request) or "/").rstrip("/") + "/"

    def url(self, route: str, *args, **query) -> str:
        """Return the URL of the page's *route* (its name), with *query* behind it."""
        path = self._base + self.page.reverse_subpage(route, args=args).lstrip("/")
        return f"{path}?{urlencode(query)}" if query else path

    def client_ip(self) -> str | None:
        """Return the public address that asks; where it can't be told ``None``, which staff will hear of."""
        ip = client_ip(self.request)
        if ip is None:
            note_unknown_address(self.site, self.now)
        return ip

    @property
    def clinic_phone(self) -> Phone:
        return Phone(self.clinic.phone)

    def redirect(self, route: str, *args, **query) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.url(route, *args, **query))

    def render(self, template: str, *, title: str, status: int = 200, errors=(), **context) -> TemplateResponse:
        """Answer with one of the portal's templates.

        :param template: name without folder and ending, e.g. "cancel".
        :param title: the screen's heading, and the first part of the browser's title.
        :param errors: pairs (id of the field, sentence) for the summary above the form.
        """
        values = {
            "page": self.page,
            "self": self.page,
            "base_template": settings.BASE_TEMPLATE,
            "title": title,
            "clinic_name": self.clinic.display_name,
            "clinic": self.clinic,
            "phone": self.clinic_phone,
            "portal_session": self.session,
            "session_end": SessionEnd.of(self.session, self.now) if self.session else None,
            "errors": list(errors),
            "announcements": [] if self.is_preview else announcements.take(self.request),
            "urls": {name: self.url(name) for name in ("sign_in", "verify", "appointments", "stay", "sign_out")},
            "is_preview": self.is_preview,
        }
        return TemplateResponse(
            self.request, f"wagtail_clientportal/portal/{template}.html", values | context, status=status
        )

    def not_found(self) -> TemplateResponse:
        """Answer the same for what doesn't exist and for what isn't this client's."""
        return self.render("not_found", title=_("We can’t find that page"), status=404)


def site_of(page: Page) -> Site | None:
    """Return the site that *page* is part of; the default one for a page that isn't in any tree yet."""
    return page.get_site() or Site.objects.filter(is_default_site=True).first()
