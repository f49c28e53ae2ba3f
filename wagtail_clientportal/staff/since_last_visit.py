"""The home page's "Since you were last here": what clients did, and what waits for somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from ..diary.models import Appointment, AppointmentEvent, ClientMessage
from ..notifications.models import NotificationPreferences
from ..outbox.models import OutboundMessage
from .communications import failed_communications
from .local_time import day_and_time, site_zone, zone_of
from .messages import unhandled_messages
from .notification_lines import place, what_happened
from .notifications import unread_notifications, uses_the_portal
from .reach import sees_every_diary, within_reach
from .viewset import may_see

A_VISIT_ENDS_AFTER = timedelta(minutes=30)
_FIRST_LOOKS_BACK = timedelta(days=7)
_NEWEST = 5
_TOLD = (AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED, AppointmentEvent.Kind.CANCELLED)


@dataclass(frozen=True)
class Tally:
    """How many there are of something, in words, and where they are listed."""

    said: str
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

    A visit goes on for as long as they come back within half an hour.
    """
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
    events = AppointmentEvent.objects.filter(at__gt=since, by_kind=AppointmentEvent.By.CLIENT, kind__in=_TOLD)
    if not sees_every_diary(user):
        events = events.filter(appointment__in=within_reach(user, Appointment.objects.all()))
    return events.order_by("-at", "-pk")


def _line(event: AppointmentEvent) -> EventLine:
    return EventLine(
        what=what_happened(event.kind, event, event.appointment.client.full_name),
        place=place(event),
        when=day_and_time(event.at, zone_of(event.new_location)),
        url=reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=(event.appointment_id,)),
    )


def _counts(user, events) -> list[Tally]:
    """Say how much there is of each thing; what there is none of isn't said."""
    counts = []
    if events is not None:
        appointments = reverse("wagtail_clientportal_appointment_modeladmin_index")
        found = events.order_by().aggregate(**{kind.value: Count("pk", filter=Q(kind=kind)) for kind in _TOLD})
        booked, changed, cancelled = (found[kind.value] for kind in _TOLD)
        counts += [
            (
                cancelled,
                ngettext("%(number)d cancellation by a client", "%(number)d cancellations by clients", cancelled),
                appointments,
            ),
            (
                changed,
                ngettext("%(number)d change by a client", "%(number)d changes by clients", changed),
                appointments,
            ),
            (booked, ngettext("%(number)d new appointment", "%(number)d new appointments", booked), appointments),
        ]
    if may_see(user, ClientMessage):
        number = unhandled_messages(user)
        url = reverse("wagtail_clientportal_clientmessage_modeladmin_index") + "?handled=no"
        counts.append((number, ngettext("%(number)d message waiting", "%(number)d messages waiting", number), url))
    if may_see(user, OutboundMessage):
        number = failed_communications(user)
        url = reverse("wagtail_clientportal_outboundmessage_modeladmin_index") + "?status__exact=failed"
        counts.append(
            (
                number,
                ngettext("%(number)d message could not be sent", "%(number)d messages could not be sent", number),
                url,
            )
        )
    number = unread_notifications(user)
    url = reverse("clientportal_notification:index") + "?read=no"
    counts.append((number, ngettext("%(number)d unread notification", "%(number)d unread notifications", number), url))
    return [Tally(said % {"number": number}, url) for number, said, url in counts if number]


class SinceLastVisitPanel(Component):
    name = "client_portal_since_last_visit"
    template_name = "wagtail_clientportal/staff/since_last_visit.html"
    order = 50

    def get_context_data(self, parent_context):
        user, now = parent_context["request"].user, timezone.now()
        since = last_here(user, now)
        events = by_clients_since(user, since or now - _FIRST_LOOKS_BACK) if may_see(user, Appointment) else None
        newest = []
        if events is not None:
            newest = events.select_related(
                "appointment__client", "old_clinician", "new_clinician", "old_location", "new_location"
            )[:_NEWEST]
        return {
            "since": day_and_time(since, site_zone()),
            "counts": _counts(user, events),
            "newest": [_line(event) for event in newest],
        }


def add_since_last_visit(request, panels) -> None:
    """Wagtail's ``construct_homepage_panels`` hook."""
    if uses_the_portal(request.user):
        panels.insert(0, SinceLastVisitPanel())
