"""From what to what an appointment went: what every history of it is said from."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ..practice.models import AppointmentStatus, Clinician, Location
from .appointment_event import AppointmentEvent


@dataclass(frozen=True)
class RecordedState:
    """How the appointment stood before or after; what isn't known is ``None``."""

    start: datetime | None
    zone: ZoneInfo  # in which the start is said
    status: AppointmentStatus | None
    clinician: Clinician | None
    location: Location | None


def from_and_to(event: AppointmentEvent) -> tuple[RecordedState, RecordedState]:
    """Return how the appointment stood before *event* and after.

    A start is said in the zone of the place that it was at; where that isn't known, of the nearest that is.
    """
    old, new = event.old_location, event.new_location
    old_zone = (old or new or event.appointment.location).zone
    new_zone = (new or old or event.appointment.location).zone
    return (
        RecordedState(event.old_start, old_zone, event.old_status, event.old_clinician, old),
        RecordedState(event.new_start, new_zone, event.new_status, event.new_clinician, new),
    )
