"""A worker's hold on work that takes long: one has it at a time, and where a worker dies another one goes on."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone


class LeaseLost(Exception):
    """Another worker goes on with it, or it isn't there any more."""


class Lease:
    """One worker's hold on one row."""

    def __init__(self, at_work: QuerySet, pk: int, *, length: timedelta, now: datetime | None = None):
        """
        :param at_work: the rows that there is something to do for; of a model with a nullable ``leased_until``.
        :param length: how long it holds unless it is renewed; a worker that died is noticed after it.
        :param now: aware datetime; by default the clock.
        """
        self._row, self._length, self._now = at_work.filter(pk=pk), length, now
        self._until: datetime | None = None

    @property
    def now(self) -> datetime:
        return self._now or timezone.now()

    def take(self) -> bool:
        """Return whether the row is held from now on; not where another worker holds it, or it needs nothing."""
        now = self.now
        self._until = now + self._length
        return bool(free_at(self._row, now).update(leased_until=self._until))

    def renew(self, **values: Any) -> None:
        """Hold it for another while, and write *values* to it.

        :raises LeaseLost: as all that follow.
        """
        until = self.now + self._length
        self._update(leased_until=until, **values)
        self._until = until

    def end(self, **values: Any) -> None:
        """Let go of it, and write *values* to it."""
        self._update(leased_until=None, **values)

    def _update(self, **values: Any) -> None:
        if not self._row.filter(leased_until=self._until).update(**values):
            raise LeaseLost


def free_at(rows: QuerySet, now: datetime) -> QuerySet:
    """Those of *rows* that no worker holds at *now*."""
    return rows.exclude(leased_until__gt=now)
