"""A request to one of the portal's screens."""

from functools import cached_property

from wagtail.models import Page

from ..policies.models import BookingSettings
from ..policies.portal_address import booking_page
from ..screens.screen_context import ScreenContext
from . import announcements

# Where every screen of the portal may lead
_EVERYWHERE = ("sign_in", "verify", "appointments", "stay", "sign_out", "send_link")


class PortalContext(ScreenContext):
    """The context of a screen whose ``page`` is the portal page."""

    room = "portal"

    def portal_urls(self):
        return {name: self.url(name) for name in _EVERYWHERE}

    def appointment_url(self, public_id):
        return self.url("appointment", public_id)

    def booking_url(self, like=None):
        if self._booking_page is None:
            return ""
        url = self._booking_page.get_url(self.request)
        return f"{url}?type={like.appointment_type_id}&clinician={like.clinician_id}" if like else url

    @cached_property
    def _booking_page(self) -> Page | None:
        return booking_page(self.site) if BookingSettings.for_site(self.site).enabled else None

    def render(self, template, **values):
        announced = {} if self.is_preview else {"announcements": announcements.take(self.request)}
        return super().render(template, **announced | values)
