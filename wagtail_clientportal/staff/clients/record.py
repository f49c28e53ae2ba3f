"""The client's record: one page with a tab for each kind of thing that the clinic has of this person."""

import logging
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import log

from ...diary.database_errors import takes_no_changes
from ...diary.models import Appointment, ClientMessage
from ...outbox.channels.registry import channels_set_up
from ...outbox.models import OutboundMessage
from ...practice import log_codes
from ...practice.look_alikes import identical_to, likely_same_as
from ...practice.models import Client
from ..common.local_time import day_and_time, site_zone
from ..common.reach import within_reach
from ..common.urls import new_appointment_url
from ..common.viewsets import InspectView, may, may_see
from . import tabs as client_tabs
from .access import access_version
from .chooser import told_apart_by_number
from .header import ClientHeader, register_of
from .merging import merge_url
from .site_tabs import site_tabs
from .view import record_url

logger = logging.getLogger(__name__)


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


def new_from_online_booking(client: Client, user) -> dict | None:
    """Return since when the record is there that somebody's own booking made, and which others it may be the same as;
    ``None`` for any other record."""
    if client.registered_online_at is None or client.anonymised_at:
        return None
    pks = [one.pk for one in likely_same_as(client)]
    found = within_reach(user, Client.objects.filter(pk__in=pks)) if pks else []
    url = partial(merge_url, client) if may(user, "merge", Client) else record_url
    return {
        "since": day_and_time(client.registered_online_at, site_zone()),
        "likely": [(told_apart_by_number(one), url(one)) for one in found],
    }


def look_alikes(client: Client, user) -> list[tuple[str, str]]:
    """Return the other records within reach that say the same of who it is: which, and where they are merged, or shown
    to somebody who may not do that."""
    if client.anonymised_at:
        return []
    pks = [one.pk for one in identical_to(client)]
    found = within_reach(user, Client.objects.filter(pk__in=pks)) if pks else []
    url = partial(merge_url, client) if may(user, "merge", Client) else record_url
    return [(told_apart_by_number(one), url(one)) for one in found]


TABS = ("details", "appointments", "messages", "communications", "access")


class RedirectsMerged:
    """From a record that was merged into another, to that one: old links and bookmarks find the person."""

    def dispatch(self, request, *args, **kwargs):
        found = self.get_object()
        if found.merged_into is None:
            return super().dispatch(request, *args, **kwargs)
        messages.info(request, _("Record #%(number)d was merged into this one.") % {"number": found.pk})
        return redirect(record_url(found.merged_into))


class LogsOpening:
    """Writes down who opened the record. While the database takes no changes the record is read all the same: whoever
    has to ring this person needs the number now.
    """

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        try:
            log(self.object, log_codes.OPENED, user=request.user)
        except DatabaseError as error:
            if not takes_no_changes(error):
                raise
            logger.warning("user %s opened client %s; not noted: %s", request.user.pk, self.object.pk, error)
        return response


class ClientInspectView(RedirectsMerged, LogsOpening, ClientHeader, InspectView):
    template_name = "wagtail_clientportal/staff/client/record.html"
    page_title = gettext_lazy("Client record")

    def get_fields_context(self):
        blank = [] if self.object.portal_access_reason else ["portal_access_reason"]
        return [self.get_context_for_field(name) for name in self.fields if name not in blank]

    def get_context_data(self, **kwargs):
        client, user, now = self.object, self.request.user, timezone.now()
        sees = {model: may_see(user, model) for model in (Appointment, ClientMessage, OutboundMessage)}
        may_change = may(user, "change", Client)
        added = site_tabs(self.request, client)
        tab, tabs = self.request.GET.get("tab"), {*TABS, *(f"site-{one.name}" for one in added)}
        context = {
            "client": client,
            "max_rows": client_tabs.MAX_ROWS,
            "tab": tab if tab in tabs else "",
            "site_tabs": added,
            "missing": missing_for_portal(client),
            "look_alikes": look_alikes(client, user),
            "new_online": new_from_online_booking(client, user),
            "anonymised": day_and_time(client.anonymised_at, site_zone()),
            "may_change": may_change,
            "edit_url": self.get_edit_url(),
            "access_version": access_version(client),
            "pauses": client_tabs.pauses(client, now),
            "links": client_tabs.links(client, user, now),
            "sessions": client_tabs.sessions(client, user, now),
            "send_link_by": [
                (channel, channel.address_of(client)) for channel in channels_set_up() if channel.contact_of(client)
            ],
        }
        if sees[Appointment]:
            context |= {
                "upcoming": client_tabs.upcoming(client, user, now),
                "past": client_tabs.past(client, user, now),
                "appointments_url": register_of(Appointment, client),
            }
            if client.is_active and may(user, "add", Appointment):
                context["new_appointment_url"] = new_appointment_url(client=client.pk)
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
