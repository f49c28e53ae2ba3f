"""The messages register: what clients wrote while changing or cancelling an appointment, and who saw to it."""

from urllib.parse import quote

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from ..actions.handle_message import handle_message, unhandle_message
from ..actions.refusals import AlreadyHandled
from ..diary.models import Appointment, ClientMessage
from ..practice.models import Client, Clinician
from .local_time import day_and_time, span, zone_of
from .reach import within_reach
from .register import ReadingPermission, Register, RegisterIndexView, RegisterInspectView
from .viewset import may, may_see


def unhandled_messages(user) -> int:
    """How many messages wait for somebody, of those that *user* reaches."""
    return within_reach(user, ClientMessage.objects.filter(handled_at=None)).count()


def message_url(message: ClientMessage) -> str:
    """Return the address of the message's own page."""
    return reverse("wagtail_clientportal_clientmessage_modeladmin_inspect", args=(message.pk,))


def written(message: ClientMessage) -> str:
    return _said(message.created_at, message)


def handled(message: ClientMessage) -> str:
    """Say when and by whom, "" while it waits."""
    return _by(message.handled_by, _said(message.handled_at, message))


def _said(moment, message: ClientMessage) -> str:
    return day_and_time(moment, zone_of(message.appointment.location if message.appointment else None))


def _by(user, when: str) -> str:
    if user is None:
        return when  # the account is gone
    return _("%(when)s, by %(name)s") % {"when": when, "name": user.get_full_name() or user.get_username()}


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


class HandledFilter(SimpleListFilter):
    title = _("status")
    parameter_name = "handled"

    def lookups(self, request, model_admin):
        return [("no", _("Waiting")), ("yes", _("Handled"))]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(handled_at__isnull=self.value() == "no")


class ClinicianFilter(SimpleListFilter):
    """The clinicians whose diaries the reader reaches; where that is one at most, there is nothing to choose."""

    title = _("clinician")
    parameter_name = "clinician"

    def lookups(self, request, model_admin):
        reached = within_reach(request.user, Clinician.objects.all())
        return [(str(pk), name) for pk, name in reached.values_list("pk", "name")]

    def has_output(self):
        return len(self.lookup_choices) > 1

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.filter(appointment__clinician=self.value())


class MessagePermission(ReadingPermission):
    # Who may change one may mark it as handled, and nothing more.
    actions = ("view", "change")


class MessageIndexView(RegisterIndexView):
    def get_queryset(self, request=None):
        found = super().get_queryset(request)
        if self.ORDER_VAR in self.params:
            return found
        # What waits comes first. Said here, because modeladmin orders by names of fields only.
        waiting_first = Case(When(handled_at=None, then=Value(0)), default=Value(1))
        return found.order_by(waiting_first, "-created_at", "-pk")


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
                when = _by(already.by, _said(already.at, self.instance))
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
                "appointment_url": reverse(
                    "wagtail_clientportal_appointment_modeladmin_inspect", args=(appointment.pk,)
                )
                if appointment and may_see(user, Appointment)
                else "",
                "sees_client": sees_client,
                "client_url": reverse("clientportal_client:inspect", args=(message.client_id,)) if sees_client else "",
                "reply_url": reply_url(message.client) if sees_client else "",
                "call_url": call_url(message.client) if sees_client else "",
            }
            | kwargs
        )


class MessageRegister(Register):
    model = ClientMessage
    menu_label = _("Messages")
    menu_icon = "comment"
    permission_helper_class = MessagePermission
    index_view_class = MessageIndexView
    inspect_view_class = MessageInspectView
    inspect_template_name = "wagtail_clientportal/staff/message.html"
    index_template_name = "wagtail_clientportal/staff/messages.html"
    list_display = ["client_name", "beginning", "written"]
    list_filter = [HandledFilter, ClinicianFilter]
    list_select_related = ["client", "appointment__location", "appointment__clinician", "handled_by"]
    search_fields = ["client__first_name", "client__last_name", "body"]
    inspect_view_fields = ["body"]

    def client_name(self, message):
        return message.client.full_name

    client_name.short_description = _("Client")
    client_name.admin_order_field = "client__last_name"

    def beginning(self, message):
        beginning = Truncator(message.body).chars(120)
        if message.handled_at:
            return format_html('{} <span class="w-status">{}</span>', beginning, _("Handled"))
        return format_html('<b>{}</b> <span class="w-status w-status--primary">{}</span>', beginning, _("Waiting"))

    beginning.short_description = _("Message")

    def written(self, message):
        if message.appointment is None:
            return written(message)
        return format_html("{}<br>{}", written(message), message.appointment.clinician.name)

    written.short_description = _("Written")
    written.admin_order_field = "created_at"
