"""Cancel an appointment: its place becomes free, its record and history stay."""

from datetime import datetime

from django.utils import timezone

from ..diary.history import Actor, Place
from ..diary.lock import locked_appointment
from ..diary.models import Appointment, AppointmentEvent
from ..policies.portal_policy import default_status_after_cancellation
from ..policies.rules import PolicyRules
from ..practice.models import AppointmentStatus
from .conclude import conclude
from .permitted import check_client_may_cancel, check_policy_shown, terms_of
from .place import check_unchanged
from .refusals import NotAllowed, NotCurrent


def cancel(
    appointment: Appointment,
    *,
    message: str = "",
    by,
    now: datetime | None = None,
    status: AppointmentStatus | None = None,
    tell_client: bool = True,
    policy_revision: str | int | None = None,
    stood: Place | None = None,
) -> Appointment:
    """Cancel *appointment* and return it as it is then.

    :param appointment: which one; its state in memory doesn't matter.
    :param message: what the client wants to tell the clinic (plain text).
    :param by: who acts: a ``Client``, a staff ``User``, or ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param status: staff only: the status it gets, one that frees its place; ``None`` for the policy's.
    :param tell_client: whether the client is sent a message about it.
    :param policy_revision: pk of the policy revision that the client's form showed; ``None`` if it said nothing.
    :param stood: how whoever acts saw the appointment stand; ``None`` where that doesn't matter.
    :raises Refused: one of its subclasses says why; the appointment stands as it was.
    """
    actor = Actor.of(by)
    if actor.client and (status or not tell_client):
        raise NotAllowed
    if status is not None and status.attending:
        raise NotAllowed  # it would keep the place in the diary

    with locked_appointment(appointment) as appointment:
        check_unchanged(appointment, stood)
        now = now or timezone.now()
        terms = terms_of(appointment)
        policy_shown = False
        if actor.client:
            check_client_may_cancel(appointment, actor.client, terms, now)
            policy_shown = check_policy_shown(terms, policy_revision)
        elif not appointment.holds_place:
            raise NotCurrent

        old = Place.of(appointment)
        appointment.status = status or _freeing_status(terms.rules)
        appointment.holds_place = False
        appointment.overbooked = False
        appointment.save(update_fields=["status", "holds_place", "overbooked"])

        conclude(
            appointment,
            AppointmentEvent.Kind.CANCELLED,
            actor=actor,
            terms=terms,
            old=old,
            message=message,
            policy_shown=policy_shown,
            tell_client=tell_client,
            now=now,
        )
        return appointment


def _freeing_status(rules: PolicyRules) -> AppointmentStatus:
    """The policy's status; should it have come to keep the place after all, or there be no policy, another."""
    freeing = AppointmentStatus.objects.filter(attending=False)
    return freeing.filter(pk=rules.status_after_cancellation_id).first() or freeing.get(
        pk=default_status_after_cancellation()
    )
