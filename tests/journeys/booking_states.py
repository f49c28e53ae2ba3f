"""Screens of booking online, by name, and the way to each: a function of a ``Visitor``."""

from django.core import mail

from tests.booking.conftest import Booking
from tests.factories import make_clinician
from wagtail_clientportal.models import AppointmentType


def _with_people(visitor) -> Booking:
    """Go on where there is somebody to choose, who is introduced, and what is booked is described."""
    booking, clinic = Booking(visitor.clinic, visitor.clock, mail.outbox), visitor.clinic
    AppointmentType.objects.update(description="For whoever has been here before.", price="48.00")
    make_clinician(
        name="Bea",
        introduction="Knees, hips and backs.",
        locations=[clinic.location],
        appointment_types=[clinic.appointment_type],
    )
    return booking


def _when(visitor):
    booking = _with_people(visitor)
    return booking.get("when/", type=visitor.clinic.appointment_type.pk)


def _details(visitor):
    booking = _with_people(visitor)
    return booking.get(booking.details_url())


def _check(visitor):
    booking = _with_people(visitor)
    return booking.get(booking.fill_in())


BOOKING = {"when": _when, "details": _details, "check": _check}
