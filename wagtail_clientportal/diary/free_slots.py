"""When can a client be seen? Working hours ∩ timetable − time off − what is taken, on the clinic's grid."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from ..availability.intervals import Interval, merged
from ..availability.local_days import MINUTE, day_of, local_day, minute_from, minute_until
from ..availability.slots import bookable_starts
from ..policies.offered_period import earliest_start, latest_end
from ..practice.models import AppointmentType, Clinician, Location
from .free_slots_sql import EVERYBODY, TIMETABLED, read_hours, read_offer_limits, read_unavailable
from .models import Appointment

_DAY_IN_SECONDS = 24 * 60 * 60


def find_free_slots(
    clinicians: Iterable[Clinician],
    appointment_type: AppointmentType,
    location: Location,
    start: datetime,
    end: datetime,
    *,
    ignoring: Appointment | None = None,
    own_holds: Collection[str] = (),
    now: datetime | None = None,
    within_offer: bool = True,
) -> dict[int, list[int]]:
    """Return when each of *clinicians* can be booked: their pk → sorted starts, in whole minutes since 1970-01-01
    00:00 UTC.

    A slot lies wholly in [start, end), after the lead time and before the horizon of the location's site. The
    appointment itself lies inside the hours and outside time off; with its buffer it meets nothing that is taken.
    Clinicians who are inactive, not at *location* or don't do *appointment_type* get an empty list. Whether they
    and the type can be booked online is the caller's to judge.

    :param start, end: aware datetimes.
    :param ignoring: the appointment that is being moved. Its own place counts as free, its own length and buffer
        count, and its present start is not offered for its own clinician.
    :param own_holds: keys of the holds of whoever asks: the places that they keep for themselves are free to them.
    :param now: aware datetime; left out, the present.
    :param within_offer: whether lead time and horizon count, which bind clients and not the staff.
    :raises ValueError: for a naive datetime.
    """
    return _find(
        clinicians,
        appointment_type,
        location,
        start,
        end,
        ignoring=ignoring,
        own_holds=own_holds,
        now=now,
        with_diary=True,
        within_offer=within_offer,
    )


def is_offered(
    clinician: Clinician,
    appointment_type: AppointmentType,
    location: Location,
    start: datetime,
    *,
    ignoring: Appointment | None = None,
    now: datetime | None = None,
) -> bool:
    """Return whether the aware datetime *start* is among the free slots. Parameters as for ``find_free_slots``.

    :raises ValueError: for a naive datetime.
    """
    return _holds_start(clinician, appointment_type, location, start, ignoring, now, with_diary=True)


def is_within_hours(
    clinician: Clinician,
    appointment_type: AppointmentType,
    location: Location,
    start: datetime,
    *,
    ignoring: Appointment | None = None,
    now: datetime | None = None,
) -> bool:
    """Return whether *start* would be a free slot if nothing else were in the diary.

    For whoever judges the diary itself later, under its lock: a start that isn't offered and one that has just been
    taken are different answers. Parameters as for ``find_free_slots``.

    :raises ValueError: for a naive datetime.
    """
    return _holds_start(clinician, appointment_type, location, start, ignoring, now, with_diary=False)


def works_throughout(clinician: Clinician, location: Location, start: datetime, end: datetime) -> bool:
    """Return whether all of [start, end) lies in the clinician's hours at that location, whatever else there is.

    :param start, end: aware datetimes, whole minutes.
    :raises ValueError: for a naive datetime.
    """
    _refuse_naive(start=start, end=end)
    first, last = minute_until(start), minute_from(end)
    zone = location.zone
    first_day, last_day = day_of(first, zone), day_of(last, zone)
    weekly, timetabled = _hours_by_clinician([clinician.pk], location.pk, first_day, last_day)[clinician.pk]
    working, _grid = _working(weekly, timetabled, first_day, last_day, zone, last - first)
    return any(begun <= first and last <= reached for begun, reached in merged(sorted(working)))


def _holds_start(clinician, appointment_type, location, start, ignoring, now, *, with_diary) -> bool:
    _refuse_naive(start=start)
    minute = minute_until(start)
    if minute_from(start) != minute:
        return False
    duration, _buffer = _length(appointment_type, ignoring)
    # So narrow that only a slot at this very start lies wholly in it.
    end = start + duration * MINUTE
    slots = _find(
        [clinician], appointment_type, location, start, end, ignoring=ignoring, now=now, with_diary=with_diary
    )
    return minute in slots[clinician.pk]


def _find(
    clinicians,
    appointment_type,
    location,
    start,
    end,
    *,
    ignoring,
    own_holds=(),
    now,
    with_diary,
    within_offer=True,
) -> dict[int, list[int]]:
    now = timezone.now() if now is None else now
    _refuse_naive(start=start, end=end, now=now)
    slots = {clinician.pk: [] for clinician in clinicians}
    if not slots or end <= start:
        return slots

    limits = read_offer_limits(slots, appointment_type.pk, location.pk)
    duration, buffer = _length(appointment_type, ignoring)
    zone = location.zone
    start = max(start, now)
    if within_offer:
        start = max(start, earliest_start(lead_time=limits.lead_time, lead_days=limits.lead_days, zone=zone, now=now))
        end = min(
            end,
            latest_end(horizon_days=limits.horizon_days, horizon_months=limits.horizon_months, zone=zone, now=now),
        )
    if not limits.clinician_ids or end - start < duration * MINUTE:
        return slots

    first, last = minute_from(start), minute_until(end)
    first_day, last_day = day_of(first, zone), day_of(last, zone)
    hours = _hours_by_clinician(limits.clinician_ids, location.pk, first_day, last_day)
    busy, time_off = _unavailable_by_clinician(
        read_unavailable(
            limits.clinician_ids,
            location.pk,
            start,
            end + buffer * MINUTE,
            ignoring=ignoring and ignoring.pk,
            own_holds=own_holds,
            now=now,
            with_diary=with_diary,
        )
    )
    off_for_all = time_off.get(EVERYBODY, [])
    for pk in limits.clinician_ids:
        weekly, timetabled = hours[pk]
        working, grid = _working(weekly, timetabled, first_day, last_day, zone, limits.slot_interval)
        slots[pk] = bookable_starts(
            working,
            grid,
            busy.get(pk, []),
            time_off.get(pk, []) + off_for_all,
            duration=duration,
            buffer=buffer,
            earliest=first,
            latest_end=last,
        )
    if ignoring is not None and ignoring.clinician_id in slots:
        present = minute_until(ignoring.start)
        slots[ignoring.clinician_id] = [minute for minute in slots[ignoring.clinician_id] if minute != present]
    return slots


def _refuse_naive(**moments: datetime) -> None:
    for name, moment in moments.items():
        if timezone.is_naive(moment):
            raise ValueError(f"{name} has no time zone: free slots are looked for between aware datetimes.")


def _length(appointment_type: AppointmentType, ignoring: Appointment | None) -> tuple[int, int]:
    """Return duration and buffer in whole minutes, rounded up."""
    if ignoring is None:
        return appointment_type.duration_minutes, appointment_type.buffer_minutes
    return _minutes(ignoring.duration), _minutes(ignoring.buffer)


def _minutes(length: timedelta) -> int:
    return -(-length // MINUTE)


def _hours_by_clinician(clinician_ids, location_id, first_day, last_day) -> dict[int, tuple[list, dict]]:
    """Return, for each clinician's pk, what ``_working`` takes.

    Weekly hours: a list for each weekday (0 is Monday) of (first day, last day, start, end). Timetabled hours: for
    each date a list of (start, end), empty where they are at other locations only. Days are ordinals, times wall
    minutes.
    """
    hours = {pk: ([[] for _weekday in range(7)], {}) for pk in clinician_ids}
    rows = read_hours(clinician_ids, location_id, date.fromordinal(first_day), date.fromordinal(last_day))
    for pk, weekday, valid_from, valid_until, start, end, here in rows:
        weekly, timetabled = hours[pk]
        start, end = -(-start // 60), (end or _DAY_IN_SECONDS) // 60
        if weekday != TIMETABLED:
            weekly[weekday].append((valid_from, valid_until, start, end))
        else:
            timetabled.setdefault(valid_from, [])
            if here:
                timetabled[valid_from].append((start, end))
    return hours


def _working(
    weekly: list[list], timetabled: dict[int, list], first_day: int, last_day: int, zone: ZoneInfo, step: int
) -> tuple[list[Interval], list[range]]:
    """Return the working intervals of a run of local dates, and the grid of starts that they offer, in minutes.

    Hours timetabled on a date stand in for all the weekly ones.
    """
    working: list[Interval] = []
    grid: list[range] = []
    for day in range(first_day, last_day + 1):
        if day in timetabled:
            intervals = timetabled[day]
        else:
            intervals = [(start, end) for since, until, start, end in weekly[(day + 6) % 7] if since <= day <= until]
        if not intervals:
            continue
        local = local_day(day, zone)
        for start, end in intervals:
            working.append((local.minute(start), local.minute(end)))
            grid += local.grid(start, end, step)
    return working, grid


def _unavailable_by_clinician(rows) -> tuple[dict[int, list[Interval]], dict[int, list[Interval]]]:
    """Return what is taken and the time off, each as clinician's pk → intervals."""
    busy, time_off = defaultdict(list), defaultdict(list)
    for pk, start, end, is_off in rows:
        (time_off if is_off else busy)[pk].append((start, end))
    return busy, time_off
