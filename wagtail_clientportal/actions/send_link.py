"""Send a client a fresh sign-in link, because staff want it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Site

from ..communications.queue import queue_sign_in
from ..diary.models import Appointment
from ..outbox.channels.registry import channel_of
from ..outbox.models import OutboundMessage
from ..policies.models import PortalSettings
from ..practice import log_codes
from ..practice.models import Client
from .refusals import ClientInactive, DetailsMissing, NoContact, PortalAccessOff, PortalOff


def send_link(client: Client, *, by, channel: str, now: datetime | None = None) -> OutboundMessage:
    """Queue a sign-in link to what the clinic has stored, and return its row in the outbox.

    No limit of requests applies: those keep strangers from troubling a client.

    :param by: the staff ``User`` who sends it.
    :param channel: the key of one.
    :param now: aware datetime; by default the clock.
    :raises ClientInactive: the record isn't active.
    :raises PortalAccessOff: this client has no portal access.
    :raises NoContact: the clinic holds nothing to send it to by this channel.
    :raises DetailsMissing: nobody could pass the check behind the link.
    :raises PortalOff: the portal of the client's site is off.
    """
    now = now or timezone.now()
    with transaction.atomic():
        client = Client.objects.get(pk=client.pk)
        site = site_of(client, now)
        contact = channel_of(channel).contact_of(client)
        _check(client, contact, channel, site)
        message = queue_sign_in(contact, site=site, now=now, client=client, channel=channel)
        log(client, log_codes.LINK_SENT, user=by, data={"channel": channel})
        return message


def site_of(client: Client, now: datetime) -> Site | None:
    """Return the site whose portal *client* uses: that of their next appointment, or last, or else the default one."""
    theirs = Appointment.objects.filter(client=client).select_related("location__site")
    appointment = (
        theirs.filter(start__gte=now, holds_place=True).order_by("start").first() or theirs.order_by("-start").first()
    )
    return appointment.location.portal_site if appointment else Site.objects.filter(is_default_site=True).first()


def _check(client: Client, contact: str, channel: str, site: Site | None) -> None:
    if not client.is_active:
        raise ClientInactive
    if not client.portal_access:
        raise PortalAccessOff
    if not contact:
        raise NoContact(channel=channel)
    if not client.has_identity:
        raise DetailsMissing
    if not PortalSettings.for_site(site).enabled:
        raise PortalOff
