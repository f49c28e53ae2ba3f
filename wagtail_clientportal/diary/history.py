"""Writing a line of an appointment's history, and the message that came with it."""

from dataclasses import dataclass
from datetime import datetime

from ..policies.rules import PolicyRules
from ..practice.models import AbsenceReason, AppointmentStatus, Client, Clinician, Location
from .appointment import Appointment
from .appointment_event import AppointmentEvent
from .client_message import ClientMessage
from .payment import Payment


@dataclass(frozen=True)
class Actor:
    """Who acts: a client, a staff user, or nobody in particular (the system)."""

    client: Client | None = None
    user: object | None = None

    @classmethod
    def of(cls, by) -> "Actor":
        """:param by: a ``Client``, a staff ``User``, or ``None`` for the system."""
        if isinstance(by, Client):
            return cls(client=by)
        return cls(user=by)

    @property
    def kind(self) -> AppointmentEvent.By:
        if self.client is not None:
            return AppointmentEvent.By.CLIENT
        return AppointmentEvent.By.SYSTEM if self.user is None else AppointmentEvent.By.STAFF


@dataclass(frozen=True)
class Snapshot:
    """Start, status, clinician and location of an appointment at one moment: to compare, and to say what it was."""

    start: datetime
    status: AppointmentStatus
    clinician: Clinician
    location: Location

    @classmethod
    def of(cls, appointment: Appointment) -> "Snapshot":
        return cls(appointment.start, appointment.status, appointment.clinician, appointment.location)


def record(
    appointment: Appointment,
    kind: AppointmentEvent.Kind,
    *,
    actor: Actor,
    now: datetime,
    old: Snapshot | None = None,
    message: str = "",
    words: str = "",
    reason: AbsenceReason | None = None,
    rules: PolicyRules | None = None,
    policy_shown: bool = False,
    payment: Payment | None = None,
    money_decided: str = "",
) -> tuple[AppointmentEvent, ClientMessage | None]:
    """Write what was done to *appointment*, which already is as it is now; return that, and what the client wrote.

    :param old: where it stood before; ``None`` for a new one.
    :param message: what the client wrote; "" writes none.
    :param words: what the clinic says to the client along with it; "" for nothing.
    :param reason: why the client doesn't come, where staff chose one.
    :param rules: the policy in force for the client; ``None`` where none applied.
    :param policy_shown: whether the client's form said that this very revision was on the screen.
    :param payment: what was paid, or what a decision is about.
    :param money_decided: that decision, in words.
    """
    event = AppointmentEvent.objects.create(
        appointment=appointment,
        kind=kind,
        at=now,
        by_kind=actor.kind,
        by_user=actor.user,
        by_username=actor.user.get_username() if actor.user is not None else "",
        old_start=old and old.start,
        new_start=appointment.start,
        old_status=old and old.status,
        new_status=appointment.status,
        old_clinician=old and old.clinician,
        new_clinician=appointment.clinician,
        old_location=old and old.location,
        new_location=appointment.location,
        words=words.strip(),
        reason=reason,
        policy_revision_id=rules and rules.revision_id,
        policy_shown=policy_shown,
        policy_wording=rules.wording if rules else "",
        policy_sha256=rules.wording_sha256 if rules else "",
        payment=payment,
        money_decided=money_decided,
    )
    if not message.strip():
        return event, None
    written = ClientMessage.objects.create(
        client_id=appointment.client_id,
        appointment=appointment,
        event=event,
        body=message.strip(),
        created_at=now,
    )
    return event, written
