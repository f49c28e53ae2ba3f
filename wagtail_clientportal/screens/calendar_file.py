"""One appointment for the client's own calendar, as a download."""

from django.http import HttpResponse

from ..communications.icalendar_file import appointment_calendar
from ..diary.models import Appointment
from ..policies.portal_address import portal_url
from .screen_context import ScreenContext


def calendar_file(context: ScreenContext, appointment: Appointment) -> HttpResponse:
    """Answer with *appointment* as ``appointment.ics``."""
    response = HttpResponse(
        appointment_calendar(
            appointment, context.portal_settings, portal_url=portal_url(context.site), now=context.now
        ),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response
