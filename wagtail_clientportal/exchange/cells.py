"""What a cell of an imported table means. Each function takes a cell of ``table.Row`` that isn't empty.

A value is taken as it was meant or refused with a sentence, as where staff type it.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..availability.hours import Weekday
from ..practice.contact import name_key
from ..practice.external_ref import LONGEST
from ..practice.languages import language_called, language_choices, own_name
from ..practice.location import Location, site_today
from ..practice.typed_dates import About, Refused, is_day_first, read_date, read_moment, read_time
from ..practice.wall_clock import from_local, validate_day
from .xlsx_rows import NoValue

_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
_ESCAPED = re.compile(r"^'(?=[=+\-@])")
_YES, _NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}
_SEPARATOR = ";"


class CellRefused(ValueError):
    """The text is a sentence about the cell."""


def text(cell: Any) -> str:
    _refuse_no_value(cell)
    if isinstance(cell, datetime | time):
        raise CellRefused(_("There is a date or a time in this cell, where a text has to be."))
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a spreadsheet knows no other numbers
    # Exports put an apostrophe before what a spreadsheet would take for a formula: '+44 7700 900123
    return _ESCAPED.sub("", str(cell))


def reference(cell: Any) -> str:
    """What another system calls a record."""
    written = text(cell)
    if len(written) > LONGEST:
        raise CellRefused(_("A reference has at most %(most)d characters.") % {"most": LONGEST})
    return written


def names(cell: Any) -> list[str]:
    """One or more names, parted by semicolons."""
    return [one for part in text(cell).split(_SEPARATOR) if (one := part.strip())]


def yes_or_no(cell: Any) -> bool:
    key = name_key(text(cell))
    if key in _YES | {name_key(_("yes"))}:
        return True
    if key in _NO | {name_key(_("no"))}:
        return False
    raise CellRefused(_("Write yes or no."))


def language(cell: Any) -> str:
    """Return the code of a language that the site has content in."""
    if (found := language_called(text(cell))) is None:
        known = ", ".join(f"{code} ({own_name(code, name)})" for code, name in language_choices())
        raise CellRefused(_("Write a language of this website, by its code or name: %(known)s.") % {"known": known})
    return found


def birthday(cell: Any) -> date:
    return _day(cell, About.BIRTH)


def day(cell: Any) -> date:
    found = _day(cell, About.COMING)
    return _valid(found)


def clock(cell: Any) -> time:
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        if cell.second or cell.microsecond:
            raise CellRefused(_("Write a time in whole minutes."))
        return cell
    return _read(read_time, text(cell))


def weekday(cell: Any) -> int:
    """0 is Monday: a number, or a name in English or the reader's language."""
    key = name_key(text(cell))
    known = {name_key(str(one.label)): one.value for one in Weekday}
    known |= {one.name.casefold(): one.value for one in Weekday} | {str(one.value): one.value for one in Weekday}
    found = known.get(key)
    if found is None:
        raise CellRefused(_("Write a weekday, like Monday, or its number: 0 for Monday to 6 for Sunday."))
    return found


def moment(cell: Any, location: Location) -> datetime:
    """Return the moment (UTC) that is meant: in ISO 8601 with an offset, else by the clocks of *location*."""
    if isinstance(cell, datetime):
        return _at(cell, location)
    written = text(cell)
    if _ISO_MOMENT.fullmatch(written):
        try:
            found = datetime.fromisoformat(written)
        except ValueError as error:
            raise CellRefused(_("There is no such moment. Check the day and the time.")) from error
        return _at(found, location)
    found, at = _read(read_moment, written, today=site_today(), day_first=is_day_first())
    return _at(datetime.combine(found, at), location)


def _at(found: datetime, location: Location) -> datetime:
    _valid(found.date())
    if found.tzinfo is not None:
        found = found.astimezone(UTC)  # an offset may have seconds, too
    if found.second or found.microsecond:
        raise CellRefused(_("Write a time in whole minutes."))
    if found.tzinfo is not None:
        return found
    try:
        return from_local(found.date(), found.time(), location.zone)
    except ValidationError as error:
        raise CellRefused(error.messages[0]) from error


def _day(cell: Any, about: About) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    return _read(read_date, text(cell), today=site_today(), day_first=is_day_first(), about=about)


def _valid(found: date) -> date:
    try:
        validate_day(found)
    except ValidationError as error:
        raise CellRefused(error.messages[0]) from error
    return found


def _read(read, written: str, **how):
    try:
        return read(written, **how)
    except Refused as refusal:
        raise CellRefused(str(refusal)) from refusal


def _refuse_no_value(cell: Any) -> None:
    if isinstance(cell, NoValue):
        raise CellRefused(cell.why)
