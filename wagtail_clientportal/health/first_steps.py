"""What takes a new clinic from ``migrate`` to its first client, in the order in which it has to happen.

Each step is done once and for good: what breaks later the findings say. So a portal that was switched off again, or
hours that have run out, bring no list of first steps back.
"""

from dataclasses import dataclass

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from ..availability.models import TimetabledHours, WorkingHours
from ..communications.models import CommunicationTemplate
from ..diary.models import Appointment
from ..outbox.channels.registry import channels_set_up
from ..outbox.heartbeat import SWEEP, Heartbeat
from ..outbox.outbound_message import OutboundMessage
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_pages
from ..practice.models import AppointmentType, Client, Clinician, Location
from ..practice.online_offer import locations_of
from .finding import Finding
from .setup import address_findings, policy_findings

About = OutboundMessage.About
# Without these nobody could sign in, or would know what became of an appointment.
_NEEDED_MESSAGES = {About.SIGN_IN, About.BOOKED, About.CHANGED, About.CANCELLED}


@dataclass(frozen=True)
class Step:
    """One thing to do, in the active language.

    :param key: names it, for programs.
    :param what: what to do.
    :param how: a sentence or two that say how, and why; "" where that is plain.
    :param record: what is there to be gone on with (a page that isn't published yet, a clinician without hours).
    """

    key: str
    what: str
    how: str
    is_done: bool
    record: Model | None = None


def first_steps(portal: PortalSettings) -> list[Step]:
    """Return all steps for the site of *portal*, which is unsaved where the site has none yet."""
    site = portal.site
    there = _what_is_there(site)
    pages = list(portal_pages(site))
    clinician = _readiest(site)
    return [
        _of_findings("site_name", _("Give the site its real name"), address_findings(site), site),
        _portal_page(pages, site),
        Step(
            "worker",
            _("Start the worker, which sends the messages"),
            _(
                "Ask whoever looks after the website to start it (“python manage.py clientportal_worker”), or to let "
                "cron run “python manage.py clientportal_send” every minute."
            ),
            there.has_sent,
        ),
        Step(
            "phone",
            _("Say who the clinic is, and its phone number"),
            _("Whoever can’t change or cancel online any more is told to ring it."),
            bool(portal.phone) or there.has_phone,
            portal if portal.pk else None,
        ),
        _of_findings(
            "policy",
            _("Choose until when clients may change and cancel"),
            policy_findings(portal),
            portal.default_policy or (portal if portal.pk else None),
        ),
        Step("location", _("Add a location"), _("Where clients are seen, with its time zone."), there.has_location),
        Step(
            "appointment_type",
            _("Add an appointment type"),
            _("What clients come for, and how long it takes."),
            there.has_type,
        ),
        Step(
            "clinician",
            _("Add a clinician"),
            _("Available online, with a location and an appointment type."),
            bool(clinician and clinician.is_ready),
            clinician,
        ),
        Step(
            "hours",
            _("Enter the clinician’s working hours"),
            _("Without hours clients are offered no times."),
            bool(clinician and clinician.is_ready and clinician.has_hours),
            clinician,
        ),
        Step(
            "messages",
            _("Publish the messages to clients"),
            _(
                "That something was booked, changed or cancelled, and the link to sign in: ready to send, in your "
                "words."
            ),
            _are_messages_live(),
        ),
        Step(
            "portal_on",
            _("Switch the portal on"),
            _("Until then nobody can sign in. It is switched off at any time, and at once."),
            portal.enabled or portal.switched_off_at is not None,
            portal if portal.pk else None,
        ),
        Step(
            "client",
            _("Add a first client, with date of birth and postcode"),
            _("Yourself, say: the portal asks for both. Many come in by an import."),
            there.has_client,
            None if there.has_client else Client.objects.filter(is_active=True).order_by("pk").first(),
        ),
        Step(
            "appointment",
            _("Book a first appointment"),
            _("With “Tell the client” ticked a message goes out, and its link leads to the portal."),
            there.has_appointment,
        ),
    ]


def _of_findings(key: str, what: str, findings: list[Finding], record: Model | None) -> Step:
    return Step(key, what, " ".join(f"{one.what} {one.mend}" for one in findings), not findings, record)


def _portal_page(pages: list[Page], site: Site) -> Step:
    return Step(
        "portal_page",
        _("Publish a client portal page"),
        _("Below the home page of the site. Clients sign in there."),
        any(page.live for page in pages),
        pages[0] if pages else site.root_page,
    )


def _what_is_there(site: Site) -> Site:
    """The site, with what can be said of it by yes and no, in one question."""
    locations = locations_of(site)
    return Site.objects.annotate(
        has_sent=Exists(Heartbeat.objects.filter(name=SWEEP)),
        has_phone=Exists(locations.exclude(phone="")),
        has_location=Exists(locations),
        has_type=Exists(AppointmentType.objects.filter(is_active=True)),
        has_client=Exists(
            Client.objects.filter(is_active=True, date_of_birth__isnull=False).exclude(postcode_key=""),
        ),
        has_appointment=Exists(Appointment.objects.filter(location__in=locations)),
    ).get(pk=site.pk)


def _readiest(site: Site) -> Clinician | None:
    """The clinician of whom least is left to do; ``None`` without any."""
    at, does = Clinician.locations.through, Clinician.appointment_types.through
    active: QuerySet[Location] = locations_of(site)
    ready = (
        Q(available_online=True)
        & Exists(at.objects.filter(clinician=OuterRef("pk"), location__in=active))
        & Exists(does.objects.filter(clinician=OuterRef("pk"), appointmenttype__is_active=True))
    )
    hours = Exists(WorkingHours.objects.filter(clinician=OuterRef("pk"))) | Exists(
        TimetabledHours.objects.filter(clinician=OuterRef("pk"))
    )
    found = Clinician.objects.filter(is_active=True).annotate(is_ready=ready, has_hours=hours)
    return found.order_by("-is_ready", "-has_hours", "pk").first()


def _are_messages_live() -> bool:
    by = [channel.key for channel in channels_set_up()]
    live = CommunicationTemplate.objects.filter(live=True, channel__in=by, event__in=_NEEDED_MESSAGES)
    return set(live.values_list("event", flat=True)) >= _NEEDED_MESSAGES
