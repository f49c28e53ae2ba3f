"""What stands in the diaries of some clinicians for a run of days: read with as many queries whatever there is."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from ....availability.local_days import local_day, minute_from, minute_until
from ....availability.models import OutsideBusy, TimeOff
from ....availability.worked_hours import worked_hours
from ....diary.models import Appointment, Hold
from ....diary.queries import LONGEST
from ....practice.models import Clinician, Location
from ...common.local_time import start_of_day
from ...common.reach import sees_every_diary, within_reach


class Hours(NamedTuple):
    """When somebody works, in minutes since 1970-01-01 00:00 UTC."""

    start: int
    end: int
    location: Location | None  # None: at any of theirs


class Off(NamedTuple):
    """Time off, in the same minutes."""

    start: int
    end: int
    location_id: int | None  # None: wherever they are
    reason: str


class Elsewhere(NamedTuple):
    """When another calendar of the clinician's says busy, in the same minutes."""

    start: int
    end: int


class Held(NamedTuple):
    """A place that somebody is booking online just now, in the same minutes."""

    start: int
    end: int


class Arranged(NamedTuple):
    """An appointment, in the same minutes. Where ``is_reached`` is false, the reader may know no more than the time."""

    start: int
    end: int
    busy_until: int
    pk: int
    client: str
    kind: str
    location: Location
    status: str
    colour: str
    is_default_status: bool
    arrived: bool
    holds_place: bool
    overbooked: bool
    is_reached: bool


@dataclass(frozen=True)
class Diaries:
    """Each by the clinician's pk, the earliest first."""

    hours: dict[int, list[Hours]]
    off: dict[int, list[Off]]
    elsewhere: dict[int, list[Elsewhere]]
    held: dict[int, list[Held]]
    appointments: dict[int, list[Arranged]]


_READ = (
    "clinician_id",
    "start",
    "end",
    "busy_until",
    "pk",
    "client__first_name",
    "client__last_name",
    "appointment_type__name",
    "location_id",
    "status__name",
    "status__colour",
    "status__is_default",
    "status__arrived",
    "holds_place",
    "overbooked",
)


def read_diaries(
    clinicians: Collection[Clinician],
    locations: dict[int, Location],
    first: date,
    last: date,
    zone: ZoneInfo,
    *,
    user,
    now: datetime,
) -> Diaries:
    """Read the diaries of *clinicians* for the local days from *first* to *last* in *zone*.

    :param clinicians: with their ``locations`` prefetched.
    :param locations: every one, by pk.
    :param user: who reads.
    :param now: aware datetime.
    """
    start, end = start_of_day(first, zone), start_of_day(last + timedelta(days=1), zone)
    pks = [clinician.pk for clinician in clinicians]
    return Diaries(
        hours=_read_hours(clinicians, locations, first, last, zone),
        off=_read_off(pks, start, end),
        elsewhere=_read_elsewhere(pks, start, end),
        held=_read_held(pks, start, end, now),
        appointments=_read_appointments(pks, locations, start, end, user),
    )


def _read_hours(clinicians, locations, first, last, zone) -> dict[int, list[Hours]]:
    # Where the clocks are others, so is the day: a day more at both ends.
    one = timedelta(days=1)
    found = worked_hours([clinician.pk for clinician in clinicians], first - one, last + one)
    own_zone = {clinician.pk: next((at.zone for at in clinician.locations.all()), zone) for clinician in clinicians}
    hours = defaultdict(list)
    for (pk, day), ones in sorted(found.items()):
        for worked in ones:
            location = locations.get(worked.location_id)
            local = local_day(day.toordinal(), location.zone if location else own_zone[pk])
            hours[pk].append(Hours(local.minute(worked.start), local.minute(worked.end), location))
    return hours


def _read_off(pks, start, end) -> dict[int, list[Off]]:
    rows = TimeOff.objects.filter(Q(clinician=None) | Q(clinician__in=pks), start__lt=end, end__gt=start)
    off = defaultdict(list)
    for pk, begun, ended, *rest in rows.order_by("start").values_list(
        "clinician", "start", "end", "location", "reason"
    ):
        for one in pks if pk is None else [pk]:
            off[one].append(Off(minute_until(begun), minute_from(ended), *rest))
    return off


def _read_elsewhere(pks, start, end) -> dict[int, list[Elsewhere]]:
    rows = OutsideBusy.objects.filter(clinician__in=pks, start__lt=end, end__gt=start)
    elsewhere = defaultdict(list)
    for pk, begun, ended in rows.order_by("start").values_list("clinician", "start", "end"):
        elsewhere[pk].append(Elsewhere(minute_until(begun), minute_from(ended)))
    return elsewhere


def _read_held(pks, start, end, now) -> dict[int, list[Held]]:
    rows = Hold.objects.filter(
        clinician__in=pks, expires_at__gt=now, start__lt=end, start__gt=start - LONGEST, busy_until__gt=start
    )
    held = defaultdict(list)
    for pk, begun, until in rows.order_by("start").values_list("clinician", "start", "busy_until"):
        held[pk].append(Held(minute_until(begun), minute_from(until)))
    return held


def _read_appointments(pks, locations, start, end, user) -> dict[int, list[Arranged]]:
    found = Appointment.objects.filter(clinician__in=pks, start__lt=end, start__gt=start - LONGEST, end__gt=start)
    reached = None if sees_every_diary(user) else set(within_reach(user, found).values_list("pk", flat=True))
    appointments = defaultdict(list)
    for clinician, begun, ended, until, pk, first_name, last_name, kind, at, *rest in found.order_by(
        "start", "pk"
    ).values_list(*_READ):
        appointments[clinician].append(
            Arranged(
                minute_until(begun),
                minute_from(ended),
                minute_from(until),
                pk,
                f"{first_name} {last_name}".strip(),
                kind,
                locations[at],
                *rest,
                is_reached=reached is None or pk in reached,
            )
        )
    return appointments
