"""What the menu in the header of a client's record offers."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import Button

from ...diary.models import Appointment, ClientMessage
from ...practice.models import Client
from ..common.log_actions import may_read_client_log
from ..common.urls import client_log_url, client_screen_url, new_appointment_url, register_url
from ..common.viewsets import may, may_see


class ClientHeader:
    """Adds what can be done with this client, and what the clinic has of them."""

    def get_header_more_buttons(self):
        user, client = self.request.user, self.object
        buttons = list(super().get_header_more_buttons())
        if client.is_active and may(user, "add", Appointment):
            url = new_appointment_url(client=client.pk)
            buttons.append(Button(_("New appointment"), url=url, icon_name="plus", priority=35))
        for model, label, icon in (
            (Appointment, _("Appointments"), "calendar-alt"),
            (ClientMessage, _("Messages"), "comment"),
        ):
            if may_see(user, model):
                url = register_of(model, client)
                buttons.append(Button(label, url=url, icon_name=icon, priority=40))
        if may(user, "export", Client):
            url = client_screen_url("export", client.pk)
            buttons.append(Button(_("Export everything held"), url=url, icon_name="download", priority=50))
        if may_read_client_log(user):
            url = client_log_url(client=client.pk)
            buttons.append(Button(_("Who opened this record"), url=url, icon_name="history", priority=60))
        if may(user, "merge", Client) and client.anonymised_at is None:
            url = client_screen_url("merge", client.pk)
            buttons.append(Button(_("Merge with another record"), url=url, icon_name="group", priority=65))
        if may(user, "anonymise", Client) and client.anonymised_at is None:
            url = client_screen_url("anonymise", client.pk)
            buttons.append(Button(_("Anonymise"), url=url, icon_name="user", priority=70))
        return sorted(buttons)


def register_of(model, client: Client) -> str:
    """Return the address of the register of *model*, narrowed to *client*."""
    return register_url(model, client=client.pk)
