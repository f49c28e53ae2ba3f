"""What is done to an appointment under the diary lock: begun with the lock, finished once with all that follows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ...communications.must_be_told import must_be_told
from ...communications.queue import queue_for_client
from ...diary.history import Actor, Snapshot, record
from ...diary.lock import locked_appointment
from ...diary.models import Appointment, AppointmentEvent
from ...notifications.queue import tell_staff, tell_to_ring
from ...practice.models import AbsenceReason, Client
from ...signals import (
    appointment_booked,
    appointment_cancelled,
    appointment_changed,
    appointment_status_changed,
)
from ..refusals import ChangedMeanwhile
from .permitted import Terms, terms_of
from .refunds import ask_to_decide, nothing_to_decide

# What somebody keeps of what was done, in its transaction: either both stand or neither does.
Note = Callable[[AppointmentEvent], None]

_SIGNALS = {
    AppointmentEvent.Kind.BOOKED: appointment_booked,
    AppointmentEvent.Kind.CHANGED: appointment_changed,
    AppointmentEvent.Kind.CANCELLED: appointment_cancelled,
    AppointmentEvent.Kind.STATUS_CHANGED: appointment_status_changed,
}


@dataclass
class Operation:
    """What somebody does to an appointment. The action checks and changes it in between.

    :param appointment: as it is under the lock, and then as the action leaves it.
    :param actor: who acts.
    :param terms: on what terms the appointment stood at the beginning: a move may bring it under others. ``None`` only
        where nobody is told.
    :param now: aware datetime by which all of it is judged.
    :param old: how it stood at the beginning; ``None`` for a new one.
    :param policy_shown: whether the client's form said that the policy in force was on the screen.
    """

    appointment: Appointment
    actor: Actor
    terms: Terms | None
    now: datetime
    old: Snapshot | None = None
    policy_shown: bool = False
    is_finished: bool = field(default=False, init=False)

    @property
    def client(self) -> Client | None:
        """The client who acts; ``None`` where it is somebody else who does."""
        return self.actor.client

    def finish(
        self,
        kind: AppointmentEvent.Kind,
        *,
        message: str = "",
        words: str = "",
        reason: AbsenceReason | None = None,
        tell_client: bool = True,
        is_known_to_staff: bool = False,
        note: Note | None = None,
    ) -> Appointment:
        """Write into the history what was done, and queue what the client and the staff are told; after the commit, a
        signal. Return the appointment.

        :param message: what the client wrote; "" for nothing.
        :param words: what the clinic says to the client along with it; "" for nothing.
        :param reason: why the client doesn't come; for the staff alone.
        :param is_known_to_staff: it came from where they see it anyway: only what they have to do is said to them.
        :param note: is handed the line of history, within the transaction.
        :raises RuntimeError: when it is finished already: nobody is told of one thing twice.
        """
        if self.is_finished:
            raise RuntimeError("This operation on an appointment is finished already.")
        self.is_finished = True
        appointment, terms, now = self.appointment, self.terms, self.now
        event, written = record(
            appointment,
            kind,
            actor=self.actor,
            now=now,
            old=self.old,
            message=message,
            words=words,
            reason=reason,
            rules=terms.rules if self.client else None,
            policy_shown=self.policy_shown,
        )
        if note is not None:
            note(event)
        if self.old and self.old.status != appointment.status:
            self._see_to_the_money(event)
        if tell_client:
            self._tell_client(event)
        if not is_known_to_staff:
            tell_staff(event, message=written, by_user=self.actor.user, portal_settings=terms.portal_settings, now=now)
        transaction.on_commit(
            lambda: _SIGNALS[kind].send_robust(sender=Appointment, appointment=appointment, event=event)
        )
        return appointment

    def _see_to_the_money(self, event: AppointmentEvent) -> None:
        if not self.appointment.holds_place:
            ask_to_decide(self.appointment, event=event, now=self.now)
        elif not self.old.status.attending:
            nothing_to_decide(self.appointment, self.now)

    def _tell_client(self, event: AppointmentEvent) -> None:
        messages = queue_for_client(event, site=self.terms.site, now=self.now)
        if must_be_told(event, self.now) and not any(one.status == one.Status.WAITING for one in messages):
            tell_to_ring(event, messages=messages, portal_settings=self.terms.portal_settings, now=self.now)


@contextmanager
def operation_on(
    appointment: Appointment,
    *,
    actor: Actor,
    now: datetime | None,
    expected: Snapshot | None,
    moving_to: int | None = None,
) -> Iterator[Operation]:
    """Hold the diary that the appointment is in until the end of the block, and begin what *actor* does to it.

    :param appointment: only an address.
    :param now: aware datetime; ``None`` for the clock, read under the lock.
    :param expected: how whoever acts saw the appointment stand; ``None`` where that doesn't matter.
    :param moving_to: pk of a clinician whose diary the appointment may move to.
    :raises ChangedMeanwhile: where it stands otherwise than ``expected`` by now.
    :raises Refused: also what ``diary.lock`` refuses.
    """
    with locked_appointment(appointment, moving_to=moving_to) as appointment:
        old = Snapshot.of(appointment)
        if expected is not None and old != expected:
            raise ChangedMeanwhile
        yield Operation(appointment, actor, terms_of(appointment), now or timezone.now(), old)
