"""The facts that the variables of a message tell: of an appointment, of a sign-in link, or of a booking to confirm."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import cached_property
from wagtail.models import Site

from ..access.links import inert_url, link_url, mint_appointment_link
from ..diary.from_and_to import RecordedState
from ..diary.models import Appointment, BookingRequest, Payment
from ..diary.queries import changes_by_client
from ..policies.effective import effective_rules
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_url
from ..policies.rules import PolicyRules
from ..practice.models import Location

# What a link may lead straight to, once whoever follows it has said who they are: the end of its path.
SCREENS = CHANGE, CANCEL = "change/", "cancel/"


@dataclass
class Links:
    """The magic links of one message, each minted when it is first needed. ``minted`` holds their URLs."""

    now: datetime
    minted: dict[int, str] = field(default_factory=dict)

    def to(self, appointment: Appointment, site: Site) -> str:
        if appointment.pk not in self.minted:
            self.minted[appointment.pk] = link_url(site, mint_appointment_link(appointment, self.now))
        return self.minted[appointment.pk]

    @property
    def secrets(self) -> Collection[str]:
        # The longer ones first: a copy is to keep nothing of them.
        return [url + screen for screen in (*SCREENS, "") for url in self.minted.values()]


class InertLinks:
    """Stands for ``Links`` in a preview: its URL is as long as a real one and opens nothing."""

    secrets: Collection[str] = ()

    def to(self, appointment: Appointment, site: Site) -> str:
        return inert_url(site)


@dataclass
class AppointmentFacts:
    """The appointment that the variables speak of.

    :param links: the links of the message this is for; ``None`` outside a message.
    :param before: how it stood before the change that the message tells of; ``None`` where it tells of none.
    :param recipient: the address it goes to; "" where it may be any of the client's.
    """

    appointment: Appointment
    now: datetime
    links: Links | InertLinks | None = None
    before: RecordedState | None = None
    recipient: str = ""

    @cached_property
    def site(self) -> Site | None:
        return self.location.portal_site

    @cached_property
    def portal_settings(self) -> PortalSettings:
        return PortalSettings.for_site(self.site)

    @cached_property
    def rules(self) -> PolicyRules:
        return effective_rules(self.appointment.appointment_type, self.portal_settings)

    @property
    def location(self) -> Location:
        return self.appointment.location

    @property
    def zone(self) -> ZoneInfo:
        return self.location.zone

    @cached_property
    def url(self) -> str:
        if self.links is None or self.site is None or not self.can_be_opened:
            return portal_url(self.site)
        return self.links.to(self.appointment, self.site)

    def url_to(self, screen: str) -> str:
        """Return the address that leads straight to *screen* (one of ``SCREENS``): outside a message the portal's."""
        return self.url + screen if self.links is not None and self.site is not None else self.url

    @cached_property
    def change_until(self) -> datetime | None:
        """When the client can change it online at the latest; ``None`` where they can't, or not any more."""
        clinician, limit = self.appointment.clinician, self.rules.max_changes
        is_enabled = self.rules.changes_enabled and clinician.available_online and clinician.is_active
        has_one_left = limit is None or not self.appointment.pk or changes_by_client(self.appointment).count() < limit
        return self._until(is_enabled and has_one_left, self.rules.change_window)

    @cached_property
    def cancel_until(self) -> datetime | None:
        """The same for cancelling it."""
        return self._until(self.rules.cancellations_enabled, self.rules.cancellation_window)

    def _until(self, is_enabled: bool, window: timedelta) -> datetime | None:
        deadline = self.appointment.start - window
        is_possible = is_enabled and self.portal_settings.enabled and self.can_be_opened and deadline > self.now
        return deadline if is_possible else None

    @property
    def can_be_opened(self) -> bool:
        client = self.appointment.client
        return self.appointment.is_current(self.now) and client.is_active and client.portal_access

    @property
    def secrets(self) -> Collection[str]:
        """The URLs minted until now, which no copy of the message may hold."""
        return self.links.secrets if self.links else ()


@dataclass
class SignInFacts:
    """A sign-in link. Whoever shares the contact gets it, so nothing here is anybody's in particular."""

    site: Site | None
    portal_settings: PortalSettings
    url: str
    code: str = ""
    location = None

    @property
    def secrets(self) -> Collection[str]:
        """The URL and the code, which no copy of the message may hold."""
        return (self.url, self.code)


@dataclass
class BookingFacts:
    """A link to confirm an online booking. It goes to whoever typed the address, so it says nothing that they didn't
    choose themselves."""

    booking_request: BookingRequest
    portal_settings: PortalSettings
    url: str

    @property
    def site(self) -> Site:
        return self.booking_request.site

    @property
    def appointment(self) -> BookingRequest:
        """What has a start as an appointment has."""
        return self.booking_request

    @property
    def location(self) -> Location:
        return self.booking_request.location

    @property
    def zone(self) -> ZoneInfo:
        return self.location.zone

    @property
    def secrets(self) -> Collection[str]:
        """The URL, which no copy of the message may hold."""
        return (self.url,)


@dataclass
class PaymentFacts(AppointmentFacts):
    """A payment for an appointment."""

    payment: Payment | None = None


@dataclass
class VainPaymentFacts(BookingFacts):
    """A payment for what couldn't be booked any more. It has no link."""

    payment: Payment | None = None
    url: str = ""

    @property
    def secrets(self) -> Collection[str]:
        return ()


Facts = AppointmentFacts | SignInFacts | BookingFacts
