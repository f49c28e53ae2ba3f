"""May a client be disturbed at this time of day? If not, when again?"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..diary.models import AppointmentEvent
from ..outbox.outbound_message import OutboundMessage


def after_quiet_hours(
    moment: datetime, *, quiet_from: time | None, quiet_until: time | None, zone: ZoneInfo
) -> datetime:
    """Return *moment*, or the end of the quiet hours that it falls into.

    :param moment: aware datetime.
    :param quiet_from: local time at which they begin; they may go over midnight. Without both ends there are none.
    :param quiet_until: local time at which they end; that minute isn't quiet any more.
    :return: aware datetime, in the zone of *moment*.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return moment
    local = moment.astimezone(zone)
    over_midnight = quiet_from > quiet_until
    at = local.time().replace(fold=0)
    is_quiet = at >= quiet_from or at < quiet_until if over_midnight else quiet_from <= at < quiet_until
    if not is_quiet:
        return moment
    day = local.date() + timedelta(days=1) if over_midnight and at >= quiet_from else local.date()
    end = datetime.combine(day, quiet_until, tzinfo=zone)
    # On the morning that clocks go back, 01:30 comes twice: quiet ends with whichever of them is still to come.
    if end <= moment:
        end = end.replace(fold=1)
    return max(moment, end.astimezone(moment.tzinfo))


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
