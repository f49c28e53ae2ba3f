"""The appointments register: who is seen when and by whom, and everything that happened to it."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ...diary.from_and_to import from_and_to
from ...diary.models import Appointment, AppointmentEvent, ClientMessage, Payment
from ...diary.queries import done_by_clients, why_not_coming, with_details, with_event_details
from ...diary.who_acted import who_acted
from ...outbox.models import OutboundMessage
from ...policies.models import PortalPolicy
from ...practice.dates import zone_in_words
from ...practice.durations import duration_in_words
from ...practice.models import AbsenceReason, AppointmentStatus, Client
from ...practice.wall_clock import validate_day
from ..common.client_search import of_clients_found
from ..common.exports import ExportOfAYear
from ..common.listing import RegisterIndexView
from ..common.local_time import clock, day_and_time, site_zone, span
from ..common.register_filters import (
    AnyOfFilter,
    LocalDaysFilter,
    OneFilter,
    Period,
    RegisterFilterSet,
    WhenFilter,
    with_whom_where_and_what,
)
from ..common.registers import Register, RegisterInspectView
from ..common.typed_fields import DateField
from ..common.urls import client_url, name_of, register_url
from ..common.viewsets import may, may_see
from ..messages.communications import CommunicationLine, communication_line
from ..messages.register import message_url
from ..payments.register import payments_of
from .cancel_and_status import status_before_cancellation
from .telling import messages_by_event, was_told

_BY_CLIENTS = "by_clients"
_DONE_BY_CLIENTS = {
    AppointmentEvent.Kind.BOOKED: _("Booked since %(when)s"),
    AppointmentEvent.Kind.CHANGED: _("Changed since %(when)s"),
    AppointmentEvent.Kind.CANCELLED: _("Cancelled since %(when)s"),
}


def by_clients_url(kind: str, since: datetime) -> str:
    """Return where the register lists the appointments to which clients did *kind* after *since* (aware)."""
    return register_url(Appointment, **{_BY_CLIENTS: f"{kind},{since.isoformat()}"})


def _kind_and_moment(text: str) -> tuple[str, datetime] | None:
    """Read what ``by_clients_url`` wrote; ``None`` for anything else."""
    kind, _comma, moment = text.partition(",")
    try:
        since = datetime.fromisoformat(moment)
        validate_day(since.date())
    except (ValueError, ValidationError):
        return None
    return None if kind not in _DONE_BY_CLIENTS or since.tzinfo is None else (kind, since)


class ReasonFilter(AnyOfFilter):
    """By why the client didn't come, or that nobody noted why.

    :param reasons: pairs (pk as a text, name), the clinic's own.
    """

    _NONE = "none"

    def __init__(self, reasons: list[tuple[str, str]]):
        super().__init__("reason", _("Reason for not coming"), [*reasons, (self._NONE, _("None given"))])

    def filter(self, qs, value):
        if not value:
            return qs
        of_these = Q(why__in=[pk for pk in value if pk != self._NONE])
        if self._NONE in value:
            of_these |= Q(why=None)
        return qs.filter(holds_place=False).alias(why=why_not_coming("reason")).filter(of_these)


class AppointmentFilterSet(RegisterFilterSet):
    when = WhenFilter("start", Period.TODAY, Period.WEEK, Period.UPCOMING, Period.PAST, Period.YEAR)
    days = LocalDaysFilter("start", DateField)

    class Meta:
        model = Appointment
        fields = []

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if reasons := [(str(pk), name) for pk, name in AbsenceReason.objects.values_list("pk", "name")]:
            self.add("reason", ReasonFilter(reasons))
        value = (data or {}).get(_BY_CLIENTS, "")
        if found := _kind_and_moment(value):
            kind, since = found
            in_words = _DONE_BY_CLIENTS[kind] % {"when": day_and_time(since, site_zone())}
            self.add(_BY_CLIENTS, OneFilter("pk", _("By clients"), value, in_words, method="done_by_clients"))

    def records(self):
        return {"status": ("status", _("Status"), AppointmentStatus.objects.all())} | with_whom_where_and_what()

    def done_by_clients(self, appointments, name, value):
        kind, since = _kind_and_moment(value)
        return appointments.filter(Exists(done_by_clients(since).filter(appointment=OuterRef("pk"), kind=kind)))


@dataclass(frozen=True)
class HistoryLine:
    """One event as the screen says it; every time is in words, in the location's zone."""

    what: str
    when: str
    who: str
    changes: list[tuple[str, str, str]]  # what, from, to
    money: str  # what was paid, or decided about it
    policy: str
    policy_url: str
    wording: str  # rich text
    words: str  # what the clinic said to the client with it
    told: str  # whether the client was told of it, and by which channels
    messages: list[tuple[str, str]]  # what the client wrote, and where it is handled


def history(appointment: Appointment, *, with_messages: bool) -> list[HistoryLine]:
    """Return the appointment's history, newest first.

    :param with_messages: whether the reader may see what clients wrote.
    """
    events = with_event_details(appointment.events).select_related("policy_revision").order_by("-at", "-pk")
    if with_messages:
        events = events.prefetch_related("messages")
    sent = messages_by_event(appointment)
    return [
        _history_line(event, appointment, was_told(sent.get(event.pk, ())), with_messages=with_messages)
        for event in events
    ]


def _history_line(event: AppointmentEvent, appointment: Appointment, told: str, *, with_messages: bool) -> HistoryLine:
    zone = appointment.location.zone
    revision = event.policy_revision
    policy = ""
    if revision:
        policy = _("“%(name)s”, revision %(number)s of %(when)s") % {
            "name": revision.object_str,
            "number": revision.pk,
            "when": day_and_time(revision.created_at, zone),
        }
        shown = _("shown to the client") if event.policy_shown else _("in force at the time")
        policy = f"{policy} ({shown})"
    return HistoryLine(
        what=event.get_kind_display(),
        when=day_and_time(event.at, zone),
        who=who_acted(event),
        changes=_changes(event),
        money=_money(event),
        policy=policy,
        policy_url=_revision_url(revision),
        wording=event.policy_wording,
        words=event.words,
        told=told,
        messages=[(message.body, message_url(message)) for message in event.messages.all()] if with_messages else [],
    )


def _changes(event: AppointmentEvent) -> list[tuple[str, str, str]]:
    """What changed, from what, to what."""
    old, new = from_and_to(event)
    candidates = [
        (_("Time"), day_and_time(old.start, old.zone), day_and_time(new.start, new.zone)),
        (_("Clinician"), old.clinician, new.clinician),
        (_("Location"), old.location, new.location),
        (_("Status"), old.status, new.status),
        (_("Reason"), "", event.reason),
    ]
    return [(what, str(was or ""), str(now or "")) for what, was, now in candidates if (was or now) and was != now]


def _money(event: AppointmentEvent) -> str:
    payment = event.payment
    if payment is None:
        return ""
    paid = f"{payment.amount_in_words} ({payment.get_method_display()})"
    return f"{paid} → {event.money_decided}" if event.money_decided else paid


def _revision_url(revision) -> str:
    if revision is None:
        return ""
    return reverse(PortalPolicy.snippet_viewset.get_url_name("revisions_view"), args=(revision.object_id, revision.pk))


def communications(appointment: Appointment) -> list[CommunicationLine]:
    """Return what was sent about the appointment, or should have been, newest first."""
    return [communication_line(message) for message in appointment.outbound_messages.order_by("-created_at", "-pk")]


def status_in_colour(appointment: Appointment) -> str:
    """Return the status with its colour, and a mark where the appointment was put over another one."""
    status = format_html(
        '<span class="w-whitespace-nowrap"><svg class="clientportal-dot" aria-hidden="true">'
        '<circle cx="5" cy="5" r="5" fill="{}"/></svg>{}</span>',
        appointment.status.colour,
        appointment.status,
    )
    if appointment.overbooked:
        return format_html('{} <span class="w-status">{}</span>', status, _("overbooked"))
    return status


class AppointmentIndexView(ExportOfAYear, RegisterIndexView):
    register = "appointments"
    filterset_class = AppointmentFilterSet
    related = ("client", "clinician", "location", "appointment_type", "status")
    default_ordering = ("-start", "-pk")
    nothing_yet = _("There are no appointments yet.")
    add_url_name = name_of(Appointment, "new")
    add_item_label = _("New appointment")
    exported = _("Appointments")
    export_filename = "appointments"
    dated_by = "start"
    exported_columns = {
        "client": (_("Client"), lambda one: one.client.full_name),
        "date": (_("Date"), lambda one: one.local_start.date()),
        "start": (_("Start"), lambda one: clock(one.start, one.location.zone)),
        "end": (_("End"), lambda one: clock(one.end, one.location.zone)),
        "zone": (_("Time zone"), lambda one: zone_in_words(one.location.zone)),
        "type": (_("Appointment type"), lambda one: one.appointment_type.name),
        "clinician": (_("Clinician"), lambda one: one.clinician.name),
        "location": (_("Location"), lambda one: one.location.name),
        "status": (_("Status"), lambda one: one.status.name),
        "reason": (_("Reason for not coming"), lambda one: one.why or ""),
        "email": (_("Email"), lambda one: one.client.email),
        "mobile": (_("Mobile"), lambda one: one.client.mobile),
        "reference": (_("Reference"), lambda one: one.external_ref),
    }

    def own_columns(self):
        return [
            self.first_column(lambda one: one.client.full_name, label=_("Client"), sort_key="client__last_name"),
            Column("when", label=_("When"), accessor=_when, sort_key="start"),
            Column("status", label=_("Status"), accessor=status_in_colour),
            Column("clinician", label=_("Clinician")),
            Column("appointment_type", label=_("Appointment type")),
            Column("location", label=_("Location")),
        ]

    def get_base_queryset(self):
        rows = super().get_base_queryset()
        return rows.annotate(why=why_not_coming("reason__name")) if self.is_export else rows

    def found_by(self, text):
        return of_clients_found(text, self.request.user) | Q(external_ref=text)

    def in_order(self, rows):
        if self.is_explicitly_ordered:
            return [rows]
        asked = self.request.GET
        if asked.get("when") in (Period.TODAY, Period.WEEK) or asked.get("days_from") or asked.get("days_to"):
            return [rows.order_by("start", "pk")]
        # The nearest first: what is to come, and then what was, each of which an index has at hand.
        now = timezone.now()
        return [rows.filter(start__gte=now).order_by("start", "pk"), rows.filter(start__lt=now)]


def _when(appointment: Appointment) -> str:
    return span(appointment.start, appointment.end, appointment.location.zone)


class AppointmentInspectView(RegisterInspectView):
    page_title = _("Appointment")

    def get_page_subtitle(self):
        return self.instance.client.full_name

    def get_context_data(self, **kwargs):
        appointment = with_details(Appointment.objects).get(pk=self.instance.pk)
        self.instance = appointment
        user = self.request.user
        sees_messages, sees_communications = may_see(user, ClientMessage), may_see(user, OutboundMessage)
        return super().get_context_data(
            **{
                "instance": appointment,
                "when": span(appointment.start, appointment.end, appointment.location.zone),
                "length": duration_in_words(appointment.duration),
                "buffer": duration_in_words(appointment.buffer or None),
                "booked": day_and_time(appointment.created_at, appointment.location.zone),
                "client_url": client_url(appointment.client_id) if may_see(user, Client) else "",
                "history": history(appointment, with_messages=sees_messages),
                "sees_policy_revisions": may(user, "change", PortalPolicy),
                "communications": communications(appointment) if sees_communications else [],
                "sees_communications": sees_communications,
                "may_change": may(user, "change", Appointment),
                "may_undo": status_before_cancellation(appointment) is not None,
                "is_to_come": appointment.is_current(timezone.now()),
                "payments": payments_of(appointment) if may_see(user, Payment) else [],
                "sees_payments": may_see(user, Payment),
                "may_take_payment": may(user, "add", Payment) and may(user, "change", Appointment),
                "has_links": appointment.magic_links.filter(revoked_at=None, expires_at__gt=timezone.now()).exists(),
            }
            | kwargs
        )


class AppointmentRegister(Register):
    model = Appointment
    menu_label = _("Appointments")
    menu_icon = "calendar-alt"
    # Adding and changing are done on screens of their own.
    actions = ("view", "add", "change")
    index_view_class = AppointmentIndexView
    inspect_view_class = AppointmentInspectView
    inspect_template_name = "wagtail_clientportal/staff/appointment.html"
    inspect_view_fields = ["status"]
