"""Which rows the outbox gets when something happened to a client's appointment."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings as django_settings
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from ..diary.models import AppointmentEvent
from ..outbox.enqueue import send_after_commit
from ..outbox.models import OutboundMessage
from ..outbox.outbound_message import Channel
from ..practice.models import Client

_ABOUT = {
    AppointmentEvent.Kind.BOOKED: OutboundMessage.About.BOOKED,
    AppointmentEvent.Kind.CHANGED: OutboundMessage.About.CHANGED,
    AppointmentEvent.Kind.CANCELLED: OutboundMessage.About.CANCELLED,
}


class Way(NamedTuple):
    """How a client is reached, or (``why_not``) why not at all."""

    channel: str
    recipient: str
    why_not: str = ""


def way_to(client: Client) -> Way:
    """Return how *client* is told about appointments: by email, else by text, as they have agreed to."""
    if client.email and client.email_opt_in:
        return Way(Channel.EMAIL, client.email)
    if client.mobile_key and client.sms_opt_in:
        return Way(Channel.SMS, client.mobile_key)
    if not client.email and not client.mobile_key:
        return Way(Channel.EMAIL, "", _("The client has no email address and no mobile."))
    return Way(Channel.EMAIL, "", _("The client doesn't want messages about appointments."))


def queue_for_client(event: AppointmentEvent, *, site: Site | None, now: datetime) -> OutboundMessage:
    """Write the row that tells the client of *event*; where there is no way to tell them, it says why."""
    appointment = event.appointment
    with translation.override(django_settings.LANGUAGE_CODE):  # staff read why not
        way = way_to(appointment.client)
    message = OutboundMessage.objects.create(
        about=_ABOUT[event.kind],
        site=site,
        client=appointment.client,
        appointment=appointment,
        event=event,
        channel=way.channel,
        recipient=way.recipient,
        status=OutboundMessage.Status.DROPPED if way.why_not else OutboundMessage.Status.WAITING,
        last_error=way.why_not,
        dedupe_key=f"event:{event.pk}:client",
        due_at=now,
        created_at=now,
    )
    if not way.why_not:
        send_after_commit(message)
    return message


def queue_sign_in(contact: str, *, site: Site, dedupe_key: str, now: datetime) -> OutboundMessage:
    """Write the row that asks for a sign-in link; whether anybody has the contact is found out when it is delivered.

    :param contact: the key of an email address or a mobile ("+44…").
    """
    message = OutboundMessage.objects.create(
        about=OutboundMessage.About.SIGN_IN,
        site=site,
        channel=Channel.EMAIL if "@" in contact else Channel.SMS,
        recipient=contact,
        dedupe_key=dedupe_key,
        due_at=now,
        created_at=now,
    )
    send_after_commit(message)
    return message
