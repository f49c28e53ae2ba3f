"""Taking a message to send it, and saying how it went: each a conditional update, so that two workers never mix.

Taking one moves its due time to the end of a lease. A worker that dies leaves the row waiting, and the sweep finds it
again when the lease is over.
"""

from datetime import datetime

from django.db.models import F

from ..conf import settings
from .outbound_message import OutboundMessage

Status = OutboundMessage.Status


def due(now: datetime) -> list[int]:
    """Return the pks of the messages that are to be sent now, the longest waiting first."""
    waiting = OutboundMessage.objects.filter(status=Status.WAITING, due_at__lte=now)
    return list(waiting.order_by("due_at", "pk").values_list("pk", flat=True))


def take(pk: int, now: datetime) -> OutboundMessage | None:
    """Take the message for the length of a lease; ``None`` when it isn't due, or somebody else has it."""
    taken = OutboundMessage.objects.filter(pk=pk, status=Status.WAITING, due_at__lte=now).update(
        attempts=F("attempts") + 1, due_at=now + settings.SEND_LEASE
    )
    if not taken:
        return None
    return OutboundMessage.objects.select_related(
        "site",
        "event__old_location__site",
        "appointment__client",
        "appointment__clinician__user",
        "appointment__location__site",
        "appointment__appointment_type__policy",
        "appointment__status",
    ).get(pk=pk)


def sent(message: OutboundMessage, now: datetime, *, subject: str, body: str, provider_id: str = "") -> None:
    """Record that the message went out; *body* is the copy to keep, without any link."""
    _finish(
        message,
        Status.SENT,
        sent_at=now,
        subject=subject[:250],
        body=body,
        provider_id=provider_id[:120],
        last_error="",
    )


def dropped(message: OutboundMessage, reason: str) -> None:
    """Record that there is nothing to send any more, and why."""
    _finish(message, Status.DROPPED, last_error=reason[:500])


def not_sent(message: OutboundMessage, now: datetime, *, error: str, permanent: bool) -> bool:
    """Record a failed attempt: another one later, or none. Return whether the message has failed for good.

    The wait doubles from ``SEND_BACKOFF`` to at most ``SEND_BACKOFF_MAX``; after ``SEND_ATTEMPTS`` attempts it ends.
    """
    if permanent or message.attempts >= settings.SEND_ATTEMPTS:
        _finish(message, Status.FAILED, last_error=error[:500])
        return True
    wait = min(settings.SEND_BACKOFF * 2 ** (message.attempts - 1), settings.SEND_BACKOFF_MAX)
    _finish(message, Status.WAITING, last_error=error[:500], due_at=now + wait)
    return False


def _finish(message: OutboundMessage, status: str, **values) -> None:
    OutboundMessage.objects.filter(pk=message.pk, status=Status.WAITING).update(status=status, **values)
