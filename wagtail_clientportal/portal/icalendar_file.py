"""An appointment as iCalendar (RFC 5545).

A calendar is often shared with a family or an employer, so it says where and when, and neither with whom nor what for.
"""

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from ..diary.models import AppointmentEvent
from .phone import phone_of


def appointment_calendar(appointment, clinic, *, portal_url: str, now: datetime) -> bytes:
    """Return the file's content, folded and escaped.

    The UID stays the same whatever happens to the appointment, so that a calendar replaces what it had.

    :param portal_url: the portal page's address, which holds no token.
    :param now: aware datetime.
    """
    location = appointment.location
    event = Event()
    event.add("uid", str(appointment.public_id))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.start.astimezone(UTC))
    event.add("dtend", appointment.end.astimezone(UTC))
    event.add("sequence", AppointmentEvent.objects.filter(appointment_id=appointment.pk).count())
    event.add("status", "CONFIRMED" if appointment.holds_place else "CANCELLED")
    event.add("summary", _("Appointment at %(clinic)s") % {"clinic": clinic.display_name or location.name})
    event.add(
        "location", ", ".join(line.strip() for line in [location.name, *location.address.splitlines()] if line.strip())
    )
    event.add("description", "\n".join(_details(location, clinic, portal_url)))
    if portal_url:
        event.add("url", portal_url)
    calendar = Calendar()
    calendar.add("prodid", "-//wagtail-clientportal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar.to_ical()


def _details(location, clinic, portal_url: str) -> list[str]:
    details = []
    if phone := phone_of(location, clinic):
        details.append(_("Phone: %(phone)s") % {"phone": phone.text})
    if portal_url:
        details.append(_("View, change or cancel: %(url)s") % {"url": portal_url})
    return details
