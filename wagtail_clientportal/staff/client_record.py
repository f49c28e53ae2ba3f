"""The client's record: one page with a tab for each kind of thing that the clinic has of this person."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from ..diary.models import Appointment, ClientMessage
from ..outbox.backends.sms import base as sms
from ..outbox.models import OutboundMessage
from ..practice.models import Client, ClientRecord
from . import client_tabs
from .client_header import ClientHeader, register_of
from .local_time import day_and_time, site_zone
from .log_actions import OPENED
from .viewset import InspectView, may, may_see


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a client out of the portal, and the field of the form that mends it."""

    sentence: str
    field: str


def missing_for_portal(client: Client) -> list[Missing]:
    """Return what keeps *client* from using the portal; nothing where all is well."""
    found = []
    if not client.is_active:
        found.append(Missing(_("The record is not active: to the portal this person is unknown."), "is_active"))
    if not client.portal_access:
        sentence = _("Portal access is off.")
        if client.portal_access_reason:
            sentence = _("Portal access is off: %(reason)s") % {"reason": client.portal_access_reason}
        found.append(Missing(sentence, "portal_access"))
    if client.date_of_birth is None:
        found.append(Missing(_("The date of birth is missing. The portal asks for it."), "date_of_birth"))
    if not client.postcode_key:
        found.append(Missing(_("The postcode is missing. The portal asks for it."), "postcode"))
    if not client.email_key and not client.mobile_key:
        found.append(Missing(_("There is neither an email address nor a mobile to send a link to."), "email"))
    return found


TABS = ("details", "appointments", "messages", "communications", "access")


class LogsOpening:
    """Writes down who opened the record."""

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        log(ClientRecord(pk=self.object.pk), OPENED, user=request.user)
        return response


class ClientInspectView(LogsOpening, ClientHeader, InspectView):
    template_name = "wagtail_clientportal/staff/client/record.html"
    page_title = gettext_lazy("Client record")

    def get_fields_context(self):
        blank = [] if self.object.portal_access_reason else ["portal_access_reason"]
        return [self.get_context_for_field(name) for name in self.fields if name not in blank]

    def get_context_data(self, **kwargs):
        client, user, now = self.object, self.request.user, timezone.now()
        sees = {model: may_see(user, model) for model in (Appointment, ClientMessage, OutboundMessage)}
        may_change = may(user, "change", Client)
        context = {
            "client": client,
            "most": client_tabs.MOST,
            "tab": self.request.GET.get("tab") if self.request.GET.get("tab") in TABS else "",
            "missing": missing_for_portal(client),
            "anonymised": day_and_time(client.anonymised_at, site_zone()),
            "may_change": may_change,
            "edit_url": self.get_edit_url(),
            "links": client_tabs.links(client, user, now),
            "sessions": client_tabs.sessions(client, user, now),
            "sends_texts": sms.is_set_up(),
        }
        if sees[Appointment]:
            context |= {
                "upcoming": client_tabs.upcoming(client, user, now),
                "past": client_tabs.past(client, user, now),
                "appointments_url": register_of(Appointment, client),
            }
            if client.is_active and may(user, "add", Appointment):
                context["new_appointment_url"] = f"{reverse('clientportal_appointment:new')}?client={client.pk}"
        if sees[ClientMessage]:
            context |= {
                "messages_written": client_tabs.messages(client, user, with_appointments=sees[Appointment]),
                "messages_url": register_of(ClientMessage, client),
            }
        if sees[OutboundMessage]:
            context |= {
                "communications": client_tabs.communications(client, user),
                "communications_url": register_of(OutboundMessage, client),
            }
        return super().get_context_data(**context | kwargs)
