"""Taking a message to send it, and saying how it went: each a conditional update, so that two workers never mix.

Taking one moves its due time to the end of a lease. A worker that dies leaves the row waiting, and the sweep finds it
again when the lease is over.
"""

from collections.abc import Iterator
from datetime import datetime
from time import monotonic

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from ..conf import settings
from . import dedupe_keys
from .outbound_message import OutboundMessage

Status = OutboundMessage.Status


# A sweep ends after so long, well before the worker's time for a task (or cron's minute) is over; the next one goes on.
SWEEP_SECONDS = 30
_CHUNK = 200  # rows read at a time

_MAX_DOUBLINGS = 20  # of the wait; a minute is two years then, and a timedelta can still hold it


def due(now: datetime) -> Iterator[int]:
    """Yield the pks of the messages that are to be sent now, the longest waiting first, each once.

    Stops after ``SWEEP_SECONDS``; what is left is due at the next sweep, too.
    """
    ends = monotonic() + SWEEP_SECONDS
    waiting = OutboundMessage.objects.filter(status=Status.WAITING, due_at__lte=now).order_by("due_at", "pk")
    rest = Q()
    while chunk := list(waiting.filter(rest).values_list("due_at", "pk")[:_CHUNK]):
        for _due_at, pk in chunk:
            if monotonic() > ends:
                return
            yield pk
        due_at, pk = chunk[-1]
        rest = Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk)


def take(pk: int, now: datetime) -> OutboundMessage | None:
    """Take the message for the length of a lease; ``None`` when it isn't due, or somebody else has it."""
    taken = OutboundMessage.objects.filter(pk=pk, status=Status.WAITING, due_at__lte=now).update(
        attempts=F("attempts") + 1, due_at=now + settings.SEND_LEASE, first_tried_at=Coalesce("first_tried_at", now)
    )
    if not taken:
        return None
    return OutboundMessage.objects.select_related(
        "site",
        "template",
        "booking_request__site__root_page__locale",
        "booking_request__location",
        "client",
        "event",
        "appointment__client",
        "appointment__clinician",
        "appointment__location__site",
        "appointment__appointment_type__policy",
        "appointment__status",
    ).get(pk=pk)


def record_sent(
    message: OutboundMessage, now: datetime, *, recipient: str, subject: str, body: str, provider_id: str = ""
) -> None:
    """Record that the message went out to *recipient*; *body* is the copy to keep, without any link."""
    _finish(
        message,
        Status.SENT,
        sent_at=now,
        recipient=recipient,
        subject=subject[:250],
        body=body,
        provider_id=provider_id[:120],
        last_error="",
    )


def record_dropped(message: OutboundMessage, reason: str) -> bool:
    """Record that there is nothing to send any more, and why. Return whether there was still something to record."""
    return _finish(message, Status.DROPPED, last_error=reason[:500])


def postpone(message: OutboundMessage, until: datetime) -> None:
    """Let the message wait until then; it was no attempt."""
    _finish(message, Status.WAITING, due_at=until, attempts=message.attempts - 1, first_tried_at=None)


def record_failure(message: OutboundMessage, now: datetime, *, error: str, permanent: bool) -> bool:
    """Record a failed attempt: another one later, or none. Return whether the message has failed for good.

    The wait doubles from ``SEND_BACKOFF`` to at most ``SEND_BACKOFF_MAX``; after ``SEND_ATTEMPTS`` attempts it ends.
    """
    if permanent or message.attempts >= settings.SEND_ATTEMPTS:
        return _finish(message, Status.FAILED, last_error=error[:500])
    doubled = min(message.attempts - 1, _MAX_DOUBLINGS)
    wait = min(settings.SEND_BACKOFF * 2**doubled, settings.SEND_BACKOFF_MAX)
    _finish(message, Status.WAITING, last_error=error[:500], due_at=now + wait)
    return False


def send_again(pk: int, now: datetime) -> bool:
    """Let a message that had failed for good wait once more, due at once, under another key; return whether it had."""
    failed = OutboundMessage.objects.filter(pk=pk, status=Status.FAILED)
    old_key = failed.values_list("dedupe_key", flat=True).first() or ""
    key = dedupe_keys.sent_again(old_key, now)
    return bool(failed.update(status=Status.WAITING, due_at=now, attempts=0, first_tried_at=None, dedupe_key=key))


def _finish(message: OutboundMessage, status: str, **values) -> bool:
    """Return whether there was still something to record: not where it was given up, or taken by another, meanwhile."""
    rows = OutboundMessage.objects.filter(pk=message.pk, status=Status.WAITING)
    if status != Status.SENT:
        # Whoever took longer than the lease has nothing more to say, but that it went out.
        rows = rows.filter(attempts=message.attempts)
    return bool(rows.update(status=status, **values))
