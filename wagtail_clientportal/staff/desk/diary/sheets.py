"""The sheets of the diary: a day with a column a clinician, or a clinician's week with a column a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ....availability.intervals import merged, without
from ....availability.local_days import EPOCH, MINUTE, local_day, minute_until
from ....practice.dates import zone_in_words
from ....practice.models import Clinician, Location
from ...common.local_time import start_of_day
from .arranged import Arranged, Diaries, Elsewhere, Held, Hours, Off
from .choice import DAY, WEEK, Choice
from .lanes import lanes
from .ruler import Ruler

# What a sheet shows at least, in wall minutes.
_OPENS, _CLOSES = 9 * 60, 17 * 60
# Shorter ones are drawn as high as this many minutes, so that a name can be read.
_LEAST = 15


class Band(NamedTuple):
    """Something that fills the whole width of a column. ``style`` says where it stands, in custom properties."""

    style: str
    label: str
    when: str


class Free(NamedTuple):
    """A place where nothing stands, and where it is booked."""

    style: str
    url: str
    time: str
    in_hours: bool


class Shown(NamedTuple):
    """An appointment as the column shows it."""

    style: str
    buffer_style: str  # "" for none
    line: int
    length: int
    pk: int
    begins: str
    time: str
    client: str
    kind: str
    place: str
    status: str
    mark: str  # what is remarkable about its status, in words
    look: str  # the same as a class
    is_gone: bool
    overbooked: bool
    is_reached: bool


@dataclass
class Column:
    """One clinician's day."""

    clinician: Clinician
    day: date
    name: str  # the clinician's on the sheet of a day, the day's on that of a week
    url: str  # of the other view of it
    is_today: bool
    worked: list[Band]
    off: list[Band]
    elsewhere: list[Band]
    held: list[Band]
    appointments: list[Shown]  # all of them, the earliest first
    free: list[Free]

    @property
    def hatched(self) -> list[Band]:
        return self.off + self.elsewhere

    @property
    def drawn(self) -> list[Shown]:
        """Those that hold their place, and those that don't where nobody else has it by now."""
        kept = [one for one in self.appointments if not one.is_gone]
        return [
            one
            for one in self.appointments
            if not one.is_gone
            or not any(one.line < other.line + other.length and other.line < one.line + one.length for other in kept)
        ]


@dataclass
class Sheet:
    title: str
    columns: list[Column]
    first: int  # the line at its top
    last: int
    hours: list[tuple[int, str]]  # lines, and what the clocks show there
    now: int | None  # the line of the present
    has_one_clock: bool  # whether a line means one time, wherever an appointment on it is


@dataclass(frozen=True)
class Paper:
    """What all sheets of one page have in common.

    :param zone: whose clocks are at their side.
    :param has_one_zone: whether all places that may be shown have these clocks.
    :param names_places: whether it has to be said where an appointment is.
    :param booking_url: where free places lead to; "" for nowhere.
    """

    diaries: Diaries
    zone: ZoneInfo
    choice: Choice
    has_one_zone: bool
    names_places: bool
    booking_url: str
    now: datetime

    def day_sheet(self, clinicians: Iterable[Clinician], day: date) -> Sheet:
        return self._sheet("", [(clinician, day) for clinician in clinicians])

    def week_sheets(self, clinicians: Iterable[Clinician], days: list[date]) -> list[Sheet]:
        return [self._sheet(clinician.name, [(clinician, day) for day in days]) for clinician in clinicians]

    def _sheet(self, title: str, of: list[tuple[Clinician, date]]) -> Sheet:
        ruler = Ruler({day for _clinician, day in of}, self.zone)
        today = self.now.astimezone(self.zone).date()
        drafts = [_Draft(self, ruler, clinician, day) for clinician, day in of]
        if self.choice.view == WEEK:
            drafts = [one for one in drafts if one.day.weekday() < 5 or one.hours or one.appointments]
        first = min([ruler.line_of_clock(_OPENS), *(draft.first for draft in drafts)]) // 60 * 60
        last = -(-max([ruler.line_of_clock(_CLOSES), *(draft.last for draft in drafts)]) // 60) * 60
        return Sheet(
            title,
            [draft.column(first, last, is_today=draft.day == today) for draft in drafts],
            first,
            last,
            [(line, _hour(ruler, line)) for line in range(first, last, 60)],
            ruler.line(minute_until(self.now), today) if any(day == today for _clinician, day in of) else None,
            self.has_one_zone and not ruler.extra,
        )


def _hour(ruler: Ruler, line: int) -> str:
    clock, again = ruler.clock(line)
    return _("%(time)s again") % {"time": f"{clock:%H:%M}"} if again else f"{clock:%H:%M}"


class _Draft:
    """A column before it is known from when until when its sheet goes."""

    def __init__(self, paper: Paper, ruler: Ruler, clinician: Clinician, day: date):
        self.paper, self.ruler, self.clinician, self.day = paper, ruler, clinician, day
        self.start = minute_until(start_of_day(day, paper.zone))
        self.end = minute_until(start_of_day(day + timedelta(days=1), paper.zone))
        diaries, pk = paper.diaries, clinician.pk
        self.hours = self._of_the_day(diaries.hours.get(pk, ()))
        self.off = self._of_the_day(self._off_at_work(diaries.off.get(pk, ())))
        self.elsewhere: list[Elsewhere] = self._of_the_day(diaries.elsewhere.get(pk, ()))
        self.held: list[Held] = self._of_the_day(diaries.held.get(pk, ()))
        self.appointments: list[Arranged] = self._of_the_day(diaries.appointments.get(pk, ()))
        there = [self._lines(one) for one in (*self.hours, *self.held, *self.appointments)]
        self.first = min((line for line, _length in there), default=ruler.lines)
        self.last = max((line + length for line, length in there), default=0)

    def column(self, first: int, last: int, *, is_today: bool) -> Column:
        return Column(
            self.clinician,
            self.day,
            *self._name_and_url(),
            is_today,
            worked=[self._band(one, self._place_of(one)) for one in self.hours],
            off=[self._band(one, one.reason or _("Time off")) for one in self.off],
            elsewhere=[self._band(one, _("Busy elsewhere")) for one in self.elsewhere],
            held=[self._band(one, _("Being booked online")) for one in self.held],
            appointments=self._shown(),
            free=self._free(self._minute(first), self._minute(last)) if self.paper.booking_url else [],
        )

    def _name_and_url(self) -> tuple[str, str]:
        choice = self.paper.choice
        if choice.view == WEEK:
            return date_format(self.day, "D j M"), choice.url(view=DAY, date=self.day)
        return self.clinician.name, choice.url(view=WEEK, clinician=self.clinician.pk)

    def _of_the_day(self, found):
        return [one for one in found if one.start < self.end and one.end > self.start]

    def _off_at_work(self, off: Iterable[Off]) -> list[Off]:
        """A location that is closed takes from the hours there, and from no others."""
        found = []
        for one in off:
            if one.location_id is None:
                found.append(one)
                continue
            here = [each for each in self.hours if each.location is None or each.location.pk == one.location_id]
            found += [
                one._replace(start=max(one.start, each.start), end=min(one.end, each.end))
                for each in here
                if one.start < each.end and each.start < one.end
            ]
        return found

    def _lines(self, one) -> tuple[int, int]:
        """Return the first line of something, and how many it takes."""
        line = self.ruler.line(one.start, self.day) if one.start > self.start else 0
        end = self.ruler.line(one.end, self.day) if one.end < self.end else self.ruler.lines
        return line, end - line

    def _band(self, one: Hours | Off | Elsewhere | Held, label: str) -> Band:
        location = one.location if isinstance(one, Hours) else None
        zone = location.zone if location else self.paper.zone
        whole_day = one.start <= self.start and one.end >= self.end
        return Band(
            _style(*self._lines(one)), label, _("all day") if whole_day else self._span(one.start, one.end, zone)
        )

    def _place_of(self, hours: Hours) -> str:
        return hours.location.name if hours.location and self.paper.names_places else ""

    def _span(self, start: int, end: int, zone: ZoneInfo) -> str:
        times = f"{_clock(start, zone)}–{_clock(end, zone)}"
        return times if zone == self.paper.zone else f"{times} {zone_in_words(zone)}"

    def _shown(self) -> list[Shown]:
        kept = [one for one in self.appointments if one.holds_place]
        gone = [one for one in self.appointments if not one.holds_place]
        beside = {}
        for ones in (kept, gone):
            drawn = [(one.start, max(one.end, one.start + _LEAST)) for one in ones]
            beside |= {one.pk: lane for one, lane in zip(ones, lanes(drawn), strict=True)}
        return [self._one_shown(one, *beside[one.pk]) for one in self.appointments]

    def _one_shown(self, one: Arranged, lane: int, of_lanes: int) -> Shown:
        location = one.location
        line, length = self._lines(one)
        length, buffer = max(length, _LEAST), one.busy_until - one.end if one.holds_place else 0
        return Shown(
            f"{_style(line, length)}; --lane: {lane}; --lanes: {of_lanes}; --colour: {one.colour}",
            _style(line + length, buffer) if buffer else "",
            line,
            length,
            one.pk,
            _clock(one.start, location.zone),
            self._span(one.start, one.end, location.zone),
            one.client,
            one.kind,
            location.name if self.paper.names_places else "",
            one.status,
            *_mark_and_look(one),
            not one.holds_place,
            one.overbooked,
            one.is_reached,
        )

    def _minute(self, line: int) -> int:
        """Return when the clocks show for the first time what they show at *line*."""
        if line >= self.ruler.lines:
            return self.end
        clock, _again = self.ruler.clock(line)
        return local_day(self.day.toordinal(), self.paper.zone).minute(clock.hour * 60 + clock.minute)

    def _free(self, opens: int, closes: int) -> list[Free]:
        """Where nothing stands: within the hours, and, since staff may book anywhere, outside them."""
        hours = [(one.start, one.end) for one in self.hours]
        taken = [(one.start, one.busy_until) for one in self.appointments if one.holds_place]
        taken += [(one.start, one.end) for one in self.held]
        off = [(one.start, one.end) for one in (*self.off, *self.elsewhere)]
        found = []
        for one in self.hours:
            inside = [(max(one.start, self.start), min(one.end, self.end))]
            found += [self._one_free(*each, one.location, True) for each in without(inside, sorted(taken + off))]
        outside = without([(opens, closes)], sorted(hours + taken))
        outside += [
            (max(start, begun), min(end, ended))
            for start, end in without(merged(sorted(off)), sorted(taken))
            for begun, ended in merged(sorted(hours))
            if start < ended and begun < end
        ]
        return found + [self._one_free(*each, None, False) for each in outside]

    def _one_free(self, start: int, end: int, location: Location | None, in_hours: bool) -> Free:
        location = location or self.paper.choice.location or self._only_location
        zone = location.zone if location else self.paper.zone
        local = _local(start, zone)
        place = {"clinician": self.clinician.pk, "start": f"{local:%Y-%m-%dT%H:%M}", "next": self.paper.choice.url()}
        if location:
            place["location"] = location.pk
        style = _style(*self._lines(Held(start, end)))
        return Free(style, f"{self.paper.booking_url}?{urlencode(place)}", _clock(start, zone), in_hours)

    @property
    def _only_location(self) -> Location | None:
        theirs = self.clinician.locations.all()
        return theirs[0] if len(theirs) == 1 else None


def _style(line: int, length: int) -> str:
    # Here and not in the template, where numbers are written as people read them.
    return f"--line: {line}; --length: {length}"


def _mark_and_look(one: Arranged) -> tuple[str, str]:
    marks = [] if one.is_default_status else [f"✓ {one.status}" if one.arrived else one.status]
    if one.overbooked:
        marks.append(_("overbooked"))
    look = "gone" if not one.holds_place else "arrived" if one.arrived else "expected"
    return ", ".join(marks), look


def _local(minute: int, zone: ZoneInfo) -> datetime:
    return (EPOCH + minute * MINUTE).astimezone(zone)


def _clock(minute: int, zone: ZoneInfo) -> str:
    return f"{_local(minute, zone):%H:%M}"
