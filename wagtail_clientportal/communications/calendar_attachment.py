"""The calendar file that goes with a message about an appointment: which messages carry one, what it may say."""

from datetime import datetime

from ..diary.models import AppointmentEvent
from ..outbox.channels.registry import channel_of
from ..outbox.models import OutboundMessage
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_url
from .icalendar_file import message_calendar, sequence_of
from .placeholders import names_in_html

About = OutboundMessage.About
_WITH_CALENDAR = {About.BOOKED, About.BOOKED_ONLINE, About.CHANGED, About.CANCELLED}


def calendar_attachments(
    message: OutboundMessage, body: str, portal_settings: PortalSettings, now: datetime
) -> tuple[tuple[str, str, str], ...]:
    """Return the file as a triple of name, content and MIME type; none where *message* carries none.

    The client's calendar follows: one entry for an appointment, whatever becomes of it. It says no more than *body*.

    :param body: rich text with the variables still in it.
    :param now: aware datetime.
    """
    event = message.event
    if event is None or message.about not in _WITH_CALENDAR or not channel_of(message.channel).takes_files:
        return ()
    named = names_in_html(body)
    cancelled = event.kind == AppointmentEvent.Kind.CANCELLED
    content = message_calendar(
        message.appointment,
        portal_settings,
        cancelled=cancelled,
        sequence=sequence_of(message.appointment, event),
        now=now,
        with_location=bool(named & {"location_name", "location_address"}),
        with_clinician="clinician_name" in named,
        portal_url=portal_url(portal_settings.site) if portal_settings.enabled else "",
    )
    # Without a charset: Django adds it, and a second one would be one too many.
    return (("appointment.ics", content, f"text/calendar; method={'CANCEL' if cancelled else 'REQUEST'}"),)
