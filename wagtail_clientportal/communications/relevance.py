"""Is a message about an appointment still worth saying, in these words, by this channel, at this hour?

Asked when it goes out: much may have happened since its row was written.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from ..diary.models import AppointmentEvent
from ..outbox.models import OutboundMessage
from .channels_for import why_not
from .quiet_hours import undisturbed

About = OutboundMessage.About


class NothingToSay(Exception):
    """The message would be wrong or useless by now; the text says why, for staff."""


class NotThisWay(NothingToSay):
    """It is still to be said, but not by this channel, or not in these words: the client may not hear of it."""


class NotYet(Exception):
    """The client isn't to be disturbed before ``until`` (aware)."""

    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


def check_is_worth_saying(message: OutboundMessage, now: datetime) -> None:
    """Check that what happens to the appointment, or was said of it, has not made *message* wrong or useless.

    :param message: about an appointment.
    :param now: aware datetime.
    :raises NothingToSay: when it has.
    """
    appointment = message.appointment
    if appointment.end <= now:
        raise NothingToSay(_("The appointment is over."))
    if message.about == About.REMINDER and appointment.start <= now:
        raise NothingToSay(_("The appointment has begun."))
    if message.about == About.CANCELLED:
        if appointment.holds_place:
            raise NothingToSay(_("The appointment stands again."))
    elif message.about != About.STATUS_CHANGED and not appointment.holds_place:
        raise NothingToSay(_("The appointment was cancelled."))
    if _is_overtaken(message):
        raise NothingToSay(_("A newer message says how things are now."))


def check_is_still_wanted(message: OutboundMessage) -> None:
    """Check that the clinic still says it in these words, and that the client still wants it by this channel.

    :param message: about an appointment.
    :raises NotThisWay: when not.
    """
    if message.template is None:
        raise NotThisWay(_("Its template was deleted."))
    if not message.template.live:
        raise NotThisWay(_("Its template is not published any more."))
    if reason := why_not(message.client, message.channel, message.about):
        raise NotThisWay(reason)


def check_disturbs_nobody(message: OutboundMessage, now: datetime) -> None:
    """Check that *message* may go at this time of day.

    :param message: about an appointment.
    :param now: aware datetime.
    :raises NotYet: in the location's quiet hours.
    """
    if message.event is not None and (until := undisturbed(message.about, message.event, now)) > now:
        raise NotYet(until)


def _is_overtaken(message: OutboundMessage) -> bool:
    """Whether something newer is said by the same channel: about a later event, or a reminder nearer to the start."""
    newer = OutboundMessage.objects.filter(appointment_id=message.appointment_id, channel=message.channel).exclude(
        status=OutboundMessage.Status.DROPPED
    )
    if message.about == About.REMINDER:
        moved_since = AppointmentEvent.objects.filter(
            appointment_id=message.appointment_id,
            kind__in=[AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED],
            pk__gt=message.event_id,
        )
        before = message.template.send_before if message.template else None
        nearer = newer.filter(about=About.REMINDER, event_id=message.event_id, template__send_before__lt=before)
        return moved_since.exists() or (before is not None and nearer.exists())
    # News of a status doesn't say when and where, so it overtakes nothing but older news of a status.
    silent = [About.REMINDER, About.PAID]
    if message.about != About.STATUS_CHANGED:
        silent.append(About.STATUS_CHANGED)
    return newer.filter(event_id__gt=message.event_id).exclude(about__in=silent).exists()
