"""Whether a client is told of what staff do, and by which channels: said before it is done, and after."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...communications.channels_for import channels_to_tell_by, why_not
from ...communications.models import CommunicationTemplate
from ...communications.queue import messages_about
from ...diary.models import Appointment, AppointmentEvent
from ...notifications.models import Notification
from ...outbox.channels.registry import channel_of, channels
from ...outbox.models import OutboundMessage


def how_told(appointment: Appointment, about: str, templates: Iterable[CommunicationTemplate] | None = None) -> str:
    """Return "Margaret Hale is told by email and text message", or why no message reaches them.

    :param appointment: may be unsaved; its client, type and location count.
    :param about: one of ``OutboundMessage.About``.
    :param templates: as for ``channels_to_tell_by``.
    """
    client = appointment.client.full_name
    if told_by := channels_to_tell_by(appointment, about, templates):
        by = get_text_list([str(channel.noun) for channel in told_by], _("and"))
        return _("%(client)s is told by %(channels)s.") % {"client": client, "channels": by}
    why = why_untold(appointment, about)
    return _("No message reaches %(client)s, so please ring. %(why)s") % {"client": client, "why": why}


def why_untold(appointment: Appointment, about: str) -> str:
    """Return why no message about it would reach the client. Parameters as for ``how_told``."""
    reasons = [why_not(appointment.client, channel.key, about) for channel in channels()]
    # Where one channel would do, nothing is said by it.
    if not all(reasons):
        return _("No message for it is published.")
    return " ".join(dict.fromkeys(reasons))


def how_told_of_status(
    appointment: Appointment, about: str, templates: Iterable[CommunicationTemplate] | None = None
) -> str:
    """Return how the client hears that *appointment* gets another status, or its place back; "" where nobody is told
    and nobody has to ring.

    :param about: ``STATUS_CHANGED`` or ``BOOKED`` of ``OutboundMessage.About``.
    :param templates: as for ``channels_to_tell_by``.
    """
    if appointment.end <= timezone.now():
        return ""  # what is over is told to nobody
    # Of a status there is mostly nothing to say, so that without a message nothing is amiss.
    may_be_untold = about == OutboundMessage.About.STATUS_CHANGED
    if may_be_untold and not channels_to_tell_by(appointment, about, templates):
        return ""
    return how_told(appointment, about, templates)


def knows_that_it_was_freed(appointment: Appointment) -> bool:
    """Whether the client of *appointment*, which doesn't hold its place, may know so: because they cancelled, because
    they were sent a message, or because somebody was asked to ring. Who doesn't needn't hear that it stands again.
    """
    freed = appointment.events.filter(new_status__attending=False).exclude(old_status__attending=False)
    last = freed.order_by("-pk").first()
    if last is None or last.by_kind == AppointmentEvent.By.CLIENT:
        return True
    to_ring = Notification.objects.filter(kind=Notification.Kind.CLIENT_NOT_TOLD, event=last)
    return messages_about(last).exists() or to_ring.exists()


def how_told_that_it_stands_again(appointment: Appointment) -> str:
    """Return how the client hears that *appointment* gets its place back; "" where nobody is told, and needn't be."""
    if not knows_that_it_was_freed(appointment):
        return ""
    return how_told_of_status(appointment, OutboundMessage.About.BOOKED)


_BECAME = {
    OutboundMessage.Status.SENT: gettext_lazy("The client was told by %(channels)s."),
    OutboundMessage.Status.WAITING: gettext_lazy("The client is being told by %(channels)s."),
    OutboundMessage.Status.FAILED: gettext_lazy("The message by %(channels)s could not be sent."),
}


def was_told(messages: Iterable[OutboundMessage]) -> str:
    """Return whether the client was told of one thing, and by which channels.

    :param messages: all that the client was to be sent about it.
    """
    messages = list(messages)
    sentences = []
    for status, sentence in _BECAME.items():
        nouns = [str(channel_of(one.channel).noun) for one in messages if one.status == status]
        if nouns:
            sentences.append(sentence % {"channels": get_text_list(list(dict.fromkeys(nouns)), _("and"))})
    if sentences:
        return " ".join(sentences)
    why = " ".join(dict.fromkeys(one.last_error for one in messages))
    return _("The client wasn’t told. %(why)s") % {"why": why} if why else _("The client was sent no message about it.")


def messages_by_event(appointment: Appointment) -> dict[int, list[OutboundMessage]]:
    """Return what the client was to be sent about each line of the appointment's history, by the line's pk."""
    found = {}
    theirs = appointment.outbound_messages.filter(client__isnull=False, event__isnull=False)
    for one in theirs.exclude(about=OutboundMessage.About.REMINDER).order_by("pk"):
        found.setdefault(one.event_id, []).append(one)
    return found
