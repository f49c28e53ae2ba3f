"""The messages register: what clients wrote while changing or cancelling an appointment."""

from django.contrib.admin import EmptyFieldListFilter
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from ..diary.models import Appointment, ClientMessage
from .local_time import day_and_time, span, zone_of
from .register import Register, RegisterInspectView
from .viewset import may_see


def written(message: ClientMessage) -> str:
    location = message.appointment.location if message.appointment else None
    return day_and_time(message.created_at, zone_of(location))


class MessageInspectView(RegisterInspectView):
    page_title = _("Message")

    def get_page_subtitle(self):
        return self.instance.client.full_name

    def get_context_data(self, **kwargs):
        message, appointment = self.instance, self.instance.appointment
        handled_at = ""
        if message.handled_at:
            handled_at = day_and_time(message.handled_at, zone_of(appointment.location if appointment else None))
        return super().get_context_data(
            **{
                "written": written(message),
                "handled_at": handled_at,
                "when": span(appointment.start, appointment.end, appointment.location.zone) if appointment else "",
                "appointment_url": reverse(
                    "wagtail_clientportal_appointment_modeladmin_inspect", args=(appointment.pk,)
                )
                if appointment and may_see(self.request.user, Appointment)
                else "",
            }
            | kwargs
        )


class MessageRegister(Register):
    model = ClientMessage
    menu_label = _("Clients' messages")
    menu_icon = "comment"
    inspect_view_class = MessageInspectView
    inspect_template_name = "wagtail_clientportal/staff/message.html"
    list_display = ["client_name", "beginning", "written", "is_handled"]
    list_filter = [("handled_at", EmptyFieldListFilter)]
    list_select_related = ["client", "appointment__location"]
    search_fields = ["client__first_name", "client__last_name", "body"]
    inspect_view_fields = ["body"]

    def client_name(self, message):
        return message.client.full_name

    client_name.short_description = _("Client")
    client_name.admin_order_field = "client__last_name"

    def beginning(self, message):
        return Truncator(message.body).chars(120)

    beginning.short_description = _("Message")

    def written(self, message):
        return written(message)

    written.short_description = _("Written")
    written.admin_order_field = "created_at"

    def is_handled(self, message):
        return message.handled_at is not None

    is_handled.short_description = _("Handled")
    is_handled.boolean = True
