"""A request to one of the screens on which new appointments are booked."""

from functools import cached_property

from wagtail.models import Page

from ..compiled_once import compiled_once
from ..diary.models import Appointment
from ..policies.models import BookingSettings, PortalSettings
from ..policies.portal_address import portal_page
from ..practice.models import Client
from ..screens.screen_context import ScreenContext

_PORTAL_SCREENS = ("sign_in", "verify", "appointments", "stay", "sign_out")


class BookingContext(ScreenContext):
    """The context of a screen whose ``page`` is an online booking page."""

    room = "booking"

    @staticmethod
    def settings_of(site):
        """Those of online booking are asked for along with them."""
        for found in _with_booking_settings(site.pk) if site else []:
            rules = getattr(found.site, "client_booking_settings", None)
            for each in filter(None, (found, rules)):
                each.site = site  # which then knows them
            return found
        return PortalSettings(site=site)

    @cached_property
    def rules(self) -> BookingSettings:
        return getattr(self.site, "client_booking_settings", None) or BookingSettings(site=self.site)

    @property
    def client(self) -> Client | None:
        """Who is signed in to all of their appointments: a link to one of them opens nothing else."""
        return self.session.client if self.session and self.session.is_full else None

    @cached_property
    def portal(self) -> Page | None:
        """The portal page, where clients may use it."""
        page = portal_page(self.site) if self.portal_settings.enabled else None
        return page and page.specific_deferred

    def portal_urls(self):
        # Looking for the portal costs as much as all the rest: nobody who isn't signed in is led to it from everywhere.
        if self.session is None or self.portal is None:
            return {}
        return {name: self._portal_url(name) for name in _PORTAL_SCREENS}

    @property
    def sign_in_url(self) -> str:
        """Return where a client signs in to the portal; "" where there is none."""
        return self._portal_url("sign_in") if self.portal else ""

    def manage_url(self, appointment: Appointment) -> str:
        """Return where whoever asks sees, changes or cancels *appointment*, or signs in to do so; "" where they can't:
        there is no portal, or somebody else is signed in on this device.
        """
        if self.client is None or self.portal is None:
            return self.sign_in_url
        return self._portal_url("appointment", appointment.public_id) if self.client == appointment.client else ""

    def _portal_url(self, route: str, *args) -> str:
        base = (self.portal.get_url(self.request) or "/").rstrip("/") + "/"
        return base + self.portal.reverse_subpage(route, args=args).lstrip("/")


@compiled_once
def _with_booking_settings(site_id):
    return PortalSettings.objects.select_related("site__client_booking_settings").filter(site=site_id)
