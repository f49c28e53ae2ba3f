"""Where could the appointments go that can't take place? To the same clinician later, or to another one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from ..availability.local_days import MINUTE, minute_from
from ..diary.free_slots import find_free_slots
from ..diary.models import Appointment
from ..practice.models import Clinician
from .models import ClearingLine

LOOK_AHEAD = timedelta(days=14)  # after the span
OFFERED = 4  # times with the same clinician, and as many with others

Place = tuple[int, int]  # a clinician's pk, and a start in minutes since 1970 (UTC)


class BeginWith(StrEnum):
    """What is proposed for all at first, where there is such a time; else a cancellation is."""

    CANCEL = "cancel"
    SAME_CLINICIAN = "same"
    ANOTHER_CLINICIAN = "another"


def fill_in_offers(
    lines: Iterable[ClearingLine],
    clinicians: Collection[Clinician],
    *,
    end: datetime,
    begin_with: str,
    now: datetime,
) -> None:
    """Give each line its offers, and the first decision. Nothing is saved.

    No two lines are sent to one place.

    :param lines: those of one clearing, the earliest first.
    :param clinicians: who may be offered; each one's types, places and hours are looked at.
    :param end: aware datetime at which the clinician is back.
    :param begin_with: one of ``BeginWith``.
    :param now: aware datetime.
    """
    lines = list(lines)
    free = _free_places([line.appointment for line in lines], clinicians, end=end, now=now)
    planned = Planned()
    for line in lines:
        appointment = line.appointment
        places = free[_kind_of(appointment)]
        theirs = _of_the_same(places, appointment, end)
        others = _of_others(places, appointment)
        same, another = (
            list(islice((one for one in found if planned.is_free(appointment, one)), OFFERED))
            for found in (theirs, others)
        )
        line.offers = [list(place) for place in (*same, *another)]
        first = {BeginWith.SAME_CLINICIAN: same, BeginWith.ANOTHER_CLINICIAN: another}.get(begin_with)
        if first:
            planned.take(appointment, first[0])
            line.decide(ClearingLine.Decision.MOVE, *first[0])
        else:
            line.decide(ClearingLine.Decision.CANCEL)


class Planned:
    """The places that other appointments of the same clearing are sent to, each with a clinician and with a client."""

    def __init__(self):
        self._taken: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)

    def is_free(self, appointment: Appointment, place: Place) -> bool:
        start, until = _interval(appointment, place)
        taken = (each for whose in _whose(appointment, place) for each in self._taken[whose])
        return all(until <= begun or start >= over for begun, over in taken)

    def take(self, appointment: Appointment, place: Place) -> None:
        for whose in _whose(appointment, place):
            self._taken[whose].append(_interval(appointment, place))


def _whose(appointment: Appointment, place: Place) -> tuple[tuple[str, int], ...]:
    """Whose time it takes."""
    return ("clinician", place[0]), ("client", appointment.client_id)


def _interval(appointment: Appointment, place: Place) -> tuple[int, int]:
    return place[1], place[1] + -(-(appointment.busy_until - appointment.start) // MINUTE)


def _kind_of(appointment: Appointment) -> tuple:
    """Appointments that agree in this fit the same free times."""
    return appointment.appointment_type_id, appointment.location_id, appointment.duration, appointment.buffer


def _free_places(appointments, clinicians, *, end: datetime, now: datetime) -> dict[tuple, list[Place]]:
    found = {}
    for appointment in appointments:
        kind = _kind_of(appointment)
        if kind not in found:
            # From the first of its kind on: the place of none of them is offered again to their own clinician.
            slots = find_free_slots(
                clinicians,
                appointment.appointment_type,
                appointment.location,
                max(now, appointment.start - timedelta(hours=12)),
                end + LOOK_AHEAD,
                ignoring=appointment,
                now=now,
            )
            found[kind] = [(pk, minute) for pk, minutes in slots.items() for minute in minutes]
    return found


def _of_the_same(places: list[Place], appointment: Appointment, end: datetime) -> Iterator[Place]:
    back = minute_from(end)
    return iter(sorted(place for place in places if place[0] == appointment.clinician_id and place[1] >= back))


def _of_others(places: list[Place], appointment: Appointment) -> Iterator[Place]:
    """The nearest to when it was, first."""
    start = minute_from(appointment.start)
    others = [place for place in places if place[0] != appointment.clinician_id]
    return iter(sorted(others, key=lambda place: (abs(place[1] - start), place[1], place[0])))
