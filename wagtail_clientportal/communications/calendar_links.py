"""Links that put an appointment into a calendar on the web, and lead to where it is.

They say what the file to download says, and nobody hears of it before the client follows them.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from ..diary.models import Appointment
from ..policies.models import PortalSettings
from ..practice.models import Location

_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
_DIRECTIONS = "https://www.google.com/maps/dir/"


def calendar_links(appointment: Appointment, portal_settings: PortalSettings) -> list[tuple[str, str]]:
    """Return pairs (name of the calendar, URL)."""
    title = _("Appointment at %(clinic)s") % {
        "clinic": portal_settings.display_name or appointment.location.name,
    }
    start, end, place = _utc(appointment.start), _utc(appointment.end), place_in_a_line(appointment.location)
    google = {"action": "TEMPLATE", "text": title, "dates": f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}"}
    outlook = {"subject": title, "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}", "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    return [
        ("Google", f"{_GOOGLE}?{urlencode(google | {'location': place})}"),
        ("Outlook", f"{_OUTLOOK}?{urlencode(outlook | {'location': place})}"),
    ]


def directions_url(location: Location) -> str:
    """Return where a map shows the way to *location*; "" where its address isn't known."""
    if not location.address.strip():
        return ""
    return f"{_DIRECTIONS}?{urlencode({'api': 1, 'destination': place_in_a_line(location)})}"


def place_in_a_line(location: Location) -> str:
    """Return name and address of *location*, separated by commas."""
    return ", ".join(line.strip() for line in [location.name, *location.address.splitlines()] if line.strip())


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
