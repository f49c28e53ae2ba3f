"""The lines that the tabs of a client's record show: each tab is a few queries, however much there is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ...access import limits
from ...access.models import MagicLink, PortalSession
from ...actions.steps.revoke_access import links_of
from ...conf import settings
from ...diary.models import Appointment, ClientMessage
from ...diary.queries import with_details
from ...outbox.sent_to_client import sent_to_client
from ...practice.models import Client
from ..common.local_time import day_and_time, site_zone, span, zone_of
from ..common.reach import within_reach
from ..common.urls import inspect_url
from ..messages.communications import communication_line
from ..messages.register import handled

# A tab shows so many lines, the newest; the registers have them all.
MAX_ROWS = 50


def when(appointment: Appointment) -> str:
    return span(appointment.start, appointment.end, appointment.location.zone)


@dataclass(frozen=True)
class Lines:
    """What one list shows, and whether there is more of it."""

    shown: list
    has_more: bool

    @classmethod
    def of(cls, records, line) -> "Lines":
        """:param line: function from a record to what is shown of it."""
        found = list(records[: MAX_ROWS + 1])
        return cls([line(one) for one in found[:MAX_ROWS]], has_more=len(found) > MAX_ROWS)


@dataclass(frozen=True)
class AppointmentLine:
    url: str
    when: str
    what: str
    clinician: str
    location: str
    status: str
    holds_place: bool


def _appointment_line(appointment: Appointment) -> AppointmentLine:
    return AppointmentLine(
        url=inspect_url(Appointment, appointment.pk),
        when=when(appointment),
        what=appointment.appointment_type.name,
        clinician=appointment.clinician.name,
        location=appointment.location.name,
        status=appointment.status.name,
        holds_place=appointment.holds_place,
    )


def upcoming(client: Client, user, now: datetime) -> Lines:
    """Appointments that aren't over, the next one first."""
    theirs = within_reach(user, with_details(Appointment.objects.filter(client=client, end__gt=now)))
    return Lines.of(theirs.order_by("start", "pk"), _appointment_line)


def past(client: Client, user, now: datetime) -> Lines:
    theirs = within_reach(user, with_details(Appointment.objects.filter(client=client, end__lte=now)))
    return Lines.of(theirs.order_by("-start", "-pk"), _appointment_line)


@dataclass(frozen=True)
class MessageLine:
    url: str
    written: str
    body: str
    about: str
    about_url: str
    handled: str


def messages(client: Client, user, *, with_appointments: bool) -> Lines:
    """What the client wrote, newest first."""

    def line(message: ClientMessage) -> MessageLine:
        appointment = message.appointment
        zone = zone_of(appointment.location if appointment else None)
        return MessageLine(
            url=inspect_url(ClientMessage, message.pk),
            written=day_and_time(message.created_at, zone),
            body=message.body,
            about=when(appointment) if appointment and with_appointments else "",
            about_url=inspect_url(Appointment, appointment.pk) if appointment and with_appointments else "",
            handled=handled(message),
        )

    theirs = ClientMessage.objects.filter(client=client).select_related("appointment__location", "handled_by")
    return Lines.of(within_reach(user, theirs).order_by("-created_at", "-pk"), line)


def communications(client: Client, user) -> Lines:
    """What the client was sent, or should have been, newest first; with the links asked for with their contact."""
    theirs = within_reach(user, sent_to_client(client))
    return Lines.of(theirs.order_by("-created_at", "-pk"), communication_line)


def pauses(client: Client, now: datetime) -> list[str]:
    """Say what is paused because it happened too often, and until when."""
    paused, sentences = limits.pauses(client, now), []
    if paused.checks_until:
        sentence = _(
            "Too many answers at the identity check were wrong. Until %(when)s, nobody gets in as this person, not "
            "even with the right answers."
        )
        sentences.append(sentence % {"when": day_and_time(paused.checks_until, site_zone())})
    if paused.requests_until:
        sentence = _(
            "Many sign-in links were asked for with this person’s email address or mobile. Until %(when)s, we send few "
            "of them. Links that you send are not held back."
        )
        sentences.append(sentence % {"when": day_and_time(paused.requests_until, site_zone())})
    return sentences


@dataclass(frozen=True)
class LinkLine:
    kind: str
    made: str
    expires: str
    state: str
    is_alive: bool
    failures: int


def _of_nothing_out_of_reach(client: Client, user) -> Q:
    reached = within_reach(user, Appointment.objects.filter(client=client))
    return Q(appointment=None) | Q(appointment__in=reached)


def links(client: Client, user, now: datetime) -> Lines:
    """The magic links that lead, or led, to this client; to an appointment only for whoever reaches that."""
    theirs = MagicLink.objects.filter(links_of(client)).select_related("appointment__location")
    theirs = theirs.filter(_of_nothing_out_of_reach(client, user))

    def line(link: MagicLink) -> LinkLine:
        if link.client_id:
            link.client = client
        zone = zone_of(link.appointment.location if link.appointment else None)
        state, is_alive = _state_of_link(link, client, now)
        return LinkLine(
            kind=link.get_kind_display(),
            made=day_and_time(link.created_at, zone),
            expires=day_and_time(link.lives_until(), zone),
            state=state,
            is_alive=is_alive,
            failures=link.failures,
        )

    return Lines.of(theirs.order_by("-pk"), line)


def _state_of_link(link: MagicLink, client: Client, now: datetime) -> tuple[str, bool]:
    if link.used_at:
        return _("Used"), False
    if link.revoked_at:
        return _("Ended"), False
    if link.failures >= settings.IDENTITY_FAILURES_PER_LINK:
        return _("Too many failed checks"), False
    if now >= link.lives_until():
        return _("Expired"), False
    if not (client.is_active and client.portal_access and link.is_alive(now)):
        return _("The record changed"), False
    return _("Works"), True


@dataclass(frozen=True)
class SessionLine:
    scope: str
    started: str
    address: str  # the visitor's, where it is known
    last_seen: str
    ended: str
    state: str
    is_alive: bool


def sessions(client: Client, user, now: datetime) -> Lines:
    """Who was signed in as this client, newest first."""
    theirs = PortalSession.objects.filter(client=client).select_related("site__client_portal_settings")
    theirs = theirs.filter(_of_nothing_out_of_reach(client, user))

    def line(session: PortalSession) -> SessionLine:
        session.client = client
        is_alive = session.is_alive(now)
        if is_alive:
            state = _("Open now")
        elif session.ended_at:
            state = _("Ended")
        elif session.has_timed_out(now):
            state = _("Timed out")
        else:
            state = _("The record changed")
        return SessionLine(
            scope=_("All appointments") if session.is_full else _("One appointment"),
            started=day_and_time(session.created_at, site_zone()),
            address=session.address,
            last_seen=day_and_time(session.last_seen_at, site_zone()),
            ended=day_and_time(session.ended_at, site_zone()),
            state=state,
            is_alive=is_alive,
        )

    return Lines.of(theirs.order_by("-created_at", "-pk"), line)
