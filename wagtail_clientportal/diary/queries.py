"""Questions about what is arranged."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from ..practice.appointment_type import MINUTES_IN_A_DAY
from .hold import Hold
from .models import Appointment, AppointmentEvent

# The longest an appointment can be with its buffer (see practice.appointment_type).
LONGEST = timedelta(minutes=MINUTES_IN_A_DAY)


def with_details(appointments: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Fetch along everything that a screen or a message says about an appointment."""
    return appointments.select_related("client", "clinician", "location__site", "appointment_type__policy", "status")


def with_event_details(events: QuerySet[AppointmentEvent]) -> QuerySet[AppointmentEvent]:
    """Fetch along who acted, and from what to what the appointment went."""
    return events.select_related(
        "by_user",
        "reason",
        "old_status",
        "new_status",
        "old_clinician",
        "new_clinician",
        "old_location",
        "new_location",
        "payment",
    )


def of_client(client, site, *, is_default_site: bool) -> QuerySet[Appointment]:
    """The client's appointments at the locations of *site*, with what a screen says of them fetched along.

    :param client, site: or their pks.
    """
    where = Q(location__site=site)
    if is_default_site:
        where |= Q(location__site=None)
    found = Appointment.objects.filter(where, client=client)
    return found.select_related("clinician", "location", "appointment_type", "status")


def next_of_client(client, now: datetime) -> Appointment | None:
    """The client's next appointment that still holds its place."""
    return with_details(upcoming_of_client(client, now)).order_by("start", "pk").first()


def upcoming_of_client(client, now: datetime) -> QuerySet[Appointment]:
    """The client's appointments to come that hold their place."""
    return Appointment.objects.filter(client=client, holds_place=True, start__gte=now)


def done_by_clients(since: datetime) -> QuerySet[AppointmentEvent]:
    """What clients did to appointments after *since* (aware), the latest first."""
    done = AppointmentEvent.objects.filter(at__gt=since, by_kind=AppointmentEvent.By.CLIENT)
    return done.exclude(kind=AppointmentEvent.Kind.PAID).order_by("-at", "-pk")


def changes_by_client(appointment: Appointment) -> QuerySet[AppointmentEvent]:
    """The times that its client moved *appointment*."""
    return AppointmentEvent.objects.filter(
        appointment=appointment, kind=AppointmentEvent.Kind.CHANGED, by_kind=AppointmentEvent.By.CLIENT
    )


def why_not_coming(value: str) -> Subquery:
    """Return, for a query of appointments, the reason noted with what gave each its present status.

    :param value: of the line of history, like "reason" or "reason__name"; null where there is none.
    """
    kinds = [AppointmentEvent.Kind.CANCELLED, AppointmentEvent.Kind.STATUS_CHANGED]
    lines = AppointmentEvent.objects.filter(appointment=OuterRef("pk"), kind__in=kinds)
    return Subquery(lines.order_by("-pk").values(value)[:1])


def upcoming_with(clinician, now: datetime) -> QuerySet[Appointment]:
    """The clinician's appointments to come that hold their place, the earliest first, with their details."""
    found = Appointment.objects.filter(clinician=clinician, holds_place=True, start__gte=now)
    return with_details(found).order_by("start", "pk")


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


def overlapping(
    clinician_id: int, start: datetime, busy_until: datetime, *, ignoring: int | None
) -> QuerySet[Appointment]:
    """The appointments in the clinician's diary that overlap [start, busy_until), the earliest first.

    :param ignoring: pk of the appointment that is being moved; its own place counts as free.
    """
    found = Appointment.objects.filter(holds_place=True, **_overlaps(clinician_id, start, busy_until))
    return with_details(found.exclude(pk=ignoring)).order_by("start", "pk")


def overlapping_holds(clinician_id: int, start: datetime, busy_until: datetime, *, now: datetime) -> QuerySet[Hold]:
    """The holds in the clinician's diary that overlap [start, busy_until)."""
    return Hold.objects.filter(expires_at__gt=now, **_overlaps(clinician_id, start, busy_until))


def is_taken(
    clinician_id: int,
    start: datetime,
    busy_until: datetime,
    *,
    ignoring: int | None,
    own_holds: Collection[str] = (),
    now: datetime,
) -> bool:
    """Whether anything in the clinician's diary overlaps [start, busy_until).

    :param ignoring: pk of the appointment that is being moved; its own place counts as free.
    :param own_holds: keys of the holds of whoever wants the place: what they keep for themselves is free to them.
    """
    appointments = overlapping(clinician_id, start, busy_until, ignoring=ignoring)
    holds = overlapping_holds(clinician_id, start, busy_until, now=now).exclude(key__in=own_holds)
    return appointments.order_by().values("pk").union(holds.order_by().values("pk"), all=True).exists()


def overlapping_of_client(
    client_id: int, start: datetime, end: datetime, *, ignoring: int | None
) -> QuerySet[Appointment]:
    """The client's own appointments, with whomever, that hold their place within [start, end), the earliest first.

    :param ignoring: pk of the appointment that is being moved.
    """
    found = Appointment.objects.filter(
        client_id=client_id, holds_place=True, start__lt=end, start__gt=start - LONGEST, end__gt=start
    )
    return with_details(found.exclude(pk=ignoring)).order_by("start", "pk")


def _overlaps(clinician_id: int, start: datetime, busy_until: datetime) -> dict:
    return {
        "clinician_id": clinician_id,
        "start__lt": busy_until,
        "start__gt": start - LONGEST,
        "busy_until__gt": start,
    }
