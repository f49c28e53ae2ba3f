"""What happens to an uploaded file: it is kept, tried, imported, forgotten. The worker does what takes long."""

import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ..actions.refusals import Busy, CannotSave
from ..outbox.enqueue import enqueue
from ..outbox.lease import Lease, LeaseLost, free_at
from .columns import guessed, matched
from .import_run import ImportFilePart, ImportRefusal, ImportRun
from .importing import Batch, import_table
from .kind import How
from .kinds import KINDS
from .table import open_table
from .unreadable import Unreadable
from .xlsx_rows import NoValue

logger = logging.getLogger(__name__)

State = ImportRun.State
TASK = "wagtail_clientportal.exchange.runs.work_on"
MAX_SECONDS = 6 * 60 * 60  # that a worker may take, instead of the minute that a message has
LEASE = timedelta(minutes=5)  # from batch to batch; a worker that died is noticed after it
FORGET_AFTER = timedelta(days=30)
_PART = 2**19  # bytes; MariaDB takes a megabyte at a time everywhere
_EXAMPLES = 3


class AlreadyBegun(Exception):
    """Somebody else began, or the run isn't there any more."""


def keep(file: BinaryIO, *, name: str, kind: str, by, now: datetime) -> ImportRun:
    """Keep an uploaded file, and look at its headings.

    :param kind: a key of ``KINDS``.
    :param by: the staff ``User`` whose it is.
    :raises Unreadable: it isn't a table.
    """
    with open_table(file) as table:
        examples = [[_as_text(cell) for cell in row.cells] for row in islice(table.rows, _EXAMPLES)]
    run = ImportRun(
        kind=kind,
        file_name=name[-200:],
        headings=table.headings,
        examples=examples,
        columns=guessed(table.headings, KINDS[kind].columns),
        by=by,
        created_at=now,
    )
    file.seek(0)
    run.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    with transaction.atomic():
        run.save()
        for number, data in enumerate(iter(lambda: file.read(_PART), b"")):
            ImportFilePart.objects.create(run=run, number=number, data=data)
    return run


def try_out(run: ImportRun, *, chosen: Mapping[str, str], overbook: bool) -> None:
    """Have the worker find out what would come of it.

    :param chosen: the name of each column → its heading, "" for none.
    :raises Unreadable: the columns don't fit.
    :raises AlreadyBegun: it is at work already, or over.
    """
    columns = matched(run.headings, KINDS[run.kind].columns, chosen)
    with transaction.atomic():
        _begin(run, State.TRYING, (State.UPLOADED, State.TRIED), columns=columns, overbook=overbook)


def begin_import(run: ImportRun) -> None:
    """Have the worker import what was tried.

    :raises AlreadyBegun: it is at work already, or over, or was never tried.
    """
    with transaction.atomic():
        _begin(run, State.IMPORTING, (State.TRIED,), last_row_of_try=F("last_row"))


def _begin(run: ImportRun, state: str, before: tuple[str, ...], **values: Any) -> None:
    # What is asked of a column comes before what is written to it: MariaDB goes from left to right.
    values |= {"state": state, "last_row": 1, "leased_until": None}
    values |= dict.fromkeys(("new", "changed", "unchanged", "refused"), 0)
    begun = ImportRun.objects.filter(pk=run.pk, state__in=before).update(**values)
    if not begun:
        raise AlreadyBegun
    ImportRefusal.objects.filter(run=run).delete()
    transaction.on_commit(lambda: _hand_to_worker(run.pk))


def forget(run: ImportRun) -> None:
    """Delete it with its file; what was imported stays.

    :raises AlreadyBegun: it is being imported.
    """
    with transaction.atomic():
        found = ImportRun.objects.select_for_update().filter(pk=run.pk).first()
        if found is None or found.state == State.IMPORTING:
            raise AlreadyBegun
        found.delete()


def go_on(now: datetime | None = None) -> None:
    """Hand to the worker what nobody has in hand, after a power cut say; forget what is old. Run every minute."""
    now = now or timezone.now()
    ImportRun.objects.filter(created_at__lt=now - FORGET_AFTER).exclude(state=State.IMPORTING).delete()
    # One at a time: the worker has messages to send, too.
    if not _held(now).exists() and (first := free_at(_at_work(), now).order_by("pk").first()):
        _hand_to_worker(first.pk)


def _at_work():
    return ImportRun.objects.filter(state__in=(State.TRYING, State.IMPORTING))


def _held(now: datetime):
    return _at_work().filter(leased_until__gt=now)


def _hand_to_worker(pk: int) -> None:
    enqueue(TASK, pk, timeout=MAX_SECONDS)


def work_on(pk: int, now: datetime | None = None) -> None:
    """Try or import the file from where it was left. A task of the worker.

    :param now: aware datetime; by default the clock.
    """
    lease = Lease(_at_work(), pk, length=LEASE, now=now)
    try:
        if not _held(lease.now).exclude(pk=pk).exists() and lease.take():
            _work(lease, ImportRun.objects.select_related("by").get(pk=pk))
    except LeaseLost:
        logger.info("import %s was discarded, or another worker goes on with it", pk)


def _work(lease: Lease, run: ImportRun) -> None:
    is_try = run.state == State.TRYING
    how = How(now=lease.now, by=run.by, overbook=run.overbook, dry_run=is_try)
    try:
        with _file_of(run) as file, open_table(file) as table:
            import_table(table, KINDS[run.kind](how), run.columns, note=partial(_note, lease, run), after=run.last_row)
    except (Busy, CannotSave):
        lease.end()  # within a minute somebody goes on
    except Unreadable as unreadable:
        _end(lease, run, State.STOPPED, str(unreadable))
    except LeaseLost:
        raise
    except Exception:
        logger.exception("import %s could not go on", run.pk)
        _end(lease, run, State.STOPPED, _("Something went wrong that nobody foresaw; the site’s log says what."))
    else:
        _end(lease, run, State.TRIED if is_try else State.DONE)


def _note(lease: Lease, run: ImportRun, batch: Batch) -> None:
    """Within the transaction that wrote the batch: either both stand or neither does."""
    counts = {outcome.value: F(outcome.value) + count for outcome, count in batch.counts.items()}
    refused = [
        ImportRefusal(
            run=run,
            number=row.number,
            column=row.column[:200],
            why=row.why,
            cells=[_as_text(cell) for cell in row.cells],
        )
        for row in batch.refused
    ]
    with transaction.atomic():
        lease.renew(last_row=batch.last, refused=F("refused") + len(refused), **counts)
        ImportRefusal.objects.bulk_create(refused)


def _end(lease: Lease, run: ImportRun, state: str, why: str = "") -> None:
    with transaction.atomic():
        lease.end(state=state, why_stopped=why[:500], ended_at=lease.now)
        if state != State.TRIED:
            ImportRun.objects.filter(pk=run.pk).update(examples=[])
            ImportFilePart.objects.filter(run=run).delete()


@contextmanager
def _file_of(run: ImportRun) -> Iterator[BinaryIO]:
    """
    :raises Unreadable: it isn't the file that was uploaded.
    """
    digest = hashlib.sha256()
    with TemporaryFile() as file:
        # One by one: a cursor that stays open isn't to be had behind every connection pool.
        for pk in run.parts.order_by("number").values_list("pk", flat=True):
            data = run.parts.values_list("data", flat=True).get(pk=pk)
            digest.update(data)
            file.write(data)
        if digest.hexdigest() != run.sha256:
            raise Unreadable(_("The file isn’t whole any more. Upload it again."))
        file.seek(0)
        yield file


def _as_text(cell: Any) -> str:
    if isinstance(cell, NoValue):
        return cell.why
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)
