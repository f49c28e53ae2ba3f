"""The home page's "Today": who comes when, whether they have arrived, and what clients changed since yesterday."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.components import Component

from ...diary.models import Appointment, AppointmentEvent, Payment
from ...diary.queries import with_details
from ...practice.dates import day_in_words
from ...practice.models import Clinician
from ..common.local_time import clock, day_and_time, site_zone, start_of_day, zone_of
from ..common.reach import sees_other_diaries, within_reach
from ..common.urls import arranging_url, diary_card_url, diary_url, home_url
from ..common.viewsets import may, may_see
from ..payments.still_to_pay import still_to_pay
from .quick_actions import QuickActions, quick_actions, what_is_offered
from .since_last_visit import by_clients_since

Kind = AppointmentEvent.Kind

_BY_THE_CLIENT = {
    Kind.BOOKED: gettext_lazy("Booked by the client: %(when)s"),
    Kind.CHANGED: gettext_lazy("Moved by the client: %(when)s"),
    Kind.CANCELLED: gettext_lazy("Cancelled by the client: %(when)s"),
}


@dataclass(frozen=True)
class Line:
    """One appointment of today, in words."""

    time: str
    client: str
    url: str
    kind: str
    status: str  # "" for the ordinary one
    has_arrived: bool
    is_gone: bool
    changed: str  # by the client since yesterday
    notes: list[str]  # of the client, and of the appointment
    unpaid: str  # how much; "" for nothing
    pay_url: str  # where a payment is recorded
    quick: QuickActions | None


@dataclass
class Day:
    """One clinician's day. ``moved_away`` says who moved to another place, a sentence each."""

    clinician: Clinician
    url: str
    lines: list[Line] = field(default_factory=list)
    moved_away: list[str] = field(default_factory=list)

    @property
    def expected(self) -> int:
        return sum(not line.is_gone for line in self.lines)

    @property
    def arrived(self) -> int:
        return sum(line.has_arrived for line in self.lines)


def days_of_today(user, now: datetime) -> list[Day]:
    """Return today's appointments that *user* reaches, their own first.

    :param now: aware datetime; the day is the site's.
    """
    zone = site_zone()
    today = now.astimezone(zone).date()
    start, end = start_of_day(today, zone), start_of_day(today + timedelta(days=1), zone)
    reached = within_reach(user, with_details(Appointment.objects.filter(start__gte=start, start__lt=end)))
    appointments = list(reached.order_by("start", "pk"))
    events = by_clients_since(user, start_of_day(today - timedelta(days=1), zone))
    events = list(
        events.select_related("appointment__client", "old_clinician", "new_clinician", "old_location", "new_location")
    )
    newest = {event.appointment_id: event for event in reversed(events)}
    offered = what_is_offered() if may(user, "change", Appointment) else None
    unpaid = still_to_pay(appointments) if may_see(user, Payment) else {}

    days = {}

    def day_of(clinician) -> Day:
        return days.setdefault(clinician.pk, Day(clinician, diary_url(view="week", clinician=clinician.pk)))

    for appointment in appointments:
        is_waited_for = appointment.holds_place and not appointment.status.arrived
        quick = quick_actions(appointment, offered, now=now, back=home_url()) if offered and is_waited_for else None
        line = _line(appointment, newest.get(appointment.pk), quick, unpaid.get(appointment.pk, ""))
        day_of(appointment.clinician).lines.append(line)
    shown = {(appointment.pk, appointment.clinician_id) for appointment in appointments}
    for event in newest.values():
        was_today = event.kind == Kind.CHANGED and event.old_clinician and start <= event.old_start < end
        if was_today and (event.appointment_id, event.old_clinician_id) not in shown:
            day_of(event.old_clinician).moved_away.append(_moved_away(event))
    return sorted(days.values(), key=lambda one: (one.clinician.user_id != user.pk, one.clinician.name))


def _line(appointment: Appointment, event: AppointmentEvent | None, quick: QuickActions | None, unpaid: str) -> Line:
    zone = appointment.location.zone
    return Line(
        time=clock(appointment.start, zone),
        client=appointment.client.full_name,
        url=diary_card_url(appointment.pk, next=home_url()),
        kind=appointment.appointment_type.name,
        status="" if appointment.status.is_default else appointment.status.name,
        has_arrived=appointment.status.arrived,
        is_gone=not appointment.holds_place,
        changed=_BY_THE_CLIENT[event.kind] % {"when": day_and_time(event.at, zone)} if event else "",
        notes=[note for note in (appointment.client.note, appointment.note) if note],
        quick=quick,
        unpaid=_("%(amount)s to pay") % {"amount": unpaid} if unpaid else "",
        pay_url=arranging_url("take_payment", appointment.pk, next=home_url()),
    )


def _moved_away(event: AppointmentEvent) -> str:
    zone = zone_of(event.new_location)
    return _("%(client)s moved from %(time)s to %(when)s, with %(clinician)s.") % {
        "client": event.appointment.client.full_name,
        "time": clock(event.old_start, zone_of(event.old_location)),
        "when": day_and_time(event.new_start, zone),
        "clinician": event.new_clinician,
    }


class TodayPanel(Component):
    name = "client_portal_today"
    template_name = "wagtail_clientportal/staff/today.html"
    order = 20

    @property
    def media(self):
        return forms.Media(
            css={"all": [versioned_static("wagtail_clientportal/admin/today.css")]},
            js=[versioned_static("wagtail_clientportal/admin/appointment-card.js")],
        )

    def get_context_data(self, parent_context):
        request, now = parent_context["request"], timezone.now()
        today = day_in_words(now.astimezone(site_zone()).date())
        sees_others = sees_other_diaries(request.user)
        return {
            "request": request,
            "csrf_token": parent_context["csrf_token"],
            "heading": (_("Today, %(day)s") if sees_others else _("My day, %(day)s")) % {"day": today},
            "days": days_of_today(request.user, now),
            "takes_payments": may(request.user, "change", Appointment) and may(request.user, "add", Payment),
            "diary_url": diary_url(view="day", clinician="", location="") if sees_others else diary_url(view="day"),
        }


def add_today(request, panels) -> None:
    """Wagtail's ``construct_homepage_panels`` hook."""
    if may_see(request.user, Appointment):
        panels.append(TodayPanel())
