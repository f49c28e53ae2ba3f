"""Screens of booking online, by name, and the way to each: a function of a ``Visitor``."""

from django.core import mail

from tests.booking.conftest import Booking
from tests.factories import make_clinician, make_location, make_type
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import Appointment, AppointmentType, BookingSettings, Clinician, WorkingHours


def _booking(visitor) -> Booking:
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


def _at_times(booking):
    return booking.get("when/", type=booking.clinic.appointment_type.pk)


def what(visitor):
    booking = _booking(visitor)
    visitor.clinic.clinician.appointment_types.add(make_type(name="Podiatry"))
    BookingSettings.objects.update(welcome_text="<p>Good that you come.</p>")
    return booking.get()


def nothing(visitor):
    booking = _booking(visitor)
    Clinician.objects.update(available_online=False)
    return booking.get()


def where(visitor):
    booking = _booking(visitor)
    visitor.clinic.clinician.locations.add(make_location(name="High Street", address="27 High Street"))
    return _at_times(booking)


def when(visitor):
    return _at_times(_booking(visitor))


def no_times(visitor):
    booking = _booking(visitor)
    WorkingHours.objects.all().delete()
    return _at_times(booking)


def gone(visitor):
    booking = _booking(visitor)
    return booking.get(booking.details_url("2026-11-26T14:07:00Z"))


def details(visitor):
    booking = _booking(visitor)
    return booking.get(booking.details_url())


def mistyped(visitor):
    booking = _booking(visitor)
    wrong = {"first_name": "", "email": "nia", "mobile": "12", "day": "", "postcode": ""}
    return booking.post(booking.details_url(), booking.form() | booking.DETAILS | wrong)


def message(visitor):
    booking = _booking(visitor).sign_in()
    return booking.get(booking.details_url())


def check(visitor):
    booking = _booking(visitor)
    return booking.get(booking.fill_in())


def sent(visitor):
    booking = _booking(visitor)
    return booking.get(booking.ask())


def _link(booking) -> str:
    booking.ask()
    return booking.link()


def confirm(visitor):
    booking = _booking(visitor)
    return booking.get(booking.get(_link(booking))["Location"])


def lapsed(visitor):
    booking = _booking(visitor)
    url = booking.get(_link(booking))["Location"]
    booking.wait(hours=6)
    return booking.get(url)


def link_ended(visitor):
    return _booking(visitor).get("link-ended/")


def not_taken(visitor):
    booking = _booking(visitor)
    BookingSettings.objects.update(new_clients=False)
    return booking.confirm(_link(booking))


def done(visitor):
    booking = _booking(visitor)
    return booking.get(booking.confirm(_link(booking))["Location"])


def changed_since(visitor):
    booking = _booking(visitor)
    url = booking.confirm(_link(booking))["Location"]
    cancel(Appointment.objects.latest("pk"), by=None)
    return booking.get(url)


def off(visitor):
    booking = _booking(visitor)
    BookingSettings.objects.update(enabled=False, off_message="<p>We are <b>moving house</b>.</p>")
    return booking.get()


CHOOSING = [what, nothing, where, when, no_times, gone]
ASKING = [details, mistyped, message, check, sent]
ENDING = [confirm, lapsed, link_ended, not_taken, done, changed_since, off]
BOOKING = {way.__name__: way for way in CHOOSING + ASKING + ENDING}
