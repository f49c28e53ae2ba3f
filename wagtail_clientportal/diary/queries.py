"""Questions about what is arranged."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from ..practice.appointment_type import MINUTES_IN_A_DAY
from .hold import Hold
from .models import Appointment

# The longest an appointment can be with its buffer (see practice.appointment_type).
LONGEST = timedelta(minutes=MINUTES_IN_A_DAY)


def with_details(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Fetch along everything that a screen or a message says about an appointment."""
    return appointments.select_related("client", "clinician", "location__site", "appointment_type__policy", "status")


def of_client(client, site) -> QuerySet[Appointment]:
    """The client's appointments at the locations of *site*."""
    where = Q(location__site=site)
    if site.is_default_site:
        where |= Q(location__site=None)
    return with_details(Appointment.objects.filter(where, client=client))


def next_of_client(client, now: datetime) -> Appointment | None:
    """The client's next appointment that still holds its place."""
    return (
        with_details(Appointment.objects.filter(client=client, holds_place=True, start__gte=now))
        .order_by("start", "pk")
        .first()
    )


def in_time_off(clinician_id: int | None, location_id: int | None, start: datetime, end: datetime):
    """The appointments that hold their place within [start, end), the earliest first.

    :param clinician_id, location_id: whose and where; ``None`` for everybody's and everywhere.
    """
    found = Appointment.objects.filter(holds_place=True, start__lt=end, start__gt=start - LONGEST, end__gt=start)
    if clinician_id:
        found = found.filter(clinician_id=clinician_id)
    if location_id:
        found = found.filter(location_id=location_id)
    return with_details(found).order_by("start", "pk")


def is_taken(clinician_id: int, start: datetime, busy_until: datetime, *, ignoring: int | None, now: datetime) -> bool:
    """Whether anything in the clinician's diary meets [start, busy_until).

    :param ignoring: pk of the appointment that is being moved; its own place counts as free.
    """
    reach = {
        "clinician_id": clinician_id,
        "start__lt": busy_until,
        "start__gt": start - LONGEST,
        "busy_until__gt": start,
    }
    return (
        Appointment.objects.filter(holds_place=True, **reach).exclude(pk=ignoring).exists()
        or Hold.objects.filter(expires_at__gt=now, **reach).exists()
    )
