"""Is a start one that a client may choose? Asked by the actions, and by screens that say why not."""

from collections.abc import Collection
from datetime import datetime

from ...diary.free_slots import is_within_hours
from ...diary.models import Appointment
from ...policies.models import BookingSettings
from ...policies.offered_period import earliest_start, latest_end
from ...practice.models import AppointmentType, Clinician, Location
from ..refusals import Refused, SlotNotOffered, SlotTaken, TooFarAhead, TooSoon
from .in_turn import in_turn


def why_not_offered(
    clinician: Clinician,
    appointment_type: AppointmentType,
    location: Location,
    start: datetime,
    *,
    ignoring: Appointment | None = None,
    now: datetime,
) -> SlotNotOffered | None:
    """Return the refusal of *start* (aware), whatever else is in the diary; ``None`` where it would be a free slot.

    :param ignoring: the appointment that is being moved.
    :param now: aware datetime.
    """
    if is_within_hours(clinician, appointment_type, location, start, ignoring=ignoring, now=now):
        return None
    rules, zone = BookingSettings.for_site(location.portal_site), location.zone
    soonest = earliest_start(lead_time=rules.lead_time, lead_days=rules.lead_days, zone=zone, now=now)
    if now < start < soonest:
        return TooSoon(earliest=soonest)
    end = latest_end(horizon_days=rules.horizon_days, horizon_months=rules.horizon_months, zone=zone, now=now)
    if start >= end:
        return TooFarAhead(latest=end)
    return SlotNotOffered()


def why_not_bookable(
    clinicians: Collection[Clinician],
    appointment_type: AppointmentType,
    location: Location,
    start: datetime,
    *,
    own_holds: Collection[str] = (),
    now: datetime,
) -> Refused | None:
    """Return why none of *clinicians* can be booked at *start* (aware, a whole minute); ``None`` where one can.

    :param own_holds: keys of the holds of whoever asks; they don't stand in their own way.
    :param now: aware datetime.
    """
    if in_turn(clinicians, appointment_type, location, start, own_holds=own_holds, now=now):
        return None
    refusals = [why_not_offered(one, appointment_type, location, start, now=now) for one in clinicians]
    # Where somebody would see them then, the time has just gone.
    return SlotTaken() if None in refusals else next(iter(refusals), SlotNotOffered())
