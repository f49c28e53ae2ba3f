"""Who did what a line of an appointment's history says."""

from django.utils.translation import gettext as _

from ..practice.staff_name import staff_name
from .appointment_event import AppointmentEvent


def staff_who_acted(event: AppointmentEvent) -> str:
    """Return the name of the member of the staff who did it, "" where it was somebody else or nobody knows.

    Of an account that is gone, what was kept is the name that it logged in by.
    """
    return staff_name(event.by_user) if event.by_user else event.by_username


def who_acted(event: AppointmentEvent) -> str:
    """Return "Ann Example (staff)", "Client" or "System"."""
    name = staff_who_acted(event)
    return _("%(name)s (staff)") % {"name": name} if name else event.get_by_kind_display()
