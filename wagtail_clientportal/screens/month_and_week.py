"""Which month and which seven days of free times are on the screen, and where one can page from there."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..practice.dates import day_in_words, zone_where_it_differs
from . import free_times
from .free_times import PARTS, WEEK
from .narrowing import Narrowing

# Ids of the template: who turns the month is still looking at months
_TIMES, _MONTH = "times", "cp-month"


class MonthAndWeek:
    """Free times around one chosen day, ready for the template. ``first`` and ``last`` are the days shown."""

    def __init__(
        self,
        minutes,
        *,
        zone: ZoneInfo,
        today: date,
        chosen: date | None,
        url: str,
        confirm_url: str,
        narrowing: Narrowing,
        instead_of: date | None = None,
    ):
        """
        :param minutes: free starts, sorted, in minutes since 1970 UTC; at least one.
        :param today: the local date.
        :param chosen: the first of the seven days; outside the days on offer the first with times takes its place, and
            where seven days have none the next that has.
        :param url: the screen's own, to page with; it may have a query.
        :param confirm_url: the one that a time leads to; the same.
        :param narrowing: which times are wanted; all are shown where there are none such.
        :param instead_of: the day of a time that can't be had: it alone is shown, or the nearest day with times.
        """
        self._all, self._narrowing = free_times.by_day(minutes, zone), narrowing
        wanted = narrowing.of(self._all)
        self.has_none_such = not wanted
        self._days = wanted or self._all
        self._url, self._confirm_url = _with_query(url), _with_query(confirm_url)
        self._today = today
        self.zone = zone_where_it_differs(zone)
        first_free, last_free = self._days[0].date, self._days[-1].date
        self.first = chosen if chosen and today <= chosen <= last_free else first_free
        if not free_times.week_from(self._days, self.first):
            self.first = next(day.date for day in self._days if day.date > self.first)
        self.last = self.first + WEEK - timedelta(days=1)
        if instead_of:
            self.first = self.last = min(self._days, key=lambda day: abs(day.date - instead_of)).date
        self._week = [day for day in free_times.week_from(self._days, self.first) if day.date <= self.last]
        # The day whose times are open, and whose month is drawn
        self._shown = self._week[0].date

    @cached_property
    def days(self) -> list[dict]:
        """The days with times that are shown, each with its parts."""
        return [
            {
                "id": f"day-{day.date}",
                "name": day_in_words(day.date),
                "count": free_times.count_in_words(len(day.starts)),
                "parts": [
                    {"name": part.name, "count": part.count, "links": self._links(part, day_in_words(day.date))}
                    for part in free_times.parts_of(day)
                ],
            }
            for day in self._week
        ]

    def _links(self, part: free_times.Part, day: str) -> list[SafeString]:
        """A link for each time. Made here: a week has hundreds, and a template takes ten times as long over each."""
        opening = format_html('<a href="{}start=', self._confirm_url)
        hidden_day = format_html('"><span class="cp-hidden">{}, </span>', day)
        return [format_html("{}{}{}{}</a>", opening, time.start, hidden_day, time.label) for time in part.times]

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
    def next_free(self) -> dict:
        """The first time of all, and where it leads."""
        day = self._days[0]
        minute, of_day = day.starts[0]
        when = _("%(day)s at %(time)s") % {"day": day_in_words(day.date), "time": free_times.label(of_day)}
        return {"when": when, "url": f"{self._confirm_url}start={free_times.iso(minute)}"}

    @property
    def month(self) -> str:
        return formats.date_format(self._shown, "YEAR_MONTH_FORMAT")

    @cached_property
    def weeks(self) -> list[list[SafeString | int]]:
        """What stands in the month's cells, in rows of seven, without the weeks that are over."""
        rows = free_times.month_of(self._days, self._shown.year, self._shown.month, self._shown)
        return [
            [self._cell(cell) for cell in row]
            for row in rows
            if any(cell.date and cell.date >= self._today for cell in row)
        ]

    def _cell(self, cell: free_times.MonthDay) -> SafeString | int:
        """A link to a day with free times, the number of another day. Made here, as the links to the times are."""
        if not cell.count:
            return cell.number or SafeString("")
        return format_html(
            '<a href="{}"{} aria-label="{}">{}<small>{}</small></a>',
            self.link(cell.date),
            SafeString(' aria-current="date"' if cell.is_chosen else ""),
            cell.label,
            cell.number,
            cell.count,
        )

    @property
    def weekdays(self) -> list[dict]:
        monday = date(2001, 1, 1)
        week = [monday + timedelta(days=free_times.first_weekday() + day) for day in range(7)]
        return [
            {"name": formats.date_format(day, "l"), "short": formats.date_format(day, "D"), "number": day.weekday()}
            for day in week
        ]

    @property
    def previous_month(self) -> dict | None:
        """The nearest month before this one that has times."""
        found = [day.date for day in self._days if _key(day.date) < _key(self._shown)]
        if not found:
            return None
        first = next(one for one in found if _key(one) == _key(found[-1]))
        return {"name": self._month_name(first), "url": self.link(first, _MONTH)}

    @property
    def next_month(self) -> dict | None:
        found = next((day.date for day in self._days if _key(day.date) > _key(self._shown)), None)
        return found and {"name": self._month_name(found), "url": self.link(found, _MONTH)}

    @property
    def is_narrowed(self) -> bool:
        return bool(self._narrowing.query())

    @cached_property
    def narrowings(self) -> list[dict]:
        """Which times one can ask for instead, by part of the day and by weekday, of those that there are.

        None of it where a time has just gone, and others of its day are what is wanted.
        """
        if self.first == self.last:
            return []
        parts = {free_times.part_of(of_day) for day in self._all for _minute, of_day in day.starts}
        weekdays = {day.date.weekday() for day in self._all}
        by_part = [(_("Any time"), {"part": ""})]
        by_part += [(name, {"part": key}) for key, (name, _begins, _ends) in PARTS.items() if key in parts]
        by_weekday = [(_("Any day"), {"weekday": None})]
        by_weekday += [(one["name"], {"weekday": one["number"]}) for one in self.weekdays if one["number"] in weekdays]
        groups = [(_("Time of day"), by_part), (_("Day of the week"), by_weekday)]
        return [
            {"label": label, "links": [self._narrowed(name, **values) for name, values in ways]}
            for label, ways in groups
            if len(ways) > 2
        ]

    def _narrowed(self, name: str, **values) -> dict:
        narrowing = replace(self._narrowing, **values)
        url = self.link(self.first, _MONTH, narrowing=narrowing)
        return {"name": name, "url": url, "is_chosen": narrowing == self._narrowing}

    def link(self, first: date, part: str = _TIMES, *, narrowing: Narrowing | None = None) -> str:
        """
        :param part: id of what is to be in view then.
        :param narrowing: which times are wanted there; by default those that are wanted here.
        """
        wanted = self._narrowing if narrowing is None else narrowing
        return f"{self._url}{urlencode(wanted.query() | {'from': first.isoformat()})}#{part}"

    def _month_name(self, day: date) -> str:
        return formats.date_format(day, "F" if day.year == self._shown.year else "YEAR_MONTH_FORMAT")


def _key(day: date) -> tuple[int, int]:
    return day.year, day.month


def _with_query(url: str) -> str:
    return f"{url}&" if "?" in url else f"{url}?"
