"""What is arranged at the demo clinic: a diary around the day it is made on, and how it came to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..diary.models import Appointment, AppointmentEvent, ClientMessage
from ..practice.models import AppointmentStatus, AppointmentType, Client, Clinician, Location
from .demo_clients import DEMO_CLIENT_REF
from .demo_practice import ROTAS, ZONE, Rota

APPOINTMENTS = 400
PAST_APPOINTMENTS = 300
PAST = timedelta(days=182)
FUTURE = timedelta(days=42)
GRID = 15  # minutes

# Days from today (moved on to a day that the clinician works) of that client's appointments to come. The first is
# well outside a 24-hour window.
DEMO_CLIENT_DAYS = (5, 12, 26)

MESSAGES = [
    "I’m so sorry, my daughter can’t drive me that day.",
    "The knee is much better, thank you!",
    "Could somebody ring me about parking?",
    "I have a hospital appointment on the same morning.",
    "Sorry for the short notice.",
]


@dataclass(frozen=True)
class _Slot:
    """A gap of the diary that an appointment fits into. Times in UTC."""

    clinician: Clinician
    location: Location
    appointment_type: AppointmentType
    start: datetime
    end: datetime
    busy_until: datetime


class Diary:
    """Hands out places that never meet, neither in a clinician's diary nor in a client's day."""

    def __init__(self, rng, now, statuses, clinicians, types, locations, time_off):
        self.rng, self.now, self.statuses = rng, now, statuses
        self.clinicians, self.types, self.locations, self.time_off = clinicians, types, locations, time_off
        self.today = now.astimezone(ZoneInfo(ZONE)).date()
        self.days_of: dict[int, set[date]] = {}  # client's pk -> the days that they already come on

    def arrange(self, clients: list[Client]) -> list[Appointment]:
        """Return ``APPOINTMENTS`` unsaved appointments."""
        past, future = [], []
        for clinician, rota in zip(self.clinicians, ROTAS, strict=True):
            for place in self._places(clinician, rota):
                # Half an hour's grace: what lies around this moment is neither surely past nor surely to come.
                if place.end < self.now - timedelta(minutes=30):
                    past.append(place)
                elif place.start > self.now + timedelta(minutes=30):
                    future.append(place)
        promised = self._promised(clients, future)
        taken = {id(appointment_place) for appointment_place, _client in promised}
        future = [place for place in future if id(place) not in taken]
        appointments = [self._appointment(place, client, self.statuses["Booked"]) for place, client in promised]

        active = [client for client in clients if client.is_active]
        # Margaret's future is what the command prints: it stays as promised.
        others = [client for client in active if client.external_ref != DEMO_CLIENT_REF]
        appointments += self._fill(past, PAST_APPOINTMENTS, [*clients, clients[0], clients[0]], self._past_status)
        appointments += self._fill(future, APPOINTMENTS - len(appointments), others, self._future_status)
        return sorted(appointments, key=lambda appointment: appointment.start)

    def _promised(self, clients, future) -> list[tuple[_Slot, Client]]:
        """Appointments to come that can be changed and cancelled: the demo client's, and one for each special case."""
        wanted = [(clients[0], days) for days in DEMO_CLIENT_DAYS]
        wanted += [(client, 6 + 2 * number) for number, client in enumerate(clients[1:6])]
        promised, taken = [], set()
        for client, days in wanted:
            earliest = self.today + timedelta(days=days)
            place = next(
                place
                for place in sorted(future, key=lambda place: place.start)
                if place.clinician.available_online
                and id(place) not in taken
                and self._day(place) >= earliest
                and self._client_is_free(client, place)
            )
            taken.add(id(place))
            self._note(client, place)
            promised.append((place, client))
        return promised

    def _fill(self, places, count, clients, choose_status) -> list[Appointment]:
        made = []
        for place in self.rng.sample(places, len(places)):
            if len(made) == count:
                break
            client = self.rng.choice(clients)
            if self._client_is_free(client, place):
                self._note(client, place)
                made.append(self._appointment(place, client, choose_status()))
        return made

    def _day(self, place: _Slot) -> date:
        return place.location.local(place.start).date()

    def _client_is_free(self, client, place) -> bool:
        return self._day(place) not in self.days_of.get(client.pk, ())

    def _note(self, client, place) -> None:
        self.days_of.setdefault(client.pk, set()).add(self._day(place))

    def _past_status(self) -> AppointmentStatus:
        name = self.rng.choices(["Arrived", "Cancelled", "Did not attend"], weights=[84, 10, 6])[0]
        return self.statuses[name]

    def _future_status(self) -> AppointmentStatus:
        return self.statuses[self.rng.choices(["Booked", "Confirmed", "Cancelled"], weights=[65, 27, 8])[0]]

    def _places(self, clinician: Clinician, rota: Rota) -> Iterator[_Slot]:
        """Every working interval, filled from its start with types that the clinician does, none meeting the next."""
        for days in range(-PAST.days, FUTURE.days + 1):
            day = self.today + timedelta(days=days)
            for weekdays, opens, closes, where in rota.hours:
                if day.weekday() not in weekdays:
                    continue
                location = self.locations[where]
                start = datetime.combine(day, opens, location.zone).astimezone(UTC)
                until = datetime.combine(day, closes, location.zone).astimezone(UTC)
                while True:
                    appointment_type = self.types[self.rng.choice(rota.types)]
                    end = start + timedelta(minutes=appointment_type.duration_minutes)
                    busy_until = end + timedelta(minutes=appointment_type.buffer_minutes)
                    if end > until:
                        break
                    if not self._is_off(clinician, location, start, end):
                        yield _Slot(clinician, location, appointment_type, start, end, busy_until)
                    minutes = -(-int((busy_until - start).total_seconds()) // 60 // GRID) * GRID
                    start += timedelta(minutes=minutes)

    def _is_off(self, clinician, location, start, end) -> bool:
        return any(
            off.start < end
            and start < off.end
            and off.clinician_id in (None, clinician.pk)
            and off.location_id in (None, location.pk)
            for off in self.time_off
        )

    @staticmethod
    def _appointment(place: _Slot, client: Client, status: AppointmentStatus) -> Appointment:
        return Appointment(
            client=client,
            clinician=place.clinician,
            location=place.location,
            appointment_type=place.appointment_type,
            start=place.start,
            end=place.end,
            busy_until=place.busy_until,
            status=status,
            holds_place=status.attending,
        )


def make_history(rng, now, appointments, staff, statuses) -> None:
    """How each appointment came to be what it is, and a few messages from clients who cancelled."""
    booked = statuses["Booked"]
    events, messages = [], []
    for appointment in appointments:
        made_at = min(appointment.start, now) - timedelta(days=rng.randint(2, 40), minutes=rng.randrange(600))
        shared = {
            "appointment": appointment,
            "by_kind": AppointmentEvent.By.STAFF,
            "by_user": staff,
            "by_username": staff.get_username(),
        }
        events.append(
            AppointmentEvent(
                kind=AppointmentEvent.Kind.BOOKED,
                at=made_at,
                new_start=appointment.start,
                new_status=booked,
                new_clinician=appointment.clinician,
                new_location=appointment.location,
                **shared,
            )
        )
        if appointment.status == booked:
            continue
        step = {"old_status": booked, "new_status": appointment.status}
        for name in ("start", "clinician", "location"):
            step[f"old_{name}"] = step[f"new_{name}"] = getattr(appointment, name)
        if appointment.status == statuses["Cancelled"]:
            at = made_at + timedelta(minutes=rng.randint(60, 24 * 60))
            if rng.random() < 0.5:
                shared |= {"by_kind": AppointmentEvent.By.CLIENT, "by_user": None, "by_username": ""}
            event = AppointmentEvent(kind=AppointmentEvent.Kind.CANCELLED, at=at, **step, **shared)
            if shared["by_kind"] == AppointmentEvent.By.CLIENT and len(messages) < len(MESSAGES):
                messages.append(
                    ClientMessage(
                        client=appointment.client,
                        appointment=appointment,
                        event=event,
                        body=MESSAGES[len(messages)],
                        created_at=at,
                    )
                )
        else:
            # A confirmation comes a day after the booking; an arrival, or its lack, is noted at the start.
            at = min(appointment.start, now) if appointment.start < now else made_at + timedelta(days=1)
            event = AppointmentEvent(kind=AppointmentEvent.Kind.STATUS_CHANGED, at=at, **step, **shared)
        events.append(event)
    AppointmentEvent.objects.bulk_create(events)
    ClientMessage.objects.bulk_create(messages)
