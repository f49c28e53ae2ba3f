"""No list asks the database more often because it is longer."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, default_status
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    AppointmentType,
    Client,
    ClientMessage,
    Clinician,
    Location,
    Notification,
    OutboundMessage,
    TimeOff,
    TimetabledHours,
)

FEW, MANY = 10, 10_000


def clients(clinic, numbers):
    return [Client(first_name="Jo", last_name=f"Bloggs {n}", email=f"jo{n}@example.org") for n in numbers]


def appointments(clinic, numbers):
    common = {
        "client": clinic.client,
        "clinician": clinic.clinician,
        "location": clinic.location,
        "appointment_type": clinic.appointment_type,
        "status": default_status(),
        "holds_place": True,
        "overbooked": True,
    }
    starts = [NOW + timedelta(hours=n) for n in numbers]
    return [Appointment(start=one, end=one + A_WHILE, busy_until=one + A_WHILE, **common) for one in starts]


A_WHILE = timedelta(minutes=30)


def messages(clinic, numbers):
    return [ClientMessage(client=clinic.client, appointment=clinic.appointment, body=f"Hello {n}") for n in numbers]


def communications(clinic, numbers):
    return [
        OutboundMessage(
            about="reminder",
            client=clinic.client,
            appointment=clinic.appointment,
            channel="email",
            recipient="margaret@example.org",
            dedupe_key=f"test:{n}",
        )
        for n in numbers
    ]


def notifications(clinic, numbers):
    boss = get_user_model().objects.get(username="boss")
    event, _made = AppointmentEvent.objects.get_or_create(
        appointment=clinic.appointment, kind="cancelled", by_kind="client", at=NOW, new_start=clinic.appointment.start
    )
    return [
        Notification(recipient=boss, kind="cancelled", event=event, appointment=clinic.appointment) for _n in numbers
    ]


def time_off(clinic, numbers):
    starts = [NOW + timedelta(days=n) for n in numbers]
    return [TimeOff(clinician=clinic.clinician, location=clinic.location, start=s, end=s + A_WHILE) for s in starts]


def timetabled_hours(clinic, numbers):
    return [
        TimetabledHours(
            clinician=clinic.clinician,
            location=clinic.location,
            date=(NOW + timedelta(days=n)).date(),
            start=NOW.time(),
            end=(NOW + A_WHILE).time(),
        )
        for n in numbers
    ]


def locations(clinic, numbers):
    return [Location(name=f"Rooms {n}") for n in numbers]


def appointment_types(clinic, numbers):
    return [AppointmentType(name=f"Kind {n}", duration_minutes=30) for n in numbers]


def statuses(clinic, numbers):
    return [AppointmentStatus(name=f"Status {n}") for n in numbers]


def clinicians(clinic, numbers):
    Clinician.locations.through.objects.all().delete()
    made = Clinician.objects.bulk_create([Clinician(name=f"Clinician {n}") for n in numbers])
    at = Clinician.locations.through
    return [at(clinician=one, location=clinic.location) for one in made]


LISTS = {
    "clientportal_appointmentstatus:index": statuses,
    "clientportal_appointmenttype:index": appointment_types,
    "clientportal_clinician:index": clinicians,
    "clientportal_location:index": locations,
    "clientportal_client:index": clients,
    "clientportal_figures:index": appointments,
    "clientportal_notification:index": notifications,
    "clientportal_timeoff:index": time_off,
    "clientportal_timetabledhours:index": timetabled_hours,
    "wagtail_clientportal_appointment_modeladmin_index": appointments,
    "wagtail_clientportal_clientmessage_modeladmin_index": messages,
    "wagtail_clientportal_outboundmessage_modeladmin_index": communications,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_often_at_10_as_at_10_000(boss, clinic, name):
    make, url = LISTS[name], reverse(name)

    def fill(numbers):
        rows = make(clinic, numbers)
        type(rows[0]).objects.bulk_create(rows)
        boss.get(url)  # what is looked up once a process
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert boss.get(url).status_code == 200
        return len(queries)

    assert fill(range(FEW)) >= fill(range(FEW, MANY))
