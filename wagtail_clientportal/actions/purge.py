"""Delete what has done its work: ended links and sessions, counts of attempts, requests for links that found nobody.

Appointments, their history, messages and clients are the clinic's records and are not touched.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ..access.models import MagicLink, PortalSession, Throttle
from ..conf import settings
from ..outbox.models import OutboundMessage


@dataclass
class Purged:
    """How many rows of each kind were deleted."""

    links: int
    sessions: int
    attempts: int
    requests: int


def purge(now: datetime | None = None) -> Purged:
    """Delete what is past its term (the ``PURGE_…`` settings) and return the counts.

    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    attempts_before = now - settings.PURGE_ATTEMPTS_AFTER
    sign_in_links = MagicLink.objects.filter(
        kind=MagicLink.Kind.SIGN_IN, expires_at__lt=now - settings.PURGE_SIGN_IN_LINKS_AFTER
    )
    appointment_links = MagicLink.objects.filter(
        kind=MagicLink.Kind.APPOINTMENT, appointment__end__lt=now - settings.PURGE_APPOINTMENT_LINKS_AFTER
    )
    # A request keeps what a stranger typed; once it is sent or dropped nothing needs it.
    requests = OutboundMessage.objects.filter(
        about=OutboundMessage.About.SIGN_IN, created_at__lt=attempts_before
    ).exclude(status=OutboundMessage.Status.WAITING)
    return Purged(
        links=_delete(sign_in_links) + _delete(appointment_links),
        sessions=_delete(PortalSession.objects.filter(last_seen_at__lt=attempts_before)),
        attempts=_delete(Throttle.objects.filter(since__lt=attempts_before)),
        requests=_delete(requests),
    )


def _delete(rows) -> int:
    _all, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)
