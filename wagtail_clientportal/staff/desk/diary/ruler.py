"""How far down a sheet of the diary does a moment stand? No Django.

A line of the sheet is a minute of the clocks. On the day when they go back, the lines of the hour that comes twice are
there twice; where other days stand beside that one, theirs stay empty the second time. On the day when they go forward
the lines of the hour that they skip stay empty.
"""

from collections.abc import Iterable
from datetime import date, time
from zoneinfo import ZoneInfo

from ....availability.local_days import EPOCH, MINUTE, MINUTES_IN_A_DAY, LocalDay, local_day


class Ruler:
    """The lines, from midnight on, that *days* share which stand beside each other.

    :param zone: whose clocks are on the ruler.
    """

    def __init__(self, days: Iterable[date], zone: ZoneInfo):
        self.zone = zone
        self.twice_until, self.extra = MINUTES_IN_A_DAY, 0
        for day in days:
            if found := _comes_twice(local_day(day.toordinal(), zone)):
                self.twice_until, self.extra = found
        self.lines = MINUTES_IN_A_DAY + self.extra

    def line(self, minute: int, day: date) -> int:
        """Return the line of *minute* (since 1970-01-01 00:00 UTC) on the sheet of *day*, and within that sheet."""
        local = (EPOCH + minute * MINUTE).astimezone(self.zone)
        wall = (local.date() - day).days * MINUTES_IN_A_DAY + local.hour * 60 + local.minute
        return min(max(wall + self.extra if local.fold else self.line_of_clock(wall), 0), self.lines)

    def line_of_clock(self, wall: int) -> int:
        """Return the line at which the clocks show *wall* (minutes since midnight) for the first time."""
        return wall + self.extra if wall >= self.twice_until else wall

    def clock(self, line: int) -> tuple[time, bool]:
        """Return what the clocks show at *line*, and whether they show it for the second time."""
        wall = line if line < self.twice_until else line - self.extra
        return time(wall // 60 % 24, wall % 60), self.twice_until <= line < self.twice_until + self.extra


def _comes_twice(day: LocalDay) -> tuple[int, int] | None:
    """Return the wall minute at which the clocks go back, and by how many minutes."""
    begins = [one.shift + one.start for one in day.stretches[1:]] + [day.end]
    for stretch, next_begins in zip(day.stretches, begins, strict=False):  # a day may have been left out altogether
        if extra := next_begins - (stretch.shift + stretch.stop):
            return stretch.stop, extra
    return None
