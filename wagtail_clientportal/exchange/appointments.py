from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..actions.refusals import SlotTaken
from ..actions.steps.upserted import Outcome
from ..actions.upsert_appointment import AppointmentElsewhere, held_diaries
from ..diary.models import Appointment
from ..practice.models import AppointmentStatus, AppointmentType, Client, Clinician, Location
from .cells import CellRefused, moment, reference, text
from .columns import Column
from .kind import How, Kind, RowRefused, Values
from .lookups import ByName, ByReference


def _as_it_is(cell: Any) -> Any:
    """A time is read when it is known where."""
    return cell


class Appointments(Kind):
    columns = [
        Column(
            "external_ref",
            _("External reference"),
            reference,
            "77120",
            required=True,
            also=("id", "ref", "appointment id"),
        ),
        Column("client", _("Client"), reference, "A1027", required=True, also=("client id", "patient", "patient id")),
        Column("clinician", _("Clinician"), reference, "ADA", required=True, also=("practitioner",)),
        Column("location", _("Location"), text, "Harbour Rooms", required=True, also=("site", "clinic")),
        Column("appointment_type", _("Appointment type"), text, "Follow-up", required=True, also=("type", "service")),
        Column("start", _("Start"), _as_it_is, "25/11/2026 14:30", required=True, also=("starts", "from")),
        Column("end", _("End"), _as_it_is, "25/11/2026 15:00", also=("ends", "until", "to")),
        Column("status", _("Status"), text, "Booked"),
    ]

    def __init__(self, how: How):
        super().__init__(how)
        self._would_stand = _WouldStand() if how.dry_run and not how.overbook else None

    @contextmanager
    def batch(self, rows: Collection[Values]) -> Iterator[Callable[[Values], Outcome]]:
        named = _Named(rows)
        wanted: dict[str, AppointmentElsewhere | RowRefused] = {}
        for values in rows:
            try:
                wanted[values["external_ref"]] = named.wanted(values)
            except RowRefused as refused:
                wanted[values["external_ref"]] = refused
        whole = [one for one in wanted.values() if isinstance(one, AppointmentElsewhere)]
        how = self.how
        with held_diaries(whole, by=how.by, now=how.now, overbook=how.overbook) as held:

            def write(values: Values) -> Outcome:
                one = wanted[values["external_ref"]]
                if isinstance(one, RowRefused):
                    raise one
                upserted = held.upsert(one)
                if self._would_stand is not None and upserted.outcome != Outcome.UNCHANGED:
                    self._would_stand.add(upserted.record, how.now)
                return upserted.outcome

            yield write


class _Named:
    """The records that the rows of a batch name."""

    def __init__(self, rows: Collection[Values]):
        self._clients = ByReference(Client, {values["client"] for values in rows})
        self._clinicians = ByReference(Clinician, {values["clinician"] for values in rows})
        self._locations = ByName(Location.objects.select_related("site"))
        self._types = ByName(AppointmentType.objects.select_related("policy"))
        self._statuses = ByName(AppointmentStatus.objects.all())

    def wanted(self, values: Values) -> AppointmentElsewhere:
        """
        :raises RowRefused: something isn't known, or a time can't be taken.
        """
        location = self._locations.find(values["location"], "location")
        status = self._statuses.find(values["status"], "status") if "status" in values else None
        start = _moment("start", values, location)
        end = _moment("end", values, location)
        if end is not None and end <= start:
            raise RowRefused("end", gettext("The end has to be later than the start."))
        return AppointmentElsewhere(
            values["external_ref"],
            self._clients.find(values["client"], "client"),
            self._clinicians.find(values["clinician"], "clinician"),
            location,
            self._types.find(values["appointment_type"], "appointment_type"),
            start,
            end=end,
            status=status,
        )


def _moment(name: str, values: Values, location: Location) -> datetime | None:
    try:
        return moment(values[name], location) if name in values else None
    except CellRefused as refused:
        raise RowRefused(name, str(refused)) from refused


class _WouldStand:
    """What a dry run took back again with its batch, and what a later row of the file could still meet."""

    def __init__(self):
        self._places = defaultdict(list)

    def add(self, appointment: Appointment, now: datetime) -> None:
        """
        :raises SlotTaken: it meets one of an earlier row.
        """
        start, busy_until = appointment.start, appointment.busy_until
        if start <= now or not appointment.holds_place:
            return
        day, diary = start.toordinal(), appointment.clinician_id
        near = (place for one in (day - 1, day, day + 1) for place in self._places[diary, one])
        if any(start < other_until and other_start < busy_until for other_start, other_until in near):
            raise SlotTaken
        self._places[diary, day].append((start, busy_until))
