"""What can be imported has this in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from ..actions.steps.upserted import Outcome
from .columns import Column

Values = dict[str, Any]


class RowRefused(Exception):
    """A row can't be imported as it stands."""

    def __init__(self, column: str, why: str):
        """
        :param column: the name of the column that it is about; "" for the whole row.
        :param why: a sentence that says what to do about it.
        """
        super().__init__(why)
        self.column, self.why = column, why


@dataclass(frozen=True)
class How:
    """How to import.

    :param now: aware datetime; what starts before it has been.
    :param by: the staff ``User`` who does it; ``None`` for the system.
    :param overbook: put appointments even over others.
    :param dry_run: only find out; everything is taken back.
    """

    now: datetime
    by: Any = None
    overbook: bool = False
    dry_run: bool = False


class Kind(ABC):
    """:param how: one and the same for all batches of a file."""

    columns: ClassVar[list[Column]]
    # The column that no two rows of a file may share, if any
    key: ClassVar[str | None] = "external_ref"

    def __init__(self, how: How):
        self.how = how

    @abstractmethod
    def batch(self, rows: Collection[Values]) -> AbstractContextManager[Callable[[Values], Outcome]]:
        """Begin the one transaction in which these rows are written, and give the function that writes one of them.

        The function raises ``RowRefused`` or ``Refused`` where it changed nothing.

        :param rows: what ``columns`` read, by their names; what was left empty isn't in it.
        :raises Refused: ``Busy`` and ``CannotSave``; nothing of the batch was written.
        """
