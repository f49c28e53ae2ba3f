"""What is unusual about a place in the diary? Everything that keeps clients from choosing it, all of it at once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Model, Q

from ..availability.models import OutsideBusy, TimeOff
from ..practice.models import AppointmentType, Clinician, Location
from .appointment import Appointment
from .free_slots import works_throughout
from .queries import overlapping, overlapping_holds, overlapping_of_client


class Reason(StrEnum):
    PAST = "past"
    TYPE = "type"  # the clinician doesn't do it
    LOCATION = "location"  # the clinician doesn't work there
    HOURS = "hours"
    TIME_OFF = "time_off"
    OUTSIDE = "outside"  # another calendar of the clinician's says busy
    TAKEN = "taken"
    HELD = "held"  # somebody is booking it online just now
    CLIENT_ELSEWHERE = "client_elsewhere"


@dataclass(frozen=True)
class Unusual:
    """One such thing, and the time off or the appointment that it is about, if any."""

    reason: Reason
    record: Model | None = None

    @property
    def key(self) -> str:
        """What a form carries to say that somebody knows of this."""
        return f"{self.reason}:{self.record.pk}" if self.record else str(self.reason)


def unusual(appointment: Appointment, *, now: datetime) -> list[Unusual]:
    """Return what is unusual about the place that *appointment*, saved or not, stands in; its own counts as free.

    Lead time, horizon and grid are no concern of the staff's, and aren't looked at.

    :param now: aware datetime.
    """
    start, end, busy_until = appointment.start, appointment.end, appointment.busy_until
    clinician, location, pk = appointment.clinician, appointment.location, appointment.pk
    found = [Unusual(Reason.PAST)] if start <= now else []
    found += not_theirs(clinician, appointment.appointment_type, location)
    if not works_throughout(clinician, location, start, end):
        found.append(Unusual(Reason.HOURS))
    found += [Unusual(Reason.TIME_OFF, one) for one in _time_off(clinician, location, start, end)]
    if OutsideBusy.objects.filter(clinician=clinician, start__lt=end, end__gt=start).exists():
        found.append(Unusual(Reason.OUTSIDE))
    found += [Unusual(Reason.TAKEN, one) for one in overlapping(clinician.pk, start, busy_until, ignoring=pk)]
    if overlapping_holds(clinician.pk, start, busy_until, now=now).exists():
        found.append(Unusual(Reason.HELD))
    others = overlapping_of_client(appointment.client_id, start, end, ignoring=pk).exclude(clinician=clinician)
    return found + [Unusual(Reason.CLIENT_ELSEWHERE, one) for one in others]


def not_theirs(clinician: Clinician, appointment_type: AppointmentType, location: Location) -> list[Unusual]:
    """Return whether *clinician* doesn't do that type, and whether they don't work there."""
    found = []
    if not clinician.appointment_types.filter(pk=appointment_type.pk).exists():
        found.append(Unusual(Reason.TYPE))
    if not clinician.locations.filter(pk=location.pk).exists():
        found.append(Unusual(Reason.LOCATION))
    return found


def _time_off(clinician, location, start, end):
    theirs = Q(clinician=None) | Q(clinician=clinician), Q(location=None) | Q(location=location)
    found = TimeOff.objects.filter(*theirs, start__lt=end, end__gt=start)
    return found.select_related("clinician", "location").order_by("start", "pk")
