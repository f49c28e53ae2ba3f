"""The messages register: what clients wrote while changing or cancelling an appointment, and who saw to it."""

from urllib.parse import quote

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from ...actions.handle_message import handle_message, unhandle_message
from ...actions.refusals import AlreadyHandled
from ...diary.models import Appointment, ClientMessage
from ...practice.models import Client
from ..common.listing import RegisterIndexView
from ..common.local_time import day_and_time, span, zone_of
from ..common.people import when_and_by
from ..common.reach import within_reach
from ..common.registers import Register, RegisterInspectView
from ..common.urls import client_url, inspect_url
from ..common.viewsets import every_word, may, may_see
from ..common.waiting import capped_count
from .filters import MessagesFilterSet


def unhandled_messages(user) -> int:
    """``capped_count`` messages wait for somebody, of those that *user* reaches."""
    return capped_count(within_reach(user, ClientMessage.objects.filter(handled_at=None)))


def message_url(message: ClientMessage) -> str:
    """Return the address of the message's own page."""
    return inspect_url(ClientMessage, message.pk)


def written(message: ClientMessage) -> str:
    return _in_local_time(message.created_at, message)


def handled(message: ClientMessage) -> str:
    """Say when and by whom, "" while it waits."""
    return when_and_by(message.handled_by, _in_local_time(message.handled_at, message))


def _in_local_time(moment, message: ClientMessage) -> str:
    return day_and_time(moment, zone_of(message.appointment.location if message.appointment else None))


def reply_url(client: Client) -> str:
    """Return a ``mailto:`` address for an answer to *client*, "" without an email address.

    It names them by their first name and nothing more: a mail program may keep what it was opened with.
    """
    if not client.email:
        return ""
    greeting = _("Dear %(first_name)s,") % {"first_name": client.first_name}
    subject, body = quote(str(_("Your message to us")), safe=""), quote(f"{greeting}\r\n\r\n", safe="")
    return f"mailto:{quote(client.email, safe='@')}?subject={subject}&body={body}"


def call_url(client: Client) -> str:
    """Return a ``tel:`` address for *client*, "" without a number that could be rung."""
    return f"tel:{client.mobile_key}" if client.mobile_key else ""


class MessageFilterSet(MessagesFilterSet):
    handled = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[("no", _("Waiting")), ("yes", _("Handled"))],
        empty_label=_("All"),
        widget=forms.RadioSelect,
        method="filter_handled",
    )

    class Meta:
        model = ClientMessage
        fields = []

    def filter_handled(self, queryset, name, value):
        return queryset.filter(handled_at__isnull=value == "no")


class MessageIndexView(RegisterIndexView):
    register = "messages"
    filterset_class = MessageFilterSet
    related = ("client", "appointment__location", "appointment__clinician")
    default_ordering = ("-created_at", "-pk")
    has_bulk_actions = True
    nothing_yet = _(
        "Nobody has written yet. What clients write while they change or cancel an appointment is read here."
    )

    def own_columns(self):
        return [
            self.first_column(lambda one: one.client.full_name, label=_("Client"), sort_key="client__last_name"),
            Column("message", label=_("Message"), accessor=_beginning),
            Column("written", label=_("Written"), accessor=written, sort_key="created_at"),
            Column("clinician", label=_("Clinician"), accessor="appointment.clinician"),
        ]

    def found_by(self, text):
        return every_word(text, ["client__first_name", "client__last_name", "body"])

    def in_order(self, rows):
        if self.is_explicitly_ordered:
            return [rows]
        return [rows.filter(handled_at=None), rows.exclude(handled_at=None)]  # what waits comes first


def _beginning(message: ClientMessage) -> str:
    beginning = Truncator(message.body).chars(120)
    if message.handled_at:
        return format_html('{} <span class="w-status">{}</span>', beginning, _("Handled"))
    return format_html('<b>{}</b> <span class="w-status w-status--primary">{}</span>', beginning, _("Waiting"))


class MessageInspectView(RegisterInspectView):
    page_title = _("Message")

    def get_page_subtitle(self):
        return self.instance.client.full_name

    @property
    def may_handle(self) -> bool:
        return may(self.request.user, "change", ClientMessage)

    def post(self, request, *args, **kwargs):
        """Mark the message as handled, or let it wait again."""
        if not self.may_handle:
            raise PermissionDenied
        if "wait_again" in request.POST:
            unhandle_message(self.instance)
            messages.success(request, _("The message waits again."))
        else:
            self._handle()
        return redirect(request.path)

    def _handle(self):
        user = self.request.user
        try:
            handle_message(self.instance, by=user)
        except AlreadyHandled as already:
            if already.by != user:  # or else it is a double click
                when = when_and_by(already.by, _in_local_time(already.at, self.instance))
                messages.warning(
                    self.request, _("This message was marked as handled before: %(when)s.") % {"when": when}
                )
                return
        messages.success(self.request, _("The message is marked as handled."))

    def get_context_data(self, **kwargs):
        message, appointment = self.instance, self.instance.appointment
        user = self.request.user
        sees_client = may_see(user, Client)
        return super().get_context_data(
            **{
                "written": written(message),
                "handled": handled(message),
                "may_handle": self.may_handle,
                "when": span(appointment.start, appointment.end, appointment.location.zone) if appointment else "",
                "appointment_url": inspect_url(Appointment, appointment.pk)
                if appointment and may_see(user, Appointment)
                else "",
                "sees_client": sees_client,
                "client_url": client_url(message.client_id) if sees_client else "",
                "reply_url": reply_url(message.client) if sees_client else "",
                "call_url": call_url(message.client) if sees_client else "",
            }
            | kwargs
        )


class MessageRegister(Register):
    model = ClientMessage
    menu_label = _("Messages")
    menu_icon = "comment"
    # Who may change one may mark it as handled, and nothing more.
    actions = ("view", "change")
    index_view_class = MessageIndexView
    inspect_view_class = MessageInspectView
    inspect_template_name = "wagtail_clientportal/staff/message.html"
    inspect_view_fields = ["body"]
