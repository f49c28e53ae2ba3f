"""What a message can say about an appointment, each thing by one name.

The template tags, the built-in messages and a developer's own emails all ask here. A magic link is minted only inside
a message: in a dict that ``message_context`` made. Anywhere else the same names give the token-free portal address.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings as django_settings
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ..access.links import inert_url, link_url, mint_appointment_link
from ..diary.models import Appointment
from ..diary.queries import next_of_client
from ..policies.effective import effective_rules
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_url
from ..policies.rules import PolicyRules
from ..practice.dates import date_in_words, moment_in_words, time_in_words, zone_in_words
from ..practice.models import Client
from .plain_text import plain_text

CONTEXT_KEY = "clientportal_message"


@dataclass
class Links:
    """The magic links of one message, each minted when it is first needed. ``minted`` holds their URLs."""

    now: datetime
    minted: dict[int, str] = field(default_factory=dict)

    def to(self, appointment: Appointment, site: Site) -> str:
        if appointment.pk not in self.minted:
            self.minted[appointment.pk] = link_url(site, mint_appointment_link(appointment, self.now))
        return self.minted[appointment.pk]


class InertLinks:
    """Stands for ``Links`` in a preview: its URL is as long as a real one and opens nothing."""

    def to(self, appointment: Appointment, site: Site) -> str:
        return inert_url(site)


@dataclass
class Subject:
    """The appointment that the variables speak of.

    :param links: the links of the message this is for; ``None`` outside a message.
    """

    appointment: Appointment
    now: datetime
    links: Links | InertLinks | None = None

    @cached_property
    def site(self) -> Site | None:
        return self.appointment.location.portal_site

    @cached_property
    def settings(self) -> PortalSettings:
        return PortalSettings.for_site(self.site)

    @cached_property
    def rules(self) -> PolicyRules:
        return effective_rules(self.appointment.appointment_type, self.settings)

    @property
    def zone(self):
        return self.appointment.location.zone

    @cached_property
    def url(self) -> str:
        if self.links is None or self.site is None or not self.can_be_opened:
            return portal_url(self.site)
        return self.links.to(self.appointment, self.site)

    @property
    def can_be_opened(self) -> bool:
        client = self.appointment.client
        return self.appointment.is_current(self.now) and client.is_active and client.portal_access


def _time(subject: Subject) -> str:
    """The time, and whose clocks are meant where the reader may take it for another place's."""
    time = time_in_words(subject.appointment.start, subject.zone)
    if subject.appointment.location.timezone == django_settings.TIME_ZONE:
        return time
    return f"{time}, {zone_in_words(subject.zone)}"


def _until(subject: Subject, enabled: bool, window: timedelta) -> str:
    """The deadline; nothing where there is none, or none any more."""
    deadline = subject.appointment.start - window
    is_possible = enabled and subject.settings.enabled and subject.can_be_opened and deadline > subject.now
    return moment_in_words(deadline, subject.zone) if is_possible else ""


class Variable(NamedTuple):
    """``label`` is what editors see; ``value`` is plain text, or HTML that says so (``SafeString``)."""

    label: str
    value: Callable[[Subject], str]


# Every name that an editor or a developer can use in a message about an appointment.
VARIABLES: dict[str, Variable] = {
    "next_appt_link": Variable(_("Next appt. link"), lambda subject: link_html(subject, gettext("Manage appointment"))),
    "next_appt_url": Variable(_("Next appt. URL"), lambda subject: subject.url),
    "client_first_name": Variable(_("Client first name"), lambda subject: subject.appointment.client.first_name),
    "appointment_date": Variable(
        _("Appointment date"), lambda subject: date_in_words(subject.appointment.start, subject.zone)
    ),
    "appointment_time": Variable(_("Appointment time"), lambda subject: _time(subject)),
    "appointment_end_time": Variable(
        _("Appointment end time"), lambda subject: time_in_words(subject.appointment.end, subject.zone)
    ),
    "appointment_duration": Variable(
        _("Appointment duration"),
        lambda subject: (
            gettext("%(minutes)d minutes") % {"minutes": subject.appointment.duration.total_seconds() // 60}
        ),
    ),
    "appointment_type": Variable(_("Appointment type"), lambda subject: subject.appointment.appointment_type.name),
    "clinician_name": Variable(_("Clinician"), lambda subject: subject.appointment.clinician.name),
    "location_name": Variable(_("Location"), lambda subject: subject.appointment.location.name),
    "location_address": Variable(_("Location address"), lambda subject: subject.appointment.location.address),
    "clinic_name": Variable(_("Clinic name"), lambda subject: subject.settings.display_name),
    "clinic_phone": Variable(
        _("Clinic phone"), lambda subject: subject.appointment.location.phone or subject.settings.phone
    ),
    "cancellation_policy": Variable(_("Cancellation policy"), lambda subject: plain_text(subject.rules.wording)),
    "cancel_by": Variable(
        _("Cancel by"),
        lambda subject: _until(subject, subject.rules.cancellations_enabled, subject.rules.cancellation_window),
    ),
    "change_by": Variable(
        _("Change by"),
        lambda subject: _until(
            subject,
            subject.rules.changes_enabled and subject.appointment.clinician.available_online,
            subject.rules.change_window,
        ),
    ),
    "portal_url": Variable(_("Portal URL"), lambda subject: portal_url(subject.site)),
}


def link_html(subject: Subject, text: str) -> str:
    """Return an HTML link with *text*, escaped."""
    return format_html('<a href="{}">{}</a>', subject.url, text)


def message_context(
    *, appointment: Appointment | None = None, client: Client | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """Return the template context of one message to a client; only in it do the variables mint magic links.

    :param appointment: what the message is about.
    :param client: whom it is for; without *appointment*, it is about their next one that holds its place.
    :param now: aware datetime.
    """
    now = now or timezone.now()
    if appointment is None and client is not None:
        appointment = next_of_client(client, now)
    links = Links(now)
    context: dict[str, Any] = {
        CONTEXT_KEY: links,
        "appointment": appointment,
        "client": client or (appointment.client if appointment else None),
    }
    subject = Subject(appointment, now, links) if appointment else None
    for name in VARIABLES:
        # A callable: Django's templates call it only where the name is used.
        context[name] = lambda name=name: VARIABLES[name].value(subject) if subject else ""
    return context


def subject_of(context) -> Subject | None:
    """Return what the variables speak of in a template's *context*: its appointment, else its client's next one."""
    links = context.get(CONTEXT_KEY)
    now = links.now if links else timezone.now()
    appointment, client = context.get("appointment"), context.get("client")
    if not isinstance(appointment, Appointment):
        appointment = next_of_client(client, now) if isinstance(client, Client) and client.pk else None
    return Subject(appointment, now, links) if appointment is not None else None
