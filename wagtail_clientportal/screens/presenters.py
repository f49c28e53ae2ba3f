"""An appointment in ready words, so that templates only place them."""

from dataclasses import dataclass

from ..policies.phone import Phone, phone_of
from ..practice.dates import (
    date_in_words,
    leaf_of,
    moment_in_words,
    time_in_words,
    times_in_words,
    zone_where_it_differs,
)
from ..practice.durations import duration_in_words


@dataclass(frozen=True)
class AppointmentView:
    """Everything a screen says about one appointment, in the zone of its location."""

    public_id: str
    url: str
    when: str  # "Tuesday 1 December 2026 at 2:30pm", with the zone where it isn't the site's
    day: str  # "Tuesday 1 December 2026"
    times: str  # "2:30pm to 3pm"
    until: str  # "3pm"
    zone: str  # "New York time" where it could differ, or ""
    iso_start: str
    leaf_month: str
    leaf_day: str
    leaf_weekday: str
    duration: str
    what: str
    clinician: str
    location: str
    address: str
    phone: Phone
    status: str
    is_cancelled: bool
    is_over: bool  # past or cancelled
    again_url: str  # where one like it is booked; "" for one to come, and where nobody can book online


def present_start(appointment, start) -> str:
    """Return when *appointment* would be if it began at *start* (aware)."""
    return moment_in_words(start, appointment.location.zone)


def present(context, appointment, *, among_others: bool = False) -> AppointmentView:
    """Return *appointment* (with its details fetched along) in words for the screen.

    :param among_others: whether appointments of other zones stand beside it.
    """
    location = appointment.location
    is_over = appointment.end <= context.now or not appointment.holds_place
    zone, local = location.zone, appointment.local_start
    month, day, weekday = leaf_of(local.date())
    return AppointmentView(
        public_id=str(appointment.public_id),
        url=context.appointment_url(appointment.public_id),
        when=moment_in_words(appointment.start, zone),
        day=date_in_words(appointment.start, zone),
        times=times_in_words(appointment.start, appointment.end, zone),
        until=time_in_words(appointment.end, zone),
        zone=zone_where_it_differs(zone, among_others=among_others),
        iso_start=local.isoformat(),
        leaf_month=month,
        leaf_day=day,
        leaf_weekday=weekday,
        duration=duration_in_words(appointment.duration),
        what=appointment.appointment_type.name,
        clinician=appointment.clinician.name,
        location=location.name,
        address=location.address,
        phone=phone_of(location, context.portal_settings),
        status=appointment.status.name,
        is_cancelled=not appointment.holds_place,
        is_over=is_over,
        again_url=context.booking_url(appointment) if is_over else "",
    )
