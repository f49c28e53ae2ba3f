"""What happens to a clearing: it is prepared, decided, begun; the worker does it, one appointment after the other."""

import hashlib
import logging
import time
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ..actions.cancel import cancel
from ..actions.change import change
from ..actions.refusals import Busy, CannotSave, ChangedMeanwhile, NotCurrent, Refused, SlotTaken
from ..availability.models import TimeOff
from ..diary.models import Appointment
from ..outbox.enqueue import enqueue
from ..outbox.lease import Lease, LeaseLost, free_at
from ..outbox.schedule import has_worker
from ..practice.models import Clinician
from .models import Clearing, ClearingLine
from .offers import fill_in_offers

logger = logging.getLogger(__name__)

State, Line = Clearing.State, ClearingLine
TASK = "wagtail_clientportal.clearing.runs.work_on"
MAX_SECONDS = 60 * 60  # that a worker may take, instead of the minute that a message has
LEASE = timedelta(minutes=2)  # from appointment to appointment; a worker that died is noticed after it
FORGET_AFTER = timedelta(days=30)


class AlreadyBegun(Exception):
    """Somebody else began, changed it, or it isn't there any more."""


def prepare(
    clearing: Clearing,
    appointments: Iterable[Appointment],
    clinicians: Collection[Clinician],
    *,
    begin_with: str,
    now: datetime,
) -> Clearing:
    """Save *clearing* with a line for each appointment, anew where it had any.

    :param appointments: those that it hits, with their details.
    :param clinicians: to whom they may be moved.
    :param begin_with: one of ``offers.BeginWith``.
    :param now: aware datetime.
    :raises AlreadyBegun: where it isn't being prepared any more.
    """
    lines = [
        ClearingLine(
            clearing=clearing,
            appointment=one,
            seen_start=one.start,
            seen_status=one.status,
            seen_location=one.location,
        )
        for one in appointments
    ]
    fill_in_offers(lines, clinicians, end=clearing.end, begin_with=begin_with, now=now)
    if clearing.pk is not None:
        _decide_as_before(clearing, lines)
    with transaction.atomic():
        if clearing.pk is None:
            clearing.save()
        _lock_draft(clearing, words=clearing.words)
        clearing.lines.all().delete()
        ClearingLine.objects.bulk_create(lines)
    return clearing


def _decide_as_before(clearing: Clearing, lines: Iterable[ClearingLine]) -> None:
    """A move is proposed anew: its time may not be free any more."""
    before = dict(clearing.lines.exclude(decision=Line.Decision.MOVE).values_list("appointment", "decision"))
    for line in lines:
        if line.appointment_id in before:
            line.decide(before[line.appointment_id])


def decide(clearing: Clearing, lines: Iterable[ClearingLine], words: str) -> None:
    """Save what is to become of the appointments, and what all clients are told with it.

    :raises AlreadyBegun: where it isn't being prepared any more.
    """
    with transaction.atomic():
        _lock_draft(clearing, words=words)
        ClearingLine.objects.bulk_update(lines, ["decision", "new_start", "new_clinician"])


def version(clearing: Clearing) -> str:
    """What a preview carries along, to notice when another window decided otherwise meanwhile."""
    decisions = clearing.lines.order_by("pk").values_list("pk", "decision", "new_start", "new_clinician")
    return hashlib.sha256(repr([clearing.words, *decisions]).encode()).hexdigest()


def begin(clearing: Clearing, *, seen_version: str) -> None:
    """Have the worker do what was decided; where there is none, whoever asks does it.

    :param seen_version: the ``version`` that whoever asks was shown.
    :raises AlreadyBegun: it is another one by now, or begun already.
    """
    with transaction.atomic():
        _lock_draft(clearing)
        clearing.refresh_from_db(fields=["words"])
        if version(clearing) != seen_version:
            raise AlreadyBegun
        Clearing.objects.filter(pk=clearing.pk).update(state=State.UNDER_WAY)
        transaction.on_commit(lambda: enqueue(TASK, clearing.pk, timeout=MAX_SECONDS))


def forget(clearing: Clearing) -> None:
    """Delete what is prepared.

    :raises AlreadyBegun: it is under way, or done.
    """
    with transaction.atomic():
        _lock_draft(clearing)
        clearing.delete()


def _lock_draft(clearing: Clearing, **values) -> None:
    # A write, so that of two at once one comes after the other.
    if not Clearing.objects.filter(pk=clearing.pk, state=State.DRAFT).update(**{"state": State.DRAFT} | values):
        raise AlreadyBegun


def go_on(now: datetime | None = None) -> None:
    """Go on with what nobody has in hand, after a power cut say; forget what is old. Run every minute."""
    now = now or timezone.now()
    Clearing.objects.filter(created_at__lt=now - FORGET_AFTER).exclude(state=State.UNDER_WAY).delete()
    for pk in list(free_at(_under_way(), now).order_by("pk").values_list("pk", flat=True)):
        if has_worker():
            enqueue(TASK, pk, timeout=MAX_SECONDS)
        else:
            work_on(pk)


def _under_way():
    return Clearing.objects.filter(state=State.UNDER_WAY)


def work_on(pk: int, now: datetime | None = None, *, seconds: float | None = None) -> None:
    """Do what is left of the clearing, and lay the time off at the end. A task of the worker.

    What was cut off is begun again: each appointment is noted in the transaction that changes it, so nobody is told
    twice.

    :param now: aware datetime; by default the clock.
    :param seconds: after which it is left to whoever goes on; ``None`` for as long as it takes.
    """
    stop_at = None if seconds is None else time.monotonic() + seconds
    lease = Lease(_under_way(), pk, length=LEASE, now=now)
    if not lease.take():
        return
    try:
        while line := _next_line(pk):
            if stop_at is not None and time.monotonic() > stop_at:
                break
            lease.renew()
            _do(line, now)
        else:
            _finish(lease, pk)
            return
    except (Busy, CannotSave):
        pass  # within a minute somebody goes on
    except LeaseLost:
        logger.info("another worker goes on with clearing %s", pk)
        return
    lease.end()


def _next_line(pk: int) -> ClearingLine | None:
    waiting = ClearingLine.objects.filter(clearing=pk, state=Line.State.WAITING)
    waiting = waiting.exclude(decision=Line.Decision.LEAVE)
    related = ("clearing__clinician", "clearing__by", "appointment", "seen_status", "seen_location", "new_clinician")
    return waiting.select_related(*related).first()


class _DoneBefore(Exception):
    pass


def _do(line: ClearingLine, now: datetime | None) -> None:
    this = ClearingLine.objects.filter(pk=line.pk, state=Line.State.WAITING)

    def note(event) -> None:
        # Within the action's transaction: either both stand or neither does.
        if not this.update(state=Line.State.DONE, event=event):
            raise _DoneBefore

    try:
        _act(line, note, now)
    except (Busy, CannotSave):
        raise
    except _DoneBefore:
        pass
    except (ChangedMeanwhile, NotCurrent):
        this.update(state=Line.State.REFUSED, why=Line.Why.CHANGED)
    except Refused:
        this.update(state=Line.State.REFUSED, why=Line.Why.TAKEN)
    except Exception:
        logger.exception("clearing %s could not do line %s", line.clearing_id, line.pk)
        this.update(state=Line.State.REFUSED, why=Line.Why.UNFORESEEN)


def _act(line: ClearingLine, note, now: datetime | None) -> None:
    clearing = line.clearing
    common = {"by": clearing.by, "now": now, "expected": line.seen, "words": clearing.words, "note": note}
    if line.decision == Line.Decision.CANCEL:
        cancel(line.appointment, **common)
        return
    if line.new_clinician is None or not line.new_clinician.is_active:
        raise SlotTaken  # with nobody to go to by now
    # Nothing unusual is known of the place: what has become so meanwhile is not done behind anybody's back.
    change(line.appointment, line.new_start, clinician=line.new_clinician, acknowledged=frozenset(), **common)


def _finish(lease: Lease, pk: int) -> None:
    with transaction.atomic():
        lease.end(state=State.DONE, ended_at=lease.now)
        clearing = Clearing.objects.get(pk=pk)
        values = {name: getattr(clearing, name) for name in ("clinician", "location", "start", "end", "reason")}
        clearing.time_off = TimeOff.objects.create(**values)
        clearing.save(update_fields=["time_off"])
