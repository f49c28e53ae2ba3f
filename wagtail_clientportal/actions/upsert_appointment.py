"""Make an appointment that another system keeps too, or bring it up to date. They meet in ``external_ref``.

What another system says has happened there: hours, time off and windows aren't asked, only whether the place is free.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import IntegrityError, transaction
from django.utils import timezone

from ..communications.reminders import arm_again
from ..diary.history import Actor, Snapshot
from ..diary.lock import locked_diaries
from ..diary.models import Appointment, AppointmentEvent
from ..diary.queries import with_details
from ..practice.external_ref import is_second_record
from ..practice.models import AppointmentStatus, AppointmentType, Client, Clinician, Location
from .refusals import AnotherClients, ChangedMeanwhile, NotAllowed
from .steps.operation import Operation
from .steps.permitted import terms_of
from .steps.reserve_slot import reserve_slot
from .steps.starts import whole_minute
from .steps.upserted import Outcome, Upserted

Kind = AppointmentEvent.Kind


@dataclass(frozen=True)
class AppointmentElsewhere:
    """An appointment as another system has it.

    :param external_ref: not empty.
    :param start, end: aware datetimes, whole minutes. Without an end it takes as long as it did, a new one as long as
        its type says.
    :param status: ``None`` for the one that it has, a new one the default.
    """

    external_ref: str
    client: Client
    clinician: Clinician
    location: Location
    appointment_type: AppointmentType
    start: datetime
    end: datetime | None = None
    status: AppointmentStatus | None = None


def upsert_appointment(
    external_ref: str,
    *,
    client: Client,
    clinician: Clinician,
    location: Location,
    appointment_type: AppointmentType,
    start: datetime,
    end: datetime | None = None,
    status: AppointmentStatus | None = None,
    by=None,
    now: datetime | None = None,
    overbook: bool = False,
    tell_client: bool = False,
) -> Upserted:
    """Let the appointment that another system calls *external_ref* stand as it stands there.

    Its history says what was done, and by whom. Reminders follow by themselves, as for every appointment to come; staff
    are told nothing. One that is past already is never refused for its place: it has been.

    :param client, clinician, location, appointment_type, start, end, status: as of ``AppointmentElsewhere``.
    :param by: the staff ``User`` who does it; ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param overbook: put it even over another appointment.
    :param tell_client: whether the client is sent a message about it.
    :raises Refused: one of its subclasses says why; nothing was changed.
    """
    wanted = AppointmentElsewhere(
        external_ref, client, clinician, location, appointment_type, start, end=end, status=status
    )
    with held_diaries([wanted], by=by, now=now, overbook=overbook, tell_client=tell_client) as held:
        return held.upsert(wanted)


@contextmanager
def held_diaries(
    wanted: Collection[AppointmentElsewhere],
    *,
    by=None,
    now: datetime | None = None,
    overbook: bool = False,
    tell_client: bool = False,
) -> Iterator["HeldDiaries"]:
    """Hold every diary that *wanted* touches until the end of the block, which is one transaction.

    Others wait for it meanwhile: let there be a hundred of them, not thousands. The other parameters are those of
    ``upsert_appointment``.

    :raises Refused: what ``diary.lock`` refuses.
    """
    references = {one.external_ref for one in wanted}
    diaries = {one.clinician.pk for one in wanted} | _diaries_of(references)
    while True:
        with locked_diaries(*diaries):
            found = with_details(Appointment.objects.filter(external_ref__in=references))
            known = {one.external_ref: one for one in found}
            if {one.clinician_id for one in known.values()} <= diaries:
                clients = Client.objects.select_for_update().in_bulk({one.client.pk for one in wanted})
                yield HeldDiaries(known, clients, Actor.of(by), now or timezone.now(), overbook, tell_client)
                return
        # Somebody moved one of them into another diary before we had the lock: hold that one too.
        diaries |= _diaries_of(references)


def _diaries_of(references: Collection[str]) -> set[int]:
    held = Appointment.objects.filter(external_ref__in=references).order_by()
    return set(held.values_list("clinician", flat=True))


class HeldDiaries:
    """The diaries that are held, and what of the other system's stands in them.

    :param known: the appointments that are there, by their reference.
    :param clients: those who are concerned, as they are under the lock, by their primary key.
    """

    def __init__(
        self,
        known: dict[str, Appointment],
        clients: dict[int, Client],
        actor: Actor,
        now: datetime,
        overbook: bool,
        tell_client: bool,
    ):
        self._known, self._clients, self._actor, self._now = known, clients, actor, now
        self._overbook, self._tell_client = overbook, tell_client

    def upsert(self, wanted: AppointmentElsewhere) -> Upserted:
        """Let one of those for which the diaries are held stand as it does elsewhere. A refusal takes back it alone.

        :raises Refused: one of its subclasses says why; nothing was changed.
        """
        client = self._clients.get(wanted.client.pk)
        if client is None or client.anonymised_at:
            raise NotAllowed
        known = self._known.get(wanted.external_ref)
        try:
            with transaction.atomic():
                upserted = self._bring_up_to_date(known, wanted) if known else self._make(wanted, client)
        except IntegrityError as error:
            if is_second_record(error):  # made at this moment, in another diary
                raise ChangedMeanwhile from error
            raise
        self._known[wanted.external_ref] = upserted.record
        return upserted

    @cached_property
    def _usual_status(self) -> AppointmentStatus:
        return AppointmentStatus.for_new_appointments()

    def _make(self, wanted: AppointmentElsewhere, client: Client) -> Upserted:
        status = wanted.status or self._usual_status
        appointment = Appointment(
            external_ref=wanted.external_ref, client=client, status=status, holds_place=status.attending
        )
        _arrange(appointment, wanted, buffer=_buffer_of(wanted.appointment_type))
        operation = self._begin(appointment)
        self._save(appointment)
        operation.finish(Kind.BOOKED, tell_client=self._tell_client, is_known_to_staff=True)
        return Upserted(appointment, Outcome.NEW)

    def _bring_up_to_date(self, known: Appointment, wanted: AppointmentElsewhere) -> Upserted:
        if known.client_id != wanted.client.pk:
            raise AnotherClients
        appointment = copy(known)  # refused, the one that is known stands as it stood
        operation = self._begin(appointment, Snapshot.of(appointment))
        before, held = _arranged(appointment), appointment.holds_place
        is_same_type = appointment.appointment_type == wanted.appointment_type
        appointment.status = wanted.status or appointment.status
        appointment.holds_place = appointment.status.attending
        _arrange(
            appointment,
            wanted,
            lasted=appointment.duration if is_same_type else None,
            buffer=appointment.buffer if is_same_type else _buffer_of(wanted.appointment_type),
        )
        has_moved = _arranged(appointment) != before
        if not has_moved and appointment.status == operation.old.status:
            return Upserted(appointment, Outcome.UNCHANGED)
        self._save(appointment, has_place_already=held and not has_moved)
        if appointment.holds_place and not held:
            arm_again(appointment)
        is_called_off = held and not appointment.holds_place and operation.old.start > self._now
        kind = Kind.CANCELLED if is_called_off else Kind.CHANGED if has_moved else Kind.STATUS_CHANGED
        operation.finish(kind, tell_client=self._tell_client, is_known_to_staff=True)
        return Upserted(appointment, Outcome.CHANGED)

    def _begin(self, appointment: Appointment, old: Snapshot | None = None) -> Operation:
        return Operation(appointment, self._actor, terms_of(appointment) if self._tell_client else None, self._now, old)

    def _save(self, appointment: Appointment, *, has_place_already: bool = False) -> None:
        if appointment.holds_place and not has_place_already:
            is_past = appointment.start <= self._now
            reserve_slot(appointment, overbook=self._overbook or is_past, now=self._now)
            return
        appointment.overbooked = appointment.overbooked and appointment.holds_place
        appointment.save()


def _arrange(
    appointment: Appointment, wanted: AppointmentElsewhere, *, lasted: timedelta | None = None, buffer: timedelta
) -> None:
    appointment.clinician, appointment.location = wanted.clinician, wanted.location
    appointment.appointment_type = wanted.appointment_type
    lasts = lasted or timedelta(minutes=wanted.appointment_type.duration_minutes)
    appointment.start = whole_minute(wanted.start)
    appointment.end = whole_minute(wanted.end) if wanted.end else appointment.start + lasts
    appointment.busy_until = appointment.end + buffer


def _arranged(appointment: Appointment) -> tuple:
    return (
        appointment.start,
        appointment.end,
        appointment.clinician_id,
        appointment.location_id,
        appointment.appointment_type_id,
    )


def _buffer_of(appointment_type: AppointmentType) -> timedelta:
    return timedelta(minutes=appointment_type.buffer_minutes)
