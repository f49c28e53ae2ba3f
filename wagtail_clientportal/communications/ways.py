"""Can a client be told about appointments, by which channels, and when?"""

from datetime import datetime

from django.utils.translation import gettext as _

from ..diary.models import AppointmentEvent
from ..outbox.outbound_message import Channel, OutboundMessage
from ..practice.models import Client
from .quiet_hours import after_quiet_hours


def address(client: Client, channel: str) -> str:
    """Return where *client* is reached by *channel*: an email address, a number in E.164, or ""."""
    return client.email if channel == Channel.EMAIL else client.mobile_key


def why_not(client: Client, channel: str) -> str:
    """Return why *client* can't be told about appointments by *channel*, for staff to read; "" where they can."""
    if not client.is_active:
        return _("The client’s record is not active.")
    if channel == Channel.EMAIL:
        if not client.email:
            return _("The client has no email address.")
        return "" if client.email_opt_in else _("The client doesn’t want emails about appointments.")
    if not client.mobile_key:
        return _("The client has no mobile number.")
    return "" if client.sms_opt_in else _("The client doesn’t want texts about appointments.")


def undisturbed(about: str, event: AppointmentEvent, moment: datetime) -> datetime:
    """Return *moment*, or the end of the location's quiet hours that it falls into.

    What the client did is confirmed at once. News of what staff did waits for the morning, unless the morning comes too
    late for it: better woken than before a closed door. A reminder waits in any case.

    :param about: one of ``OutboundMessage.About``.
    :param moment: aware datetime.
    """
    is_reminder = about == OutboundMessage.About.REMINDER
    if not is_reminder and event.by_kind == AppointmentEvent.By.CLIENT:
        return moment
    location = event.appointment.location
    morning = after_quiet_hours(
        moment, quiet_from=location.quiet_from, quiet_until=location.quiet_until, zone=location.zone
    )
    return morning if is_reminder or morning < event.appointment.start else moment
