"""The tables of the report, made of what ``counting.py`` has counted. Pure."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ...diary.models import AppointmentEvent
from .columns import APPOINTMENTS, CHANGES, FREED, MESSAGES, SAVED, UTILISATION, Cell, Columns
from .lines import Done, Held, Portal, Sent, Worked


@dataclass(frozen=True)
class Table:
    """
    :param key: what an address calls it.
    :param headings: of each column; the first says what the rows are.
    :param rows: as many cells each as there are headings.
    :param total: a row likewise, or ``None``.
    :param charted: numbers of the columns that are drawn.
    :param is_empty: whether there was nothing to count.
    """

    key: str
    title: str
    explanation: str
    headings: list[str]
    rows: list[list[Cell]]
    total: list[Cell] | None
    charted: tuple[int, ...]
    is_empty: bool


@dataclass(frozen=True)
class Grouping:
    """What there is a row for.

    :param heading: what the rows are.
    :param labels: each ``row`` that a line may belong to, in order, and what it is called.
    :param of: the field of a line that says so.
    """

    heading: str
    labels: Mapping[Hashable, str | date]
    of: str = "row"

    def rows(self, lines: Iterable) -> list[tuple[str | date, list]]:
        """Each row's name and its lines; at the end those that are in none, where there are any."""
        found: dict[Hashable, list] = {key: [] for key in self.labels}
        for line in lines:
            found.setdefault(getattr(line, self.of), []).append(line)
        return [(self.labels.get(key) or _("No appointment"), of_row) for key, of_row in found.items()]


@dataclass(frozen=True)
class Counted:
    """All that was counted.

    :param employed: pks of the clinicians who are active: nobody knows when others worked.
    """

    held: list[Held]
    worked: list[Worked]
    done: list[Done]
    sent: list[Sent]
    portal: Portal
    employed: Collection[int]


def all_tables(counted: Counted, grouping: Grouping) -> list[Table]:
    done = counted.done
    arranged_anew = [one for one in done if one.kind != AppointmentEvent.Kind.BOOKED]
    times = [*counted.worked, *(one for one in counted.held if one.clinician in counted.employed)]
    return [
        _table(
            "appointments",
            _("Appointments"),
            _("By the day on which they are, or were to be."),
            grouping,
            counted.held,
            APPOINTMENTS,
            charted=(1, 3),
        ),
        _table(
            "utilisation",
            _("Utilisation"),
            _("How much of the active clinicians’ hours is booked. Overbooking can make it more than all."),
            grouping,
            times,
            UTILISATION,
            charted=(3,),
        ),
        _table(
            "changes",
            _("Changes and cancellations"),
            _("By whom, and by the day on which they were made."),
            grouping,
            arranged_anew,
            CHANGES,
            charted=(1, 5),
        ),
        _table(
            "notice",
            _("Notice given"),
            _("How long before the appointment these changes and cancellations were made."),
            _notice_bands(),
            arranged_anew,
            CHANGES,
            charted=(1, 5),
        ),
        _table(
            "freed",
            _("Places freed and filled again"),
            _("By the day on which they were freed. Filled is where another appointment stands by now."),
            grouping,
            [one for one in arranged_anew if one.freed],
            FREED,
            charted=(1, 2),
        ),
        _table(
            "saved",
            _("Done by clients themselves"),
            _("What the desk was spared, by the day on which it was done."),
            grouping,
            done,
            SAVED,
            charted=(4, 5),
        ),
        _table(
            "messages",
            _("Messages that failed"),
            _("Of those to clients, by the day on which they were written."),
            grouping,
            counted.sent,
            MESSAGES,
            charted=(2,),
        ),
        _portal(counted.portal),
    ]


def _table(key, title, explanation, grouping: Grouping, lines: list, columns: Columns, *, charted) -> Table:
    figures = [figure for _heading, figure in columns]
    return Table(
        key,
        title,
        explanation,
        headings=[grouping.heading, *(str(heading) for heading, _figure in columns)],
        rows=[[name, *(figure(of_row) for figure in figures)] for name, of_row in grouping.rows(lines)],
        total=[_("Total"), *(figure(lines) for figure in figures)],
        charted=charted,
        is_empty=not lines,
    )


def _notice_bands() -> Grouping:
    bands = [
        _("None: it had begun"),
        _("Less than 24 hours"),
        _("24 to 48 hours"),
        _("2 to 7 days"),
        _("7 days or more"),
    ]
    return Grouping(_("Notice"), dict(enumerate(bands)), of="notice")


def _portal(portal: Portal) -> Table:
    """Of every client, whatever is chosen: it is no question of days, and one of several locations."""
    rows = [
        [_("Can use the portal"), portal.can],
        [_("Can’t: the record is not active"), portal.inactive],
        [_("Can’t: portal access is off"), portal.no_access],
        [_("Can’t: the date of birth is missing"), portal.no_date_of_birth],
        [_("Can’t: the postcode is missing"), portal.no_postcode],
        [_("Can’t: neither an email address nor a mobile"), portal.no_contact],
    ]
    return Table(
        "portal",
        _("Who can’t use the portal, and why"),
        _("All clients as they are now, whatever is chosen above. One may be counted under several reasons."),
        headings=[_("Portal"), _("Clients")],
        rows=rows,
        total=None,
        charted=(1,),
        is_empty=not any(number for _name, number in rows),
    )
