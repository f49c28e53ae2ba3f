"""By which channels can a client be told about appointments?

A channel's opt-in, which staff set, governs whatever is said about appointments by that channel. Whoever unsubscribes
ends reminders by it and nothing else.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from ..diary.models import Appointment
from ..outbox.channels.base import Channel
from ..outbox.channels.registry import channel_of, channels
from ..outbox.outbound_message import OutboundMessage
from ..practice.models import Client
from .communication_template import CommunicationTemplate
from .template_choice import applicable, live_templates


def channels_to_tell_by(
    appointment: Appointment, about: str, templates: Iterable[CommunicationTemplate] | None = None
) -> list[Channel]:
    """Return the channels by which the client of *appointment* would be told of *about* as things are now.

    None: nothing would reach them, and somebody has to ring.

    :param appointment: may be unsaved; its client, type and location count.
    :param about: one of ``OutboundMessage.About``.
    :param templates: the ``live_templates`` of it, where whoever asks has them at hand.
    """
    templates = live_templates(about) if templates is None else templates
    with_template = {template.channel for template in applicable(templates, appointment)}
    return [one for one in channels() if one.key in with_template and not why_not(appointment.client, one.key, about)]


def why_not(client: Client, channel: str, about: str) -> str:
    """Return why *client* can't be told of *about* by *channel*, for staff to read; "" where they can.

    :param channel: a channel's key.
    :param about: one of ``OutboundMessage.About`` that is about appointments.
    """
    if not client.is_active:
        return _("The client’s record is not active.")
    return channel_of(channel).why_not(client, is_reminder=about == OutboundMessage.About.REMINDER)


def can_be_reminded(channel: str) -> Q:
    """The appointments whose client can be reminded by *channel*: the same as ``why_not``, in SQL."""
    active = Client.objects.filter(pk=OuterRef("client_id"), is_active=True)
    return Q(Exists(channel_of(channel).remindable(active)))
