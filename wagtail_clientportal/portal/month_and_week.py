"""Which month and which seven days of free times are on the screen, and where one can page from there."""

from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import formats

from ..practice.dates import day_in_words
from . import free_times
from .free_times import WEEK


class MonthAndWeek:
    """Free times around one chosen day, ready for the template."""

    def __init__(self, minutes, *, zone: ZoneInfo, today: date, chosen: date | None, url: str):
        """
        :param minutes: free starts, sorted, in minutes since 1970 UTC; at least one.
        :param today: the local date.
        :param chosen: the first of the seven days; outside the days on offer the first with times takes its place.
        :param url: the screen's own, to page with.
        """
        self._days = free_times.by_day(minutes, zone)
        self._url = url
        self._today = today
        first_free, last_free = self._days[0].date, self._days[-1].date
        self.first = chosen if chosen and today <= chosen <= last_free else first_free
        self._week = free_times.week_from(self._days, self.first)
        # The day whose times are open, and whose month is drawn
        self._shown = self._week[0].date if self._week else self.first

    @property
    def last(self) -> date:
        return self.first + WEEK - timedelta(days=1)

    @cached_property
    def days(self) -> list[dict]:
        """The days with times among the seven, each with its parts."""
        return [
            {
                "id": f"day-{day.date}",
                "name": day_in_words(day.date),
                "count": free_times.count_in_words(len(day.starts)),
                "parts": free_times.parts_of(day),
            }
            for day in self._week
        ]

    @property
    def earlier(self) -> str | None:
        """Where the seven days before are, if there are times before these."""
        if self._days[0].date >= self.first:
            return None
        return self.link(max(self.first - WEEK, self._days[0].date))

    @property
    def later(self) -> str | None:
        return self.link(self.last + timedelta(days=1)) if self._days[-1].date > self.last else None

    @property
    def next_day(self) -> dict | None:
        """The next day with times behind these seven."""
        following = next((day.date for day in self._days if day.date > self.last), None)
        return following and {"name": day_in_words(following), "url": self.link(following)}

    @property
    def month(self) -> str:
        return formats.date_format(self._shown, "YEAR_MONTH_FORMAT")

    @cached_property
    def weeks(self) -> list[list[dict]]:
        """The month in rows of seven cells, without the weeks that are over."""
        rows = free_times.month_of(self._days, self._shown.year, self._shown.month, self._shown)
        return [
            [{"cell": cell, "url": self.link(cell.date) if cell.count else None} for cell in row]
            for row in rows
            if any(cell.date and cell.date >= self._today for cell in row)
        ]

    @property
    def weekdays(self) -> list[dict]:
        monday = date(2001, 1, 1)
        week = [monday + timedelta(days=free_times.first_weekday() + day) for day in range(7)]
        return [{"name": formats.date_format(day, "l"), "short": formats.date_format(day, "D")} for day in week]

    @property
    def previous_month(self) -> dict | None:
        """The nearest month before this one that has times."""
        found = [day.date for day in self._days if _key(day.date) < _key(self._shown)]
        if not found:
            return None
        first = next(one for one in found if _key(one) == _key(found[-1]))
        return {"name": self._month_name(first), "url": self.link(first)}

    @property
    def next_month(self) -> dict | None:
        found = next((day.date for day in self._days if _key(day.date) > _key(self._shown)), None)
        return found and {"name": self._month_name(found), "url": self.link(found)}

    def link(self, first: date) -> str:
        return f"{self._url}?from={first.isoformat()}#times"

    def _month_name(self, day: date) -> str:
        return formats.date_format(day, "F" if day.year == self._shown.year else "YEAR_MONTH_FORMAT")


def _key(day: date) -> tuple[int, int]:
    return day.year, day.month
