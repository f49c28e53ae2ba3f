"""An appointment as iCalendar (RFC 5545), to be downloaded or sent along with a message (RFC 5546).

A calendar is often shared with a family or an employer, so it says when, and no more of the rest than it is told to;
what for, never. The UID stays the same whatever happens to the appointment, so that a calendar replaces what it had.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

from ..diary.models import Appointment, AppointmentEvent
from ..policies.models import PortalSettings
from ..policies.phone import phone_of
from ..practice.models import Location
from .calendar_links import place_in_a_line

_DAY = timedelta(days=1)
_ALARM_BEFORE = timedelta(hours=2)  # time enough to set out
_FAR = timedelta(days=400)


def appointment_calendar(appointment: Appointment, clinic: PortalSettings, *, portal_url: str, now: datetime) -> bytes:
    """Return the file that a client downloads, folded and escaped.

    :param portal_url: the portal page's address, which holds no token.
    :param now: aware datetime.
    """
    event = client_event(appointment, clinic, portal_url=portal_url, sequence=sequence_of(appointment), now=now)
    return _calendar("PUBLISH", event)


def client_event(
    appointment: Appointment, clinic: PortalSettings, *, portal_url: str, sequence: int, now: datetime
) -> Event:
    """Return *appointment* as its client's calendar shows it. Parameters as for ``message_calendar``."""
    event = _event(appointment, clinic, sequence=sequence, now=now)
    _add_times_in_utc(event, appointment)
    event.add("status", "CONFIRMED" if appointment.holds_place else "CANCELLED")
    event.add("location", place_in_a_line(appointment.location))
    event.add("description", "\n".join(_details(appointment.location, clinic, portal_url)))
    if portal_url:
        event.add("url", portal_url)
    return event


def diary_event(appointment: Appointment, *, sequence: int, with_name: bool, now: datetime) -> Event:
    """Return *appointment* as its clinician's calendar shows it: what for and where, and *with_name* who comes."""
    event = _bare_event(appointment, sequence=sequence, now=now)
    what = appointment.appointment_type.name
    event.add("summary", f"{appointment.client.full_name}: {what}" if with_name else what)
    _add_times_in_utc(event, appointment)
    event.add("status", "CONFIRMED")
    event.add("location", appointment.location.name)
    return event


def published(events: list[Event], *, name: str) -> bytes:
    """Return a calendar called *name* that programs read again and again."""
    return _calendar("PUBLISH", *events, **{"x-wr-calname": name, "name": name})


def message_calendar(
    appointment: Appointment,
    portal_settings: PortalSettings,
    *,
    cancelled: bool,
    sequence: int,
    now: datetime,
    with_location: bool,
    with_clinician: bool,
    portal_url: str,
) -> str:
    """Return the file that goes with a message to the appointment's client; its method is REQUEST or CANCEL.

    :param sequence: rises with every change, from 0; see ``sequence_of``.
    :param now: aware datetime.
    :param with_location: whether it may say where.
    :param with_clinician: whether it may say with whom.
    :param portal_url: the portal page's address, which holds no token; "" for none.
    """
    event = _event(appointment, portal_settings, sequence=sequence, now=now)
    clocks = _add_times(event, appointment)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _organizer(appointment, portal_settings))
    if appointment.client.email:  # a channel of a site's own may reach who has none
        event.add("attendee", _attendee(appointment.client.email))
    if with_location:
        event.add("location", place_in_a_line(appointment.location))
    details = _details(appointment.location, portal_settings, "" if cancelled else portal_url)
    if with_clinician:
        details.insert(0, _("With %(clinician)s") % {"clinician": appointment.clinician.name})
    event.add("description", "\n".join(details))
    if portal_url:
        event.add("url", portal_url)
    return _calendar("CANCEL" if cancelled else "REQUEST", *clocks, event).decode()


def sequence_of(appointment: Appointment, event: AppointmentEvent | None = None) -> int:
    """Return how many times the appointment had changed with *event*, by default until now."""
    events = AppointmentEvent.objects.filter(appointment_id=appointment.pk)
    return (events.filter(pk__lte=event.pk) if event else events).count()


def _event(appointment: Appointment, clinic: PortalSettings, *, sequence: int, now: datetime) -> Event:
    event = _bare_event(appointment, sequence=sequence, now=now)
    event.add("summary", _("Appointment at %(clinic)s") % {"clinic": _name(appointment, clinic)})
    if appointment.holds_place:
        event.add_component(_alarm(event["summary"]))
    return event


def _bare_event(appointment: Appointment, *, sequence: int, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(appointment.public_id))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", sequence)
    return event


def _add_times_in_utc(event: Event, appointment: Appointment) -> None:
    event.add("dtstart", appointment.start.astimezone(UTC))
    event.add("dtend", appointment.end.astimezone(UTC))


def _alarm(words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -_ALARM_BEFORE)
    return alarm


def _name(appointment: Appointment, clinic: PortalSettings) -> str:
    return clinic.display_name or appointment.location.name


def _calendar(method: str, *components, **properties: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//wagtail-clientportal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for key, text in properties.items():
        calendar.add(key, text)
    for component in components:
        calendar.add_component(component)
    return calendar.to_ical()


def _details(location: Location, clinic: PortalSettings, portal_url: str) -> list[str]:
    details = []
    if phone := phone_of(location, clinic):
        details.append(_("Phone: %(phone)s") % {"phone": phone.text})
    if portal_url:
        details.append(_("View, change or cancel: %(url)s") % {"url": portal_url})
    return details


def _organizer(appointment: Appointment, portal_settings: PortalSettings) -> vCalAddress:
    # A request has to have one, though the clinic may have given no address for replies.
    address = vCalAddress(f"mailto:{portal_settings.email or parseaddr(django_settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = _name(appointment, portal_settings)
    return address


def _attendee(email: str) -> vCalAddress:
    """The client, who has nothing to answer: the appointment was theirs before the message was sent."""
    address = vCalAddress("mailto:" + "".join(email.split()))
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "ACCEPTED"
    address.params["RSVP"] = "FALSE"
    return address


def _add_times(event: Event, appointment: Appointment) -> list[Timezone]:
    """Add start and end by the location's clocks, and return what explains these clocks."""
    zone = appointment.location.zone
    start, end = appointment.start.astimezone(zone), appointment.end.astimezone(zone)
    # A time that comes twice in autumn means its first pass in iCalendar, so the second can only be said in UTC.
    by_their_clocks = zone.key != "UTC" and not start.fold and not end.fold
    event.add("dtstart", start if by_their_clocks else appointment.start.astimezone(UTC))
    event.add("dtend", end if by_their_clocks else appointment.end.astimezone(UTC))
    return [_clocks(zone, appointment.start)] if by_their_clocks else []


def _clocks(zone: ZoneInfo, moment: datetime) -> Timezone:
    """Say how the clocks of *zone* stand from their change before *moment* to the one after it.

    Written out here, because icalendar's own generator is an hour late with changes to summer time; and no more than
    these two, because Outlook reads one change to each.
    """
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    before = _change(zone, moment, -_DAY) or moment - _FAR
    after = _change(zone, moment, _DAY)
    for onset in filter(None, (before, after)):
        timezone.add_component(_observance(zone, onset.astimezone(UTC)))
    return timezone


def _observance(zone: ZoneInfo, onset: datetime) -> TimezoneDaylight | TimezoneStandard:
    local = onset.astimezone(zone)
    offset_before = (onset - timedelta(seconds=1)).astimezone(zone).utcoffset()
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    # An onset is said by the clocks that it puts an end to.
    observance.add("dtstart", onset.replace(tzinfo=None) + offset_before)
    observance.add("tzoffsetfrom", offset_before)
    observance.add("tzoffsetto", local.utcoffset())
    observance.add("tzname", local.tzname())
    return observance


def _change(zone: ZoneInfo, moment: datetime, step: timedelta) -> datetime | None:
    """Return the first second (UTC) after the nearest change of clocks in the direction of *step*, if it isn't far."""

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(zone).utcoffset()

    near = moment.astimezone(UTC)
    for _step in range(_FAR // _DAY):
        far = near + step
        if offset(far) != offset(near):
            early, late = sorted([near, far])
            while late - early > timedelta(seconds=1):
                middle = early + (late - early) // 2
                early, late = (middle, late) if offset(middle) == offset(early) else (early, middle)
            return late.replace(microsecond=0)
        near = far
    return None
