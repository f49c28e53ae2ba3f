"""The appointments register: who is seen when and by whom, and everything that happened to it."""

from dataclasses import dataclass

from django.contrib.admin import SimpleListFilter
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton

from ..diary.models import Appointment, AppointmentEvent, ClientMessage
from ..diary.queries import with_details
from ..outbox.models import OutboundMessage
from ..policies.models import PortalPolicy
from ..practice.models import Client
from .appointment_types import minutes
from .arrange_status import status_before_cancellation
from .communications import CommunicationLine, communication_line
from .duration import duration_label
from .local_time import day_and_time, span
from .messages import message_url
from .register import ReadingPermission, Register, RegisterIndexView, RegisterInspectView
from .safe_export import SafeExport
from .viewset import may, may_see


class WhenFilter(SimpleListFilter):
    title = _("time")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("upcoming", _("Upcoming")), ("past", _("Past"))]

    def queryset(self, request, queryset):
        if self.value() == "upcoming":
            return queryset.filter(start__gte=timezone.now()).order_by("start", "pk")
        if self.value() == "past":
            return queryset.filter(start__lt=timezone.now())
        return queryset


@dataclass(frozen=True)
class HistoryLine:
    """One event as the screen says it; every time is in words, in the location's zone."""

    what: str
    when: str
    who: str
    changes: list[tuple[str, str, str]]  # what, from, to
    policy: str
    policy_url: str
    wording: str  # rich text
    messages: list[tuple[str, str]]  # what the client wrote, and where it is handled


def history(appointment: Appointment, *, with_messages: bool) -> list[HistoryLine]:
    """Return the appointment's history, newest first.

    :param with_messages: whether the reader may see what clients wrote.
    """
    events = appointment.events.select_related(
        "by_user",
        "old_status",
        "new_status",
        "old_clinician",
        "new_clinician",
        "old_location",
        "new_location",
        "policy_revision",
    ).order_by("-at", "-pk")
    if with_messages:
        events = events.prefetch_related("messages")
    return [_history_line(event, appointment, with_messages=with_messages) for event in events]


def _history_line(event: AppointmentEvent, appointment: Appointment, *, with_messages: bool) -> HistoryLine:
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
        who=_who(event),
        changes=_changes(event, appointment),
        policy=policy,
        policy_url=_revision_url(revision),
        wording=event.policy_wording,
        messages=[(message.body, message_url(message)) for message in event.messages.all()] if with_messages else [],
    )


def _who(event: AppointmentEvent) -> str:
    if event.by_kind != AppointmentEvent.By.STAFF:
        return event.get_by_kind_display()
    name = (event.by_user.get_full_name() or event.by_user.get_username()) if event.by_user else event.by_username
    return _("%(name)s (staff)") % {"name": name} if name else event.get_by_kind_display()


def _changes(event: AppointmentEvent, appointment: Appointment) -> list[tuple[str, str, str]]:
    """What changed, from what, to what. A moment is said in the zone of the place that it was at."""
    old_zone = (event.old_location or event.new_location or appointment.location).zone
    new_zone = (event.new_location or event.old_location or appointment.location).zone
    candidates = [
        (_("Time"), day_and_time(event.old_start, old_zone), day_and_time(event.new_start, new_zone)),
        (_("Clinician"), event.old_clinician, event.new_clinician),
        (_("Location"), event.old_location, event.new_location),
        (_("Status"), event.old_status, event.new_status),
    ]
    return [(what, str(old or ""), str(new or "")) for what, old, new in candidates if (old or new) and old != new]


def _revision_url(revision) -> str:
    if revision is None:
        return ""
    return reverse(PortalPolicy.snippet_viewset.get_url_name("revisions_view"), args=(revision.object_id, revision.pk))


def communications(appointment: Appointment) -> list[CommunicationLine]:
    """Return what was sent about the appointment, or should have been, newest first."""
    return [communication_line(message) for message in appointment.outbound_messages.order_by("-created_at", "-pk")]


class AppointmentPermission(ReadingPermission):
    # Adding and changing are done on screens of their own (see arranging.py).
    actions = ("view", "add", "change")


class AppointmentIndexView(SafeExport, RegisterIndexView):
    exported = _("Appointments")

    def get_context_data(self, **kwargs):
        buttons = self.export_menu()
        if may(self.request.user, "add", Appointment):
            url = reverse("clientportal_appointment:new")
            buttons.insert(0, HeaderButton(_("New appointment"), url=url, icon_name="plus"))
        return super().get_context_data(**{"header_buttons": buttons} | kwargs)


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
                "length": duration_label(appointment.duration),
                "buffer": minutes(int(appointment.buffer.total_seconds() // 60)) if appointment.buffer else "",
                "booked": day_and_time(appointment.created_at, appointment.location.zone),
                "client_url": reverse("clientportal_client:inspect", args=(appointment.client_id,))
                if may_see(user, Client)
                else "",
                "history": history(appointment, with_messages=sees_messages),
                "sees_policy_revisions": user.has_perm("wagtail_clientportal.change_portalpolicy"),
                "communications": communications(appointment) if sees_communications else [],
                "sees_communications": sees_communications,
                "may_change": may(user, "change", Appointment),
                "may_undo": status_before_cancellation(appointment) is not None,
                "is_to_come": appointment.is_current(timezone.now()),
                "has_links": appointment.magic_links.filter(revoked_at=None, expires_at__gt=timezone.now()).exists(),
            }
            | kwargs
        )


class AppointmentRegister(Register):
    model = Appointment
    menu_label = _("Appointments")
    menu_icon = "calendar-alt"
    permission_helper_class = AppointmentPermission
    index_view_class = AppointmentIndexView
    inspect_view_class = AppointmentInspectView
    inspect_template_name = "wagtail_clientportal/staff/appointment.html"
    list_display = ["client_name", "when", "appointment_type", "clinician", "location", "status"]
    list_export = list_display
    export_filename = "appointments"
    list_filter = [WhenFilter, "status", "clinician", "location", "appointment_type"]
    list_select_related = ["client", "clinician", "location", "appointment_type", "status"]
    search_fields = ["client__first_name", "client__last_name", "external_ref"]
    inspect_view_fields = ["status"]

    def get_search_fields(self, request):
        # Whoever may not see a contact could find it out here letter by letter.
        contacts = ["client__email", "client__mobile", "client__mobile_key"] if may_see(request.user, Client) else []
        return [*super().get_search_fields(request), *contacts]

    def client_name(self, appointment):
        return appointment.client.full_name

    client_name.short_description = _("Client")
    client_name.admin_order_field = "client__last_name"

    def when(self, appointment):
        return span(appointment.start, appointment.end, appointment.location.zone)

    when.short_description = _("When")
    when.admin_order_field = "start"
