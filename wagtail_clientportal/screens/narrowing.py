"""Only mornings, only Tuesdays: which of the free times somebody wants to see."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from .free_times import PARTS, Day, part_of

_WEEKDAYS = {str(number): number for number in range(7)}


@dataclass(frozen=True)
class Narrowing:
    """A part of the day, a weekday, both or neither.

    :param part: a key of ``PARTS``, "" for any.
    :param weekday: 0 for Monday, ``None`` for any.
    """

    part: str = ""
    weekday: int | None = None

    @classmethod
    def asked_for(cls, query: Mapping[str, str]) -> "Narrowing":
        """Return what an address asks for; what means nothing there asks for nothing."""
        part = query.get("part", "")
        return cls(part if part in PARTS else "", _WEEKDAYS.get(query.get("weekday", "")))

    def query(self) -> dict[str, str | int]:
        """Return how an address asks for it."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    def of(self, days: list[Day]) -> list[Day]:
        """Return the days that have such times, with those alone."""
        if not self.query():
            return days
        found = [Day(day.date, self._of_day(day)) for day in days if self.weekday in (None, day.date.weekday())]
        return [day for day in found if day.starts]

    def _of_day(self, day: Day) -> list[tuple[int, int]]:
        return [start for start in day.starts if self.part in ("", part_of(start[1]))]
