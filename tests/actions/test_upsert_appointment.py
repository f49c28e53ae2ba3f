"""An appointment that another system keeps too stands as it stands there: under the diary lock, with its history."""

from datetime import timedelta

import pytest

from tests.factories import NOW, cancelled_status, default_status, make_client, make_clinician, make_location, make_type
from wagtail_clientportal.actions.refusals import AnotherClients, NotAllowed, SlotNotOffered, SlotTaken
from wagtail_clientportal.actions.steps.upserted import Outcome
from wagtail_clientportal.actions.upsert_appointment import upsert_appointment
from wagtail_clientportal.communications.reminders import queue_reminders
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    CommunicationTemplate,
    Notification,
    OutboundMessage,
)
from wagtail_clientportal.signals import appointment_booked, appointment_cancelled, appointment_changed

TOMORROW = NOW + timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def upsert(clinic):
    """As ``upsert_appointment``, of an appointment called "X1" where nothing else is said."""

    def call(external_ref="X1", **values):
        usual = {
            "client": clinic.client,
            "clinician": clinic.clinician,
            "location": clinic.location,
            "appointment_type": clinic.appointment_type,
            "start": TOMORROW,
            "now": NOW,
        }
        return upsert_appointment(external_ref, **usual | values)

    return call


def events(appointment):
    return list(appointment.events.order_by("pk").values_list("kind", flat=True))


def test_it_is_made_then_moved_then_left_alone_and_nobody_is_sent_anything(upsert):
    made, moved, left = upsert(), upsert(start=TOMORROW + HOUR), upsert(start=TOMORROW + HOUR)
    assert [one.outcome for one in (made, moved, left)] == [Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED]
    appointment = Appointment.objects.get(external_ref="X1")
    assert (appointment.start, appointment.end) == (TOMORROW + HOUR, TOMORROW + 1.5 * HOUR)
    assert appointment.status == default_status() and appointment.holds_place
    assert events(appointment) == ["booked", "changed"]
    assert not OutboundMessage.objects.exists() and not Notification.objects.exists()


def test_its_history_says_from_what_to_what(upsert, clinic):
    other = make_clinician(name="Ben", locations=[clinic.location])
    upsert()
    upsert(clinician=other, start=TOMORROW + HOUR)
    event = AppointmentEvent.objects.get(kind="changed")
    assert (event.old_clinician, event.new_clinician) == (clinic.clinician, other)
    assert (event.old_start, event.new_start, event.at, event.by_kind) == (TOMORROW, TOMORROW + HOUR, NOW, "system")


def test_told_to_it_writes_to_the_client_and_not_to_the_staff(upsert):
    upsert(tell_client=True)
    assert set(OutboundMessage.objects.values_list("about", flat=True)) == {"booked"}


def test_called_off_it_frees_its_place_and_back_again_it_takes_it(upsert):
    upsert()
    appointment = upsert(status=cancelled_status()).record
    assert not appointment.holds_place and events(appointment) == ["booked", "cancelled"]
    upsert("X2")  # in the same place
    with pytest.raises(SlotTaken):
        upsert(status=default_status())
    assert not Appointment.objects.get(external_ref="X1").holds_place


def test_a_status_alone_is_a_change_of_status(upsert):
    upsert()
    arrived = AppointmentStatus.objects.get(arrived=True)
    assert events(upsert(status=arrived).record) == ["booked", "status_changed"]
    assert upsert().record.status == arrived  # nothing said of it


def test_a_place_that_is_taken_is_refused_or_overbooked_if_so_chosen(upsert, clinic):
    start = clinic.appointment.start
    with pytest.raises(SlotTaken):
        upsert(start=start)
    assert not Appointment.objects.filter(external_ref="X1").exists()
    assert upsert(start=start, overbook=True).record.overbooked


def test_what_has_been_is_history_whatever_it_meets(upsert):
    first = upsert(start=NOW - HOUR).record
    second = upsert("X2", start=NOW - HOUR).record
    assert not first.overbooked and second.overbooked


def test_the_end_is_the_types_or_what_is_said_and_the_buffer_stays_as_arranged(upsert, clinic):
    buffered = make_type(name="Assessment", duration_minutes=60, buffer_minutes=15)
    appointment = upsert(appointment_type=buffered).record
    assert appointment.busy_until - appointment.start == timedelta(minutes=75)
    appointment = upsert(appointment_type=buffered, end=TOMORROW + 2 * HOUR).record
    assert appointment.busy_until - appointment.start == timedelta(minutes=135)
    appointment = upsert(appointment_type=buffered, start=TOMORROW + HOUR).record
    assert appointment.busy_until - appointment.start == timedelta(minutes=135)
    assert upsert(start=TOMORROW + HOUR).record.busy_until == TOMORROW + 1.5 * HOUR  # another type


@pytest.mark.parametrize("end", [timedelta(hours=25), timedelta(seconds=90)])
def test_a_time_that_makes_no_sense_is_refused(upsert, end):
    with pytest.raises(SlotNotOffered):
        upsert(end=TOMORROW + end)


def test_it_does_not_change_hands(upsert):
    upsert()
    with pytest.raises(AnotherClients):
        upsert(client=make_client(first_name="Other", email="other@example.org"))


def test_nobody_is_booked_in_for_who_was_anonymised(upsert, clinic):
    type(clinic.client).objects.filter(pk=clinic.client.pk).update(anonymised_at=NOW)
    with pytest.raises(NotAllowed):
        upsert()


def test_its_client_is_reminded_as_of_every_appointment_but_not_at_once(upsert):
    CommunicationTemplate.objects.filter(event="reminder").delete()
    CommunicationTemplate.objects.create(
        name="A day before", event="reminder", channel="email", send_before=timedelta(days=1), subject="S", body="B"
    )
    upsert("soon", start=NOW + 3 * HOUR)
    upsert("later", start=NOW + timedelta(days=5))
    assert queue_reminders(NOW) == 0
    queue_reminders(NOW + timedelta(days=4))
    assert set(OutboundMessage.objects.values_list("appointment__external_ref", flat=True)) == {"later"}


def test_a_sites_own_receivers_hear_of_it(upsert, clinic, django_capture_on_commit_callbacks):
    heard = []

    def receiver(sender, appointment, event, **kwargs):
        heard.append(event.kind)

    for signal in (appointment_booked, appointment_changed, appointment_cancelled):
        signal.connect(receiver)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            upsert()
            upsert(location=make_location(name="Elsewhere"))
            upsert(status=cancelled_status(), location=clinic.location)
    finally:
        for signal in (appointment_booked, appointment_changed, appointment_cancelled):
            signal.disconnect(receiver)
    assert heard == ["booked", "changed", "cancelled"]
