"""Grant a clinician the time off that they asked for, or decline it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ..availability.models import TimeOff, TimeOffRequest
from .refusals import AlreadyHandled

State = TimeOffRequest.State


def grant_time_off(request: TimeOffRequest, *, by, now: datetime | None = None) -> TimeOff:
    """Lay the time off that was asked for, and return it. The appointments in it stay.

    :param by: the staff user who decides.
    :param now: aware datetime; by default the clock.
    :raises AlreadyHandled: somebody decided before; it says who and when.
    """
    with transaction.atomic():
        _decide(request, State.GRANTED, by, now)
        return TimeOff.objects.create(
            clinician_id=request.clinician_id,
            location_id=request.location_id,
            start=request.start,
            end=request.end,
            reason=request.reason,
        )


def decline_time_off(request: TimeOffRequest, *, by, now: datetime | None = None) -> None:
    """Say no to it. Parameters and refusal as for ``grant_time_off``."""
    _decide(request, State.DECLINED, by, now)


def _decide(request: TimeOffRequest, state: str, by, now: datetime | None) -> None:
    decided = TimeOffRequest.objects.filter(pk=request.pk, state=State.ASKED).update(
        state=state, decided_at=now or timezone.now(), decided_by=by
    )
    if not decided:
        found = TimeOffRequest.objects.select_related("decided_by").get(pk=request.pk)
        raise AlreadyHandled(by=found.decided_by, at=found.decided_at)
