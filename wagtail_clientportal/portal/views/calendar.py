"""One appointment for the client's own calendar."""

from django.http import HttpResponse

from ...communications.icalendar_file import appointment_calendar
from ..screen import own_appointment, screen


@screen("GET")
@own_appointment
def download(visit, appointment):
    response = HttpResponse(
        appointment_calendar(appointment, visit.clinic, portal_url=visit.page.get_full_url() or "", now=visit.now),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response
