"""The words of a message to a client, made when it is sent."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings as django_settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ..diary.models import AppointmentEvent
from ..outbox.models import OutboundMessage
from ..outbox.outbound_message import Channel
from ..policies.models import PortalSettings
from ..practice.dates import date_in_words, time_in_words, zone_in_words
from .plain_text import plain_text
from .variables import CONTEXT_KEY, message_context

_FOLDER = "wagtail_clientportal/communications"


class NothingToSay(Exception):
    """The message would be wrong or useless by now; the text says why, for staff."""


@dataclass(frozen=True)
class Letter:
    """A message ready to go. ``copy`` is what is kept of it: the text without its links."""

    subject: str
    text: str
    html: str
    copy: str
    reply_to: str


def about_appointment(message: OutboundMessage, now: datetime) -> Letter:
    """Compose the message about an event in an appointment's history.

    :raises NothingToSay: when a newer message says how things are now.
    """
    event = message.event
    if event is not None and _is_outdated(event):
        raise NothingToSay(_("The appointment changed again; a newer message says so."))
    context = message_context(appointment=message.appointment, now=now)
    location = message.appointment.location
    portal_settings = PortalSettings.for_site(message.site)
    context["phone"] = location.phone or portal_settings.phone
    context["zone_name"] = zone_in_words(location.zone)
    # Short messages name the zone only where the reader may take it for another.
    context["zone_note"] = "" if location.timezone == django_settings.TIME_ZONE else f", {context['zone_name']}"
    if event is not None and event.old_start:
        zone = (event.old_location or location).zone
        context["old_date"] = date_in_words(event.old_start, zone)
        context["old_time"] = time_in_words(event.old_start, zone)
    return _letter(message.about, message.channel, context, portal_settings, context[CONTEXT_KEY].minted.values)


def sign_in(channel: str, url: str, settings: PortalSettings, *, minutes: int) -> Letter:
    """Compose the message that carries a sign-in link. It names nobody: a contact may be shared.

    :param minutes: how long the link can be used, in minutes.
    """
    context = {"url": url, "minutes": minutes, "phone": settings.phone}
    return _letter(OutboundMessage.About.SIGN_IN, channel, context, settings, lambda: [url])


def _is_outdated(event: AppointmentEvent) -> bool:
    newer = OutboundMessage.objects.filter(
        appointment_id=event.appointment_id, client__isnull=False, event_id__gt=event.pk
    )
    return newer.exclude(status=OutboundMessage.Status.DROPPED).exists()


def _letter(about: str, channel: str, context: dict, settings: PortalSettings, links) -> Letter:
    context = {**context, "settings": settings}
    if channel == Channel.SMS:
        subject, html = "", ""
        text = " ".join(render_to_string(f"{_FOLDER}/{about}.sms.txt", context).split())
    else:
        subject = " ".join(render_to_string(f"{_FOLDER}/{about}.subject.txt", context).split())
        html = render_to_string(f"{_FOLDER}/{about}.html", context | {"subject": subject})
        text = plain_text(html)
    copy = text
    for url in links():
        copy = copy.replace(url, "[link]")
    return Letter(subject, text, html, copy, settings.email)
