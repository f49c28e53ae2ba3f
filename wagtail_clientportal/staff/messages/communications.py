"""The register of sent communications: what clients and staff were sent, and what became of it."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from ...conf import settings
from ...diary.lock_timeout import transaction_waiting_at_most
from ...diary.models import Appointment
from ...outbox import delivery_record
from ...outbox.channels.registry import channel_choices
from ...outbox.enqueue import send_after_commit
from ...outbox.models import OutboundMessage
from ...practice.models import Client
from ..common.client_search import of_clients_found
from ..common.exports import ExportOfAYear
from ..common.listing import RegisterIndexView
from ..common.local_time import day_and_time, zone_of
from ..common.reach import within_reach
from ..common.register_filters import AnyOfFilter
from ..common.registers import Register, RegisterInspectView
from ..common.urls import inspect_url
from ..common.viewsets import may, may_see
from ..common.waiting import capped_count
from .filters import MessagesFilterSet


def in_local_time(moment, message: OutboundMessage) -> str:
    """Return *moment* in the zone of the location that the message is about."""
    return day_and_time(moment, zone_of(message.appointment.location if message.appointment else None))


@dataclass(frozen=True)
class CommunicationLine:
    """One message to the client, and how far it got."""

    url: str
    about: str
    channel: str
    recipient: str
    status: str
    is_sent: bool
    is_failed: bool
    why: str
    when: str


def communication_line(message: OutboundMessage) -> CommunicationLine:
    """Say of *message* what the lists beside the register say. Needs its appointment's location fetched along."""
    return CommunicationLine(
        url=inspect_url(OutboundMessage, message.pk),
        about=message.get_about_display(),
        channel=message.get_channel_display(),
        recipient=message.recipient,
        status=message.get_status_display(),
        is_sent=message.status == OutboundMessage.Status.SENT,
        is_failed=message.status == OutboundMessage.Status.FAILED,
        why=message.last_error,
        when=in_local_time(message.sent_at or message.created_at, message),
    )


def still_to_mend(sent: QuerySet[OutboundMessage]) -> QuerySet[OutboundMessage]:
    """Those of *sent* that failed and that somebody could still do something about."""
    return sent.filter(
        status=OutboundMessage.Status.FAILED, appointment__holds_place=True, appointment__end__gt=timezone.now()
    )


def failed_communications(user) -> int:
    """``capped_count`` messages failed that somebody could still do something about."""
    return capped_count(still_to_mend(within_reach(user, OutboundMessage.objects.all())))


def without_strangers(messages):
    """Leave out the links that somebody asked for with a contact that nobody's record has, and that weren't sent:
    whoever likes can type any number of them.
    """
    asked_for = Q(about__in=OutboundMessage.LINKS, client=None) & ~Q(status=OutboundMessage.Status.SENT)
    by_email = Exists(Client.objects.filter(email_key=OuterRef("recipient")))
    by_mobile = Exists(Client.objects.filter(mobile_key=OuterRef("recipient")))
    return messages.exclude(asked_for & ~by_email & ~by_mobile)


class CommunicationFilterSet(MessagesFilterSet):
    status = AnyOfFilter("status", _("Status"), OutboundMessage.Status.choices)
    to_mend = django_filters.ChoiceFilter(
        label=_("What failed"),
        choices=[("yes", _("About an appointment to come"))],
        empty_label=_("All"),
        widget=forms.RadioSelect,
        method="filter_to_mend",
    )
    channel = AnyOfFilter("channel", _("Channel"), channel_choices)
    about = AnyOfFilter("about", _("About"), OutboundMessage.About.choices)

    class Meta:
        model = OutboundMessage
        fields = []

    def filter_to_mend(self, queryset, name, value):
        return still_to_mend(queryset)


class CommunicationIndexView(ExportOfAYear, RegisterIndexView):
    register = "communications"
    filterset_class = CommunicationFilterSet
    related = ("client", "appointment__location")
    default_ordering = ("-created_at", "-pk")
    has_bulk_actions = True
    nothing_yet = _("Nothing has been sent yet. What clients are sent by email or text is listed here.")
    exported = _("Sent communications")
    export_filename = "sent-communications"
    dated_by = "created_at"
    exported_columns = {
        "client": (_("Client"), lambda one: one.client.full_name if one.client else ""),
        "about": (_("About"), lambda one: one.get_about_display()),
        "channel": (_("Channel"), lambda one: one.get_channel_display()),
        "recipient": (_("Recipient"), lambda one: one.recipient),
        "status": (_("Status"), lambda one: one.get_status_display()),
        "written": (_("Written"), lambda one: in_local_time(one.created_at, one)),
        "why": (_("Why not"), lambda one: one.last_error),
    }

    def own_columns(self):
        return [
            self.first_column(lambda one: one.get_about_display(), label=_("About")),
            Column("client", label=_("Client"), accessor=_client_name),
            Column("status", label=_("Status"), accessor=_status_and_why),
            Column("recipient", label=_("Recipient"), classname="clientportal-written"),
            Column("written", label=_("Written"), accessor=_written, sort_key="created_at"),
        ]

    def get_base_queryset(self):
        return without_strangers(super().get_base_queryset()).defer("body")

    def found_by(self, text):
        # Addresses by how they begin: the index knows them so. What was written isn't searched: it is long, and the
        # same in thousands.
        address = Q(recipient__startswith=text) | Q(recipient__startswith=text.lower())
        return of_clients_found(text, self.request.user) | address


def _client_name(message: OutboundMessage) -> str:
    return message.client.full_name if message.client else ""


def _written(message: OutboundMessage) -> str:
    return in_local_time(message.created_at, message)


def _status_and_why(message: OutboundMessage) -> str:
    look = "w-status w-status--primary" if message.status == OutboundMessage.Status.SENT else "w-status"
    status = format_html('<span class="{}">{}</span>', look, message.get_status_display())
    if message.last_error:
        return format_html('{}<div class="w-help-text">{}</div>', status, message.last_error)
    return status


def to_send_again(sent: QuerySet[OutboundMessage]) -> QuerySet[OutboundMessage]:
    """Those of *sent* that failed; but for a link nobody waits any more: who wants one asks for a new one."""
    return sent.filter(status=OutboundMessage.Status.FAILED).exclude(about__in=OutboundMessage.LINKS)


def send_again(message: OutboundMessage) -> bool:
    """Let *message*, which failed, wait once more, and return whether it had. Within a transaction."""
    if not delivery_record.send_again(message.pk, timezone.now()):
        return False
    send_after_commit(message)
    return True


class CommunicationInspectView(RegisterInspectView):
    page_title = _("Sent communication")

    def get_page_subtitle(self):
        return self.instance.get_about_display()

    @property
    def can_be_sent_again(self) -> bool:
        return to_send_again(OutboundMessage.objects.filter(pk=self.instance.pk)).exists()

    @property
    def may_send_again(self) -> bool:
        return may(self.request.user, "change", OutboundMessage)

    def post(self, request, *args, **kwargs):
        """Send again what had failed."""
        if not self.may_send_again:
            raise PermissionDenied
        with transaction_waiting_at_most(settings.LOCK_TIMEOUT):
            if self.can_be_sent_again and send_again(self.instance):
                messages.success(request, _("It will be sent again within a minute or so."))
            else:
                messages.warning(request, _("There is nothing to send again."))
        return redirect(request.path)

    def get_context_data(self, **kwargs):
        message = self.instance
        return super().get_context_data(
            **{
                "created": in_local_time(message.created_at, message),
                "sent": in_local_time(message.sent_at, message),
                "due": in_local_time(message.due_at, message) if message.status == message.Status.WAITING else "",
                "may_send_again": self.can_be_sent_again and self.may_send_again,
                "appointment_url": inspect_url(Appointment, message.appointment_id)
                if message.appointment_id and may_see(self.request.user, Appointment)
                else "",
            }
            | kwargs
        )


class CommunicationRegister(Register):
    model = OutboundMessage
    menu_label = _("Sent communications")
    menu_icon = "mail"
    # Who may change one may send it again, and nothing more.
    actions = ("view", "change")
    index_view_class = CommunicationIndexView
    inspect_view_class = CommunicationInspectView
    inspect_template_name = "wagtail_clientportal/staff/communication.html"
    inspect_view_fields = ["subject"]
