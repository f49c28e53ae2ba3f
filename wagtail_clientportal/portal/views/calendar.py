"""One appointment for the client's own calendar."""

from ...screens.calendar_file import calendar_file
from ..screen import own_appointment, screen


@screen("GET")
@own_appointment
def download(context, appointment):
    return calendar_file(context, appointment)
