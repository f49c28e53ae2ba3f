"""What each figure of the report is worked out from: a pure function of the lines of its row.

docs/how-to/figures.md says the same in words, heading by heading.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from ...diary.models import AppointmentEvent
from .lines import Done, Held, Sent, Worked

By, Kind = AppointmentEvent.By, AppointmentEvent.Kind

# What stands in a table: words or a day, a number, or ``None`` for what nobody knows.
Cell = str | date | int | float | None
# A heading, and what the cells under it are.
Columns = list[tuple[str, Callable[[list], Cell]]]


def share(part: float | None, whole: float | None) -> float | None:
    """Return *part* in per cent of *whole*, to one decimal; ``None`` where there is no whole."""
    return round(100 * part / whole, 1) if whole and part is not None else None


def total_of(field: str) -> Callable[[list], int]:
    return lambda lines: sum(getattr(line, field) for line in lines)


def _number(done: Iterable[Done], **wanted) -> int:
    """Add up the lines that have all of the values *wanted*."""
    return sum(one.number for one in done if all(getattr(one, name) == value for name, value in wanted.items()))


def number_of(**wanted) -> Callable[[list[Done]], int]:
    return lambda done: _number(done, **wanted)


# --- Appointments


def missed_share(held: list[Held]) -> float | None:
    missed = total_of("missed")(held)
    return share(missed, missed + total_of("begun")(held))


APPOINTMENTS: Columns = [
    (_("Appointments"), total_of("kept")),
    (_("Did not attend"), total_of("missed")),
    (_("Did not attend (%)"), missed_share),
    (_("Cancelled"), total_of("cancelled")),
]


# --- Utilisation: of lines of both kinds


def _booked(times: list[Worked | Held]) -> int:
    return sum(one.minutes for one in times if isinstance(one, Held))


def _worked(times: list[Worked | Held]) -> int | None:
    minutes = [one.minutes for one in times if isinstance(one, Worked)]
    return None if None in minutes else sum(minutes)


def _in_hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 1)


UTILISATION: Columns = [
    (_("Hours worked"), lambda times: _in_hours(_worked(times))),
    (_("Hours booked"), lambda times: _in_hours(_booked(times))),
    (_("Utilisation (%)"), lambda times: share(_booked(times), _worked(times))),
]


# --- What was done


CHANGES: Columns = [
    (_("Changed"), number_of(kind=Kind.CHANGED)),
    (_("Changed by clients"), number_of(kind=Kind.CHANGED, by=By.CLIENT)),
    (_("Changed by staff"), number_of(kind=Kind.CHANGED, by=By.STAFF)),
    (_("Changed by the system"), number_of(kind=Kind.CHANGED, by=By.SYSTEM)),
    (_("Cancelled"), number_of(kind=Kind.CANCELLED)),
    (_("Cancelled by clients"), number_of(kind=Kind.CANCELLED, by=By.CLIENT)),
    (_("Cancelled by staff"), number_of(kind=Kind.CANCELLED, by=By.STAFF)),
    (_("Cancelled by the system"), number_of(kind=Kind.CANCELLED, by=By.SYSTEM)),
]

FREED: Columns = [
    (_("Places freed"), number_of()),
    (_("Filled again"), number_of(filled=True)),
    (_("Filled again (%)"), lambda done: share(_number(done, filled=True), _number(done))),
]

SAVED: Columns = [
    (_("Booked online"), number_of(kind=Kind.BOOKED, by=By.CLIENT)),
    (_("Changed by clients"), number_of(kind=Kind.CHANGED, by=By.CLIENT)),
    (_("Cancelled by clients"), number_of(kind=Kind.CANCELLED, by=By.CLIENT)),
    (_("All by clients"), number_of(by=By.CLIENT)),
    (_("By clients (%)"), lambda done: share(_number(done, by=By.CLIENT), _number(done))),
]


# --- Messages


def failed_share(sent: list[Sent]) -> float | None:
    failed = total_of("failed")(sent)
    return share(failed, failed + total_of("sent")(sent))


MESSAGES: Columns = [
    (_("Sent"), total_of("sent")),
    (_("Failed"), total_of("failed")),
    (_("Failed (%)"), failed_share),
]
