"""The register of sent communications: what clients and staff were sent, and what became of it."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from ..diary.models import Appointment
from ..outbox import claims
from ..outbox.enqueue import send_after_commit
from ..outbox.models import OutboundMessage
from .local_time import day_and_time, zone_of
from .reach import within_reach
from .register import ReadingPermission, Register, RegisterIndexView, RegisterInspectView
from .safe_export import SafeExport
from .viewset import may, may_see


def said(moment, message: OutboundMessage) -> str:
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
        url=reverse("wagtail_clientportal_outboundmessage_modeladmin_inspect", args=(message.pk,)),
        about=message.get_about_display(),
        channel=message.get_channel_display(),
        recipient=message.recipient,
        status=message.get_status_display(),
        is_sent=message.status == OutboundMessage.Status.SENT,
        is_failed=message.status == OutboundMessage.Status.FAILED,
        why=message.last_error,
        when=said(message.sent_at or message.created_at, message),
    )


def failed_communications(user) -> int:
    """How many messages failed that somebody could still do something about."""
    failed = OutboundMessage.objects.filter(
        status=OutboundMessage.Status.FAILED, appointment__holds_place=True, appointment__end__gt=timezone.now()
    )
    return within_reach(user, failed).count()


class CommunicationPermission(ReadingPermission):
    # Who may change one may send it again, and nothing more.
    actions = ("view", "change")


class CommunicationIndexView(SafeExport, RegisterIndexView):
    exported = _("Sent communications")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"header_buttons": self.export_menu()} | kwargs)


class CommunicationInspectView(RegisterInspectView):
    page_title = _("Sent communication")

    def get_page_subtitle(self):
        return self.instance.get_about_display()

    @property
    def can_be_sent_again(self) -> bool:
        # A sign-in link nobody waits for any more: its client asks for a new one.
        message = self.instance
        return message.status == message.Status.FAILED and message.about != message.About.SIGN_IN

    @property
    def may_send_again(self) -> bool:
        return may(self.request.user, "change", OutboundMessage)

    def post(self, request, *args, **kwargs):
        """Send again what had failed."""
        if not self.may_send_again:
            raise PermissionDenied
        with transaction.atomic():
            if self.can_be_sent_again and claims.send_again(self.instance.pk, timezone.now()):
                send_after_commit(self.instance)
                messages.success(request, _("It will be sent again within a minute or so."))
            else:
                messages.warning(request, _("There is nothing to send again."))
        return redirect(request.path)

    def get_context_data(self, **kwargs):
        message = self.instance
        return super().get_context_data(
            **{
                "created": said(message.created_at, message),
                "sent": said(message.sent_at, message),
                "due": said(message.due_at, message) if message.status == message.Status.WAITING else "",
                "may_send_again": self.can_be_sent_again and self.may_send_again,
                "appointment_url": reverse(
                    "wagtail_clientportal_appointment_modeladmin_inspect", args=(message.appointment_id,)
                )
                if message.appointment_id and may_see(self.request.user, Appointment)
                else "",
            }
            | kwargs
        )


class CommunicationRegister(Register):
    model = OutboundMessage
    menu_label = _("Sent communications")
    menu_icon = "mail"
    permission_helper_class = CommunicationPermission
    index_view_class = CommunicationIndexView
    inspect_view_class = CommunicationInspectView
    inspect_template_name = "wagtail_clientportal/staff/communication.html"
    list_display = ["client_name", "about_what", "channel", "recipient", "status", "written", "why"]
    list_export = list_display
    export_filename = "sent-communications"
    list_filter = ["status", "channel", "about"]
    list_select_related = ["client", "appointment__location"]
    search_fields = ["recipient", "client__first_name", "client__last_name", "subject"]
    inspect_view_fields = ["subject"]

    def about_what(self, message):
        return message.get_about_display()

    about_what.short_description = _("About")
    about_what.admin_order_field = "about"

    def client_name(self, message):
        return message.client.full_name if message.client else ""

    client_name.short_description = _("Client")
    client_name.admin_order_field = "client__last_name"

    def written(self, message):
        return said(message.created_at, message)

    written.short_description = _("Written")
    written.admin_order_field = "created_at"

    def why(self, message):
        return message.last_error

    why.short_description = _("Why not")
