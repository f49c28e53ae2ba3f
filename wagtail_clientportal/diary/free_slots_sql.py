"""What free slots are worked out from, read with fixed SQL that returns whole numbers only.

Building the same questions with the ORM takes longer than answering them, and aware datetimes cost more than all the
arithmetic that follows. So the text is put together once for each database; SQLite, PostgreSQL and MariaDB differ in
how they say "minutes since the epoch" and in nothing else. Tables and columns come from the models.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router
from wagtail.models import Site

from ..availability.models import OutsideBusy, TimeOff, TimetabledHours, WorkingHours
from ..policies.models import BookingSettings
from ..practice.models import Clinician, Location
from .models import Appointment, Hold
from .queries import LONGEST

# How each database (SQLite: _sqlite() below) turns a column into whole numbers:
# floor, ceil: a moment into minutes since 1970-01-01 00:00 UTC, a part of a minute rounded down or up
# day: a date into the number that Python's date.toordinal() gives
# clock: a time of day into seconds since midnight
# span: a duration into microseconds
# count: a small number into an integer
_POSTGRESQL = {
    "floor": "FLOOR(date_part('epoch', {0}) / 60)::integer",
    "ceil": "CEIL(date_part('epoch', {0}) / 60)::integer",
    "day": "{0} - DATE '0001-01-01' + 1",
    "clock": "FLOOR(date_part('epoch', {0}))::integer",
    "span": "(date_part('epoch', {0}) * 1000000)::bigint",
    "count": "{0}",
}
_MARIADB = {
    "floor": "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {0}) DIV 60000000",
    "ceil": "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {0}) + 59999999) DIV 60000000",
    "day": "TO_DAYS({0}) - 365",
    "clock": "TIME_TO_SEC({0}) DIV 1",
    "span": "{0}",
    "count": "CAST({0} AS SIGNED)",  # in a union, an unsigned column beside a signed one comes back as decimals
}


def _sqlite(version: tuple[int, ...]) -> dict[str, str]:
    # strftime() takes twice as long, but SQLite has unixepoch() only since 3.38. Both would round a part of a second,
    # which Django writes behind the 19th character and only where there is one.
    seconds = "unixepoch({0})" if version >= (3, 38) else "CAST(strftime('%%s', {0}) AS INTEGER)"
    whole_seconds = seconds.format("substr({0}, 1, 19)")
    return {
        "floor": f"{whole_seconds} / 60",
        "ceil": f"({whole_seconds} + (length({{0}}) > 19) + 59) / 60",
        "day": "CAST(julianday({0}) - 1721424.5 AS INTEGER)",
        "clock": f"{seconds} %% 86400",
        "span": "{0}",
        "count": "{0}",
    }


def _dialect(connection) -> dict[str, str]:
    match connection.vendor:
        case "sqlite":
            return _sqlite(connection.Database.sqlite_version_info)
        case "postgresql":
            return _POSTGRESQL
        case "mysql":
            return _MARIADB
    raise ImproperlyConfigured(f"Free slots can't be read from {connection.display_name}.")


_FIRST_DAY, _LAST_DAY = 0, 9_999_999  # ordinals before and after every date there is
TIMETABLED = 7  # stands for the weekday of hours on one date
EVERYBODY = 0  # stands for the clinician of a time off that is everybody's
_NO_KEY = ""  # no hold has it

# Names in [brackets] are quoted and, where they are a model's, become its table. {clinicians} is as many
# placeholders as there are clinicians, {own_holds} as many as there are keys.
_OFFER_LIMITS = """
SELECT [c].[id], {lead}, [s].[lead_days], [s].[horizon_days], [s].[horizon_months], [s].[slot_interval_minutes]
FROM [Clinician] [c]
JOIN [Location] [l] ON [l].[id] = %s AND [l].[is_active]
LEFT JOIN [BookingSettings] [s]
  ON [s].[site_id] = COALESCE([l].[site_id], (SELECT MIN([id]) FROM [Site] WHERE [is_default_site]))
WHERE [c].[id] IN ({clinicians}) AND [c].[is_active]
  AND EXISTS (SELECT 1 FROM [Clinician.locations] WHERE [clinician_id] = [c].[id] AND [location_id] = [l].[id])
  AND EXISTS (SELECT 1 FROM [Clinician.appointment_types] WHERE [clinician_id] = [c].[id] AND [appointmenttype_id] = %s)
"""

_HOURS = """
SELECT [clinician_id], {weekday}, {valid_from}, {valid_until}, {start}, {end}, 1
FROM [WorkingHours]
WHERE [clinician_id] IN ({clinicians}) AND ([location_id] IS NULL OR [location_id] = %s)
  AND ([valid_until] IS NULL OR [valid_until] >= %s) AND ([valid_from] IS NULL OR [valid_from] <= %s)
UNION ALL
SELECT [clinician_id], 7, {date}, {date}, {start}, {end}, CASE WHEN [location_id] = %s THEN 1 ELSE 0 END
FROM [TimetabledHours]
WHERE [clinician_id] IN ({clinicians}) AND [date] >= %s AND [date] <= %s
"""

_TIME_OFF = """
SELECT COALESCE([clinician_id], 0), {floor}, {ceil}, 1
FROM [TimeOff]
WHERE [end] > %s AND [start] < %s
  AND ([clinician_id] IS NULL OR [clinician_id] IN ({clinicians})) AND ([location_id] IS NULL OR [location_id] = %s)
UNION ALL
SELECT [clinician_id], {floor}, {ceil}, 1
FROM [OutsideBusy]
WHERE [clinician_id] IN ({clinicians}) AND [end] > %s AND [start] < %s
"""

# Nothing in a diary is longer than LONGEST: that gives the index (clinician, start, busy_until) a lower end, and
# years of past appointments cost nothing.
_TAKEN = """
UNION ALL
SELECT [clinician_id], {floor}, {ceil}, 0
FROM [Appointment]
WHERE [clinician_id] IN ({clinicians}) AND [start] > %s AND [start] < %s AND [busy_until] > %s
  AND [holds_place] AND [id] <> %s
UNION ALL
SELECT [clinician_id], {floor}, {ceil}, 0
FROM [Hold]
WHERE [clinician_id] IN ({clinicians}) AND [start] > %s AND [start] < %s AND [busy_until] > %s
  AND [expires_at] > %s AND [key] NOT IN ({own_holds})
"""


class Statements(NamedTuple):
    limits: str
    hours: str
    time_off: str
    time_off_and_taken: str


@lru_cache
def statements(alias: str) -> Statements:
    """Return the SQL for the database *alias*; ``{clinicians}`` and ``{own_holds}`` are left to fill in.

    :raises ImproperlyConfigured: where the database isn't one of the three, or doesn't keep its datetimes in UTC.
    """
    connection = connections[alias]
    dialect = _dialect(connection)
    if not connection.features.supports_timezones and connection.timezone_name != "UTC":
        raise ImproperlyConfigured(
            f"The database {alias!r} keeps its datetimes in {connection.timezone_name}. The client portal needs "
            "USE_TZ = True and no TIME_ZONE in that database's settings."
        )
    quote = connection.ops.quote_name
    names = {
        model.__name__: model._meta.db_table
        for model in (
            Appointment, BookingSettings, Clinician, Hold, Location, OutsideBusy, Site, TimeOff, TimetabledHours,
            WorkingHours,
        )
    }  # fmt: skip
    names["Clinician.locations"] = Clinician.locations.through._meta.db_table
    names["Clinician.appointment_types"] = Clinician.appointment_types.through._meta.db_table

    def number(kind: str, column: str) -> str:
        return dialect[kind].format(f"[{column}]")

    def finished(text: str, **columns: str) -> str:
        text = text.format(clinicians="{clinicians}", own_holds="{own_holds}", **columns)
        pieces = text.split("[")
        for index, piece in enumerate(pieces[1:], 1):
            name, rest = piece.split("]", 1)
            pieces[index] = quote(names.get(name, name)) + rest
        return "".join(pieces)

    clock = {"start": number("clock", "start"), "end": number("clock", "end")}
    taken = {"floor": number("floor", "start"), "ceil": number("ceil", "busy_until")}
    time_off = finished(_TIME_OFF, floor=number("floor", "start"), ceil=number("ceil", "end"))
    return Statements(
        limits=finished(_OFFER_LIMITS, lead=dialect["span"].format("[s].[lead_time]")),
        hours=finished(
            _HOURS,
            **clock,
            weekday=number("count", "weekday"),
            date=number("day", "date"),
            valid_from=f"COALESCE({number('day', 'valid_from')}, {_FIRST_DAY})",
            valid_until=f"COALESCE({number('day', 'valid_until')}, {_LAST_DAY})",
        ),
        time_off=time_off,
        time_off_and_taken=time_off + finished(_TAKEN, **taken),
    )


class OfferLimits(NamedTuple):
    """The clinicians (pks) who may be offered at all, and the site's rules on what may be offered."""

    clinician_ids: list[int]
    lead_time: timedelta
    lead_days: int
    horizon_days: int | None
    horizon_months: int | None
    slot_interval: int  # minutes


def read_offer_limits(clinician_ids: Iterable[int], appointment_type_id: int, location_id: int) -> OfferLimits:
    """Return who of *clinician_ids* is active, works at that location (itself active) and does that type; and the
    settings of the location's site, else of the default one, else the model's defaults."""
    rows = _fetch("limits", clinician_ids, [location_id], clinician_ids, [appointment_type_id])
    ids = [row[0] for row in rows]
    if not rows or rows[0][1] is None:
        rules = BookingSettings()
        return OfferLimits(
            ids,
            rules.lead_time,
            rules.lead_days,
            rules.horizon_days,
            rules.horizon_months,
            rules.slot_interval_minutes,
        )
    _pk, lead, *rest = rows[0]
    return OfferLimits(ids, timedelta(microseconds=lead), *rest)


def read_hours(clinician_ids: list[int], location_id: int, first_day, last_day) -> list[tuple]:
    """Return weekly and timetabled hours that matter between two local dates, both included.

    :return: ``(clinician pk, weekday or TIMETABLED, first day, last day, start, end, here)``: days as
        ordinals, times in seconds since midnight, ``here`` 0 for a timetabled row of another location.
    """
    days = [first_day, last_day]
    return _fetch("hours", clinician_ids, clinician_ids, [location_id], days, [location_id], clinician_ids, days)


def read_unavailable(
    clinician_ids: list[int],
    location_id: int,
    start: datetime,
    end: datetime,
    *,
    ignoring: int | None,
    own_holds: Collection[str] = (),
    now: datetime,
    with_diary: bool,
) -> list[tuple]:
    """Return the time off that matters at that location between two moments, with when outside calendars say busy, and,
    *with_diary*, what is taken.

    :param ignoring: pk of the appointment whose place counts as free.
    :param own_holds: keys of the holds whose places count as free.
    :return: ``(clinician pk or EVERYBODY, start, end, is time off)`` in minutes since the epoch.
    """
    adapt = connections[_alias()].ops.adapt_datetimefield_value
    start_, end_, earliest, now_ = adapt(start), adapt(end), adapt(start - LONGEST), adapt(now)
    off = [start_, end_, *clinician_ids, location_id, *clinician_ids, start_, end_]
    if not with_diary:
        return _fetch("time_off", clinician_ids, off)
    appointments = [*clinician_ids, earliest, end_, start_, ignoring or 0]
    keys = own_holds or [_NO_KEY]
    holds = [*clinician_ids, earliest, end_, start_, now_, *keys]
    return _fetch("time_off_and_taken", clinician_ids, off, appointments, holds, own_holds=keys)


def _alias() -> str:
    return router.db_for_read(Appointment)


def _fetch(statement: str, clinician_ids, *parameters: Iterable, own_holds: Collection[str] = ()) -> list[tuple]:
    alias = _alias()
    sql = getattr(statements(alias), statement)
    for name, values in (("{clinicians}", clinician_ids), ("{own_holds}", own_holds)):
        sql = sql.replace(name, ", ".join(["%s"] * len(values)))
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, [value for values in parameters for value in values])
        return cursor.fetchall()
