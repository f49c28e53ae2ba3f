"""Import a table: in batches, each of which is written whole or not at all.

An import that was cut off is begun again with the same file: what is there already is found unchanged.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..actions.refusals import Busy, CannotSave, Refused
from ..actions.steps.upserted import Outcome
from .cells import CellRefused
from .kind import Kind, RowRefused, Values
from .table import Row, Table
from .wording import why_refused

# Others wait for the diaries of a batch: a hundred rows take well under a second.
ROWS_A_BATCH = 100
_TRIES = 5  # each as long as a lock is waited for


@dataclass(frozen=True)
class RefusedRow:
    """
    :param number: as a spreadsheet counts.
    :param column: the heading of the column that it is about; "" for the whole row.
    :param why: a sentence.
    """

    number: int
    column: str
    why: str
    cells: list[Any]


@dataclass
class Batch:
    """What became of some rows.

    :param last: the number of the last of them.
    :param counts: how many records are, or would be, new, changed, unchanged.
    """

    last: int
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    refused: list[RefusedRow] = field(default_factory=list)


def import_table(
    table: Table, kind: Kind, columns: Mapping[str, int], *, note: Callable[[Batch], None], after: int = 0
) -> None:
    """Import the rows of *table*.

    :param columns: where in a row each column stands (``columns.matched``).
    :param note: is told of each batch, within the transaction that writes it; behind it, where that was taken back.
    :param after: number of the row behind which to go on.
    :raises Unreadable: the file can't be read on; what was written stays.
    :raises Busy, CannotSave: nothing can be written at the moment; what was written stays.
    """
    reader = _Reader(kind, columns, table.headings)
    while rows := list(islice(table.rows, ROWS_A_BATCH)):
        # Also those that are behind us: their references are taken.
        read = [(row, reader.read(row)) for row in rows]
        if todo := [(row, values) for row, values in read if row.number > after]:
            _import_batch(kind, reader, todo, note)


def _import_batch(kind, reader, rows, note) -> None:
    for attempts_left in reversed(range(_TRIES)):
        try:
            batch = Batch(last=rows[-1][0].number)
            with kind.batch([values for _row, values in rows if not isinstance(values, RowRefused)]) as write:
                _write(batch, reader, rows, write)
                if kind.how.dry_run:
                    transaction.set_rollback(True)
                else:
                    note(batch)
            break
        except Busy:
            if not attempts_left:
                raise
    if kind.how.dry_run:
        note(batch)


def _write(
    batch: Batch,
    reader: "_Reader",
    rows: Iterable[tuple[Row, Values | RowRefused]],
    write: Callable[[Values], Outcome],
) -> None:
    for row, values in rows:
        try:
            if isinstance(values, RowRefused):
                raise values
            batch.counts[write(values)] += 1
        except (Busy, CannotSave):
            raise
        except (Refused, RowRefused) as refusal:
            column, why = why_refused(refusal)
            batch.refused.append(RefusedRow(row.number, reader.heading(column), why, row.cells))


class _Reader:
    """From cells to values. Knows the references of all rows that it has read."""

    def __init__(self, kind: Kind, places: Mapping[str, int], headings: list[str]):
        self._kind, self._places, self._headings = kind, places, headings
        self._columns = [column for column in kind.columns if column.name in places]
        self._rows_of: dict[str, int] = {}

    def heading(self, column: str) -> str:
        """What stands above the column in this table; its own name, where it isn't there."""
        return self._headings[self._places[column]] if column in self._places else column

    def read(self, row: Row) -> Values | RowRefused:
        values = {}
        for column in self._columns:
            cell = row.cells[self._places[column.name]]
            if cell == "":
                if column.required:
                    return RowRefused(column.name, _("This cell is empty. It has to be filled in."))
                continue
            try:
                values[column.name] = column.read(cell)
            except CellRefused as refused:
                return RowRefused(column.name, str(refused))
        if self._kind.key:
            reference = values[self._kind.key]
            first = self._rows_of.setdefault(reference, row.number)
            if first != row.number:
                told = _("Row %(row)d has the reference “%(reference)s” already. Each row needs one of its own.")
                return RowRefused(self._kind.key, told % {"row": first, "reference": reference})
        return values
