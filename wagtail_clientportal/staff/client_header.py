"""What the menu in the header of a client's record offers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button

from ..diary.models import Appointment, ClientMessage
from ..practice.models import Client
from .log_actions import may_read_client_log
from .viewset import may, may_see


class ClientHeader:
    """Adds what can be done with this client, and what the clinic has of them."""

    def get_header_more_buttons(self):
        user, client = self.request.user, self.object
        buttons = list(super().get_header_more_buttons())
        if client.is_active and may(user, "add", Appointment):
            url = f"{reverse('clientportal_appointment:new')}?client={client.pk}"
            buttons.append(Button(_("New appointment"), url=url, icon_name="plus", priority=35))
        for model, label, icon in (
            (Appointment, _("Appointments"), "calendar-alt"),
            (ClientMessage, _("Messages"), "comment"),
        ):
            if may_see(user, model):
                url = register_of(model, client)
                buttons.append(Button(label, url=url, icon_name=icon, priority=40))
        if may(user, "export", Client):
            url = reverse("clientportal_client:export", args=[client.pk])
            buttons.append(Button(_("Export everything held"), url=url, icon_name="download", priority=50))
        if may_read_client_log(user):
            url = f"{reverse('clientportal_client:log')}?client={client.pk}"
            buttons.append(Button(_("Who opened this record"), url=url, icon_name="history", priority=60))
        if may(user, "anonymise", Client) and client.anonymised_at is None:
            url = reverse("clientportal_client:anonymise", args=[client.pk])
            buttons.append(Button(_("Anonymise"), url=url, icon_name="user", priority=70))
        return sorted(buttons)


def register_of(model, client: Client) -> str:
    """Return the address of the register of *model*, narrowed to *client*."""
    index = reverse(f"wagtail_clientportal_{model._meta.model_name}_modeladmin_index")
    return f"{index}?client__id__exact={client.pk}"
