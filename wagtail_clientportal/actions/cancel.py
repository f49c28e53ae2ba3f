"""Cancel an appointment: its place becomes free, its record and history stay."""

from datetime import datetime

from ..diary.history import Actor, Snapshot
from ..diary.models import Appointment, AppointmentEvent
from ..policies.portal_policy import default_status_after_cancellation
from ..policies.rules import PolicyRules
from ..practice.models import AbsenceReason, AppointmentStatus
from .refusals import NotAllowed, NotCurrent
from .steps.operation import Note, operation_on
from .steps.permitted import check_client_may_cancel, check_policy_shown
from .steps.site_veto import Action, check_site_permits


def cancel(
    appointment: Appointment,
    *,
    message: str = "",
    by,
    now: datetime | None = None,
    status: AppointmentStatus | None = None,
    tell_client: bool = True,
    policy_revision: str | int | None = None,
    expected: Snapshot | None = None,
    words: str = "",
    reason: AbsenceReason | None = None,
    note: Note | None = None,
) -> Appointment:
    """Cancel *appointment* and return it as it is then.

    :param appointment: which one; its state in memory doesn't matter.
    :param message: what the client wants to tell the clinic (plain text).
    :param by: who acts: a ``Client``, a staff ``User``, or ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param status: staff only: the status it gets, one that frees its place; ``None`` for the policy's.
    :param tell_client: whether the client is sent a message about it.
    :param policy_revision: pk of the policy revision that the client's form showed; ``None`` if it said nothing.
    :param expected: how whoever acts saw the appointment stand; ``None`` where that doesn't matter.
    :param words: staff only: what the clinic says to the client along with it (plain text).
    :param reason: staff only: why the client doesn't come, which no client reads.
    :param note: staff only: is handed the line of history, within the transaction.
    :raises Refused: one of its subclasses says why; the appointment stands as it was.
    """
    actor = Actor.of(by)
    if actor.client and (status or words or reason or note or not tell_client):
        raise NotAllowed
    if status is not None and status.attending:
        raise NotAllowed  # it would keep the place in the diary

    with operation_on(appointment, actor=actor, now=now, expected=expected) as operation:
        appointment = operation.appointment
        if operation.client:
            check_client_may_cancel(appointment, operation.client, operation.terms, operation.now)
            operation.policy_shown = check_policy_shown(operation.terms, policy_revision)
            check_site_permits(
                Action.CANCEL,
                client=operation.client,
                appointment=appointment,
                start=appointment.start,
                now=operation.now,
            )
        elif not appointment.holds_place:
            raise NotCurrent

        appointment.status = status or _freeing_status(operation.terms.rules)
        appointment.holds_place = False
        appointment.overbooked = False
        appointment.save(update_fields=["status", "holds_place", "overbooked"])

        return operation.finish(
            AppointmentEvent.Kind.CANCELLED,
            message=message,
            words=words,
            reason=reason,
            tell_client=tell_client,
            note=note,
        )


def _freeing_status(rules: PolicyRules) -> AppointmentStatus:
    """The policy's status; should it have come to keep the place after all, or there be no policy, another."""
    freeing = AppointmentStatus.objects.filter(attending=False)
    return freeing.filter(pk=rules.status_after_cancellation_id).first() or freeing.get(
        pk=default_status_after_cancellation()
    )
