"""The home page's "Since you were last here": what clients did, and what waits for somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap

from django.db import DatabaseError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from ...diary.database_errors import takes_no_changes
from ...diary.models import Appointment, AppointmentEvent, ClientMessage, Refund
from ...diary.queries import done_by_clients
from ...notifications.models import Notification, NotificationPreferences
from ...outbox.models import OutboundMessage
from ..appointments.register import by_clients_url
from ..common.local_time import day_and_time, site_zone, zone_of
from ..common.reach import sees_every_diary, within_reach
from ..common.urls import inspect_url, notifications_url, register_url, time_off_requests_url
from ..common.viewsets import may_see, uses_the_portal
from ..common.waiting import count_label
from ..messages.communications import failed_communications
from ..messages.register import unhandled_messages
from ..notifications.lines import place, what_happened
from ..notifications.viewset import IDENTITY_TROUBLE, clients_to_ring, identity_trouble, unread_notifications
from ..payments.refunds import refunds_to_decide
from ..setup.time_off_requests import waiting_requests
from .site_rows import site_rows

A_VISIT_ENDS_AFTER = timedelta(minutes=30)
_FIRST_LOOKS_BACK = timedelta(days=7)
_NEWEST = 5
_TOLD = (AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED, AppointmentEvent.Kind.CANCELLED)


@dataclass(frozen=True)
class Tally:
    """How many there are of something, in words, and where they are listed."""

    label: str
    url: str


@dataclass(frozen=True)
class EventLine:
    """One thing that a client did; every time is in words."""

    what: str
    place: str
    when: str
    url: str


def last_here(user, now: datetime) -> datetime | None:
    """Write down that *user* is here *now*, and return when they were last; ``None`` on the first visit.

    A visit goes on for as long as they come back within half an hour. While the database takes no changes nothing is
    written down.
    """
    try:
        return _note_visit(user, now)
    except DatabaseError as error:
        if not takes_no_changes(error):
            raise
        return NotificationPreferences.objects.filter(user=user).values_list("last_here_at", flat=True).first()


def _note_visit(user, now: datetime) -> datetime | None:
    found, is_new = NotificationPreferences.objects.get_or_create(user=user, defaults={"here_at": now})
    if is_new:
        return None
    if found.here_at is None or now - found.here_at >= A_VISIT_ENDS_AFTER:
        found.last_here_at = found.here_at
    found.here_at = now
    # These two alone: the preferences may be being saved in another tab.
    NotificationPreferences.objects.filter(pk=found.pk).update(here_at=found.here_at, last_here_at=found.last_here_at)
    return found.last_here_at


def by_clients_since(user, since: datetime):
    """What clients did with the appointments that *user* reaches, newest first."""
    events = done_by_clients(since).filter(kind__in=_TOLD)
    if not sees_every_diary(user):
        events = events.filter(appointment__in=within_reach(user, Appointment.objects.all()))
    return events


def _line(event: AppointmentEvent) -> EventLine:
    return EventLine(
        what=what_happened(event.kind, event, event.appointment.client.full_name),
        place=place(event),
        when=day_and_time(event.at, zone_of(event.new_location)),
        url=inspect_url(Appointment, event.appointment_id),
    )


def _counts(user, events, since: datetime) -> list[Tally]:
    """Say how much there is of each thing, as the list behind it shows; what there is none of isn't said."""
    counts = []
    if events is not None:
        number_of = {kind.value: Count("appointment", filter=Q(kind=kind), distinct=True) for kind in _TOLD}
        found = events.order_by().aggregate(**number_of)
        booked, changed, cancelled = (found[kind.value] for kind in _TOLD)
        counts += [
            (
                cancelled,
                ngettext(
                    "%(number)s appointment cancelled by a client",
                    "%(number)s appointments cancelled by clients",
                    cancelled,
                ),
                by_clients_url(AppointmentEvent.Kind.CANCELLED, since),
            ),
            (
                changed,
                ngettext(
                    "%(number)s appointment changed by a client", "%(number)s appointments changed by clients", changed
                ),
                by_clients_url(AppointmentEvent.Kind.CHANGED, since),
            ),
            (
                booked,
                ngettext("%(number)s new appointment", "%(number)s new appointments", booked),
                by_clients_url(AppointmentEvent.Kind.BOOKED, since),
            ),
        ]
    counts += _waiting(user)
    return [Tally(label % {"number": count_label(number)}, url) for number, label, url in counts if number]


def _waiting(user) -> list[tuple[int, str, str]]:
    """Say how much waits for somebody: the number, a sentence for it, and where it is listed."""
    counts = []
    if may_see(user, ClientMessage):
        number = unhandled_messages(user)
        url = register_url(ClientMessage, handled="no")
        counts.append((number, ngettext("%(number)s message waiting", "%(number)s messages waiting", number), url))
    if may_see(user, OutboundMessage):
        number = failed_communications(user)
        url = register_url(OutboundMessage, to_mend="yes")
        label = ngettext("%(number)s message could not be sent", "%(number)s messages could not be sent", number)
        counts.append((number, label, url))
    if may_see(user, Refund):
        number = refunds_to_decide(user)
        url = register_url(Refund, decision=Refund.Decision.TO_DECIDE.value)
        counts.append((number, ngettext("%(number)s refund to decide", "%(number)s refunds to decide", number), url))
    number = waiting_requests(user)
    label = ngettext("%(number)s request for time off", "%(number)s requests for time off", number)
    counts.append((number, label, time_off_requests_url()))
    number = clients_to_ring(user)
    url = notifications_url(read="no", kind=Notification.Kind.CLIENT_NOT_TOLD.value)
    counts.append((number, ngettext("%(number)s client to ring", "%(number)s clients to ring", number), url))
    number = identity_trouble(user)
    url = notifications_url(read="no", kind=[one.value for one in IDENTITY_TROUBLE])
    label = ngettext("%(number)s identity check to look at", "%(number)s identity checks to look at", number)
    counts.append((number, label, url))
    number = unread_notifications(user)
    url = notifications_url(read="no")
    counts.append((number, ngettext("%(number)s unread notification", "%(number)s unread notifications", number), url))
    return counts


class SinceLastVisitPanel(Component):
    name = "client_portal_since_last_visit"
    template_name = "wagtail_clientportal/staff/since_last_visit.html"
    order = 50

    def get_context_data(self, parent_context):
        request, now = parent_context["request"], timezone.now()
        user = request.user
        since = last_here(user, now)
        told_since = since or now - _FIRST_LOOKS_BACK
        events = by_clients_since(user, told_since) if may_see(user, Appointment) else None
        newest = []
        if events is not None:
            newest = events.select_related(
                "appointment__client",
                "appointment__location",
                "old_clinician",
                "new_clinician",
                "old_location",
                "new_location",
                "old_status",
                "new_status",
            )[:_NEWEST]
        return {
            "since": day_and_time(since, site_zone()),
            "counts": [*_counts(user, events, told_since), *starmap(Tally, site_rows(request, told_since))],
            "newest": [_line(event) for event in newest],
        }


def add_since_last_visit(request, panels) -> None:
    """Wagtail's ``construct_homepage_panels`` hook."""
    if uses_the_portal(request.user):
        panels.insert(0, SinceLastVisitPanel())
