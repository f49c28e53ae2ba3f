"""What somebody is about to book, or has booked, in ready words."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ..policies.phone import phone_of
from ..practice.dates import leaf_of, moment_in_words, time_in_words
from ..practice.durations import duration_in_words
from ..practice.money import price_in_words
from .booking_context import BookingContext


def summary(context: BookingContext, appointment_type, location, clinician, start: datetime) -> dict:
    """Return in words what a screen says of it, in the zone of *location*.

    :param clinician: ``None`` while it may be anyone.
    """
    zone, local = location.zone, location.local(start)
    length = timedelta(minutes=appointment_type.duration_minutes)
    month, day, weekday = leaf_of(local.date())
    return {
        "when": moment_in_words(start, zone),
        "iso_start": local.isoformat(),
        "leaf_month": month,
        "leaf_day": day,
        "leaf_weekday": weekday,
        "until": time_in_words(start + length, zone),
        "duration": duration_in_words(length),
        "what": appointment_type.name,
        "price": price_in_words(appointment_type.price),
        "clinician": clinician.name if clinician else _("Anyone who is free"),
        "location": location.name,
        "address": location.address,
        "phone": phone_of(location, context.portal_settings),
    }


def summary_of(context: BookingContext, asked) -> dict:
    """Return the same of a booking request."""
    clinician = asked.appointment.clinician if asked.appointment else None if asked.with_anyone else asked.clinician
    return summary(context, asked.appointment_type, asked.location, clinician, asked.start)
