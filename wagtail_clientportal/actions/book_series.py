"""Staff book somebody in, once or several times: all of it or nothing, and once however often their form is sent."""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError
from django.utils import timezone
from wagtail.log_actions import log

from ..diary.history import Actor
from ..diary.lock import locked_diaries
from ..diary.models import Appointment
from ..practice.models import AppointmentType, Client, Clinician, Location
from .refusals import NotAllowed, UnusualPlace, UnusualPlaces
from .steps.in_turn import by_load
from .steps.new_appointment import book_in_locked_diary
from .steps.starts import whole_minute

# The most appointments that one form books: a year of weeks
MAX_TIMES = 52


def book_series(
    client: Client,
    clinicians: Collection[Clinician],
    location: Location,
    appointment_type: AppointmentType,
    starts: Sequence[datetime],
    *,
    by,
    form_key: UUID,
    note: str = "",
    now: datetime | None = None,
    tell_client: bool = True,
    acknowledged: Mapping[int, Collection[str]] | None = None,
    leave_out_unusual: bool = False,
) -> list[Appointment]:
    """Book *client* in at each of *starts* with one of *clinicians*, and return the appointments.

    :param client: one that isn't saved yet is a new client, whose record is made along with the booking.
    :param clinicians: one; or several, of whom whoever is free at all of the starts sees the client: the one who has
        the fewest appointments that day.
    :param starts: aware datetimes, whole minutes; at most ``MAX_TIMES``.
    :param by: the staff ``User`` who books.
    :param form_key: of the form. One that has booked already books nothing more: what it booked is returned.
    :param note: for the desk, on each of them (plain text).
    :param now: aware datetime; by default the clock, read under the lock.
    :param tell_client: whether the client is sent a message about each.
    :param acknowledged: for a start's number, from 0 on, the keys of all that is unusual about it, as far as whoever
        acts was told and wants it all the same (see ``diary.unusual``).
    :param leave_out_unusual: they don't want those: what is acknowledged is left out instead of booked.
    :raises UnusualPlaces: when there is more that is unusual than they know, or nothing else. Of several clinicians
        none is free then, and the places are those of the one with whom the fewest of them are unusual.
    :raises Refused: also another of its subclasses; nothing was booked, and no record made.
    """
    if not clinicians or not 0 < len(starts) <= MAX_TIMES:
        raise NotAllowed
    starts = [whole_minute(start) for start in starts]
    keys = [uuid5(form_key, str(number)) for number in range(MAX_TIMES)]
    found_unusual = []
    for clinician in by_load(clinicians, location, starts[0]) if len(clinicians) > 1 else clinicians:
        try:
            with locked_diaries(clinician.pk):
                if booked := _booked_before(keys):
                    return booked
                return _book_each(
                    _registered(client, by),
                    clinician,
                    location,
                    appointment_type,
                    dict(enumerate(starts)),
                    keys,
                    acknowledged=acknowledged or {},
                    leave_out_unusual=leave_out_unusual,
                    note=note,
                    actor=Actor.of(by),
                    now=now or timezone.now(),
                    tell_client=tell_client,
                )
        except UnusualPlaces as refusal:
            found_unusual.append(refusal)
        except IntegrityError:
            # The same form, sent twice at once, in two diaries.
            if booked := _booked_before(keys):
                return booked
            raise
    raise min(found_unusual, key=lambda refusal: len(refusal.places))


def _booked_before(keys: list[UUID]) -> list[Appointment]:
    return list(Appointment.objects.filter(form_key__in=keys).order_by("start"))


def _registered(client: Client, by) -> Client:
    """Return *client*, or for a new one the record that is made of it; *client* itself stays as it was."""
    if client.pk is not None:
        return client
    new = copy(client)
    new._state = copy(client._state)
    new.save()
    log(new, "wagtail.create", user=by)
    return new


def _book_each(
    client, clinician, location, appointment_type, starts, keys, *, acknowledged, leave_out_unusual, **booking
) -> list[Appointment]:
    """
    :raises UnusualPlaces: all that are, where nobody knows of one of them, or there is nothing else to book.
    """

    def book(number: int, known: Collection[str]) -> Appointment:
        return book_in_locked_diary(
            client,
            clinician,
            location,
            appointment_type,
            starts[number],
            refusal=None,
            acknowledged=known,
            form_key=keys[number],
            **booking,
        )

    booked, unusual, is_all_known = [], {}, True
    for number in starts:
        try:
            booked.append(book(number, frozenset()))
        except UnusualPlace as refusal:
            unusual[number] = refusal
            known = frozenset(acknowledged.get(number, ()))
            if not {one.key for one in refusal.found} <= known:
                is_all_known = False
            elif not leave_out_unusual:
                booked.append(book(number, known))
    if not is_all_known or not booked:
        raise UnusualPlaces(places=unusual)
    return booked
