"""Everything that staff write can be listed, added, edited, inspected and deleted."""

import re
from datetime import time, timedelta

import pytest
from django.urls import reverse
from wagtail.admin.icons import get_icons

from tests.factories import NOW, make_type
from tests.processes import ROOT
from wagtail_clientportal.models import (
    AppointmentStatus,
    AppointmentType,
    BookingSettings,
    Client,
    Clinician,
    Location,
    TimeOff,
    TimetabledHours,
)

MODELS = [
    "client",
    "clinician",
    "location",
    "appointmenttype",
    "appointmentstatus",
    "timetabledhours",
    "timeoff",
    "portalsettings",
    "bookingsettings",
]
NO_HOURS = {"working_hours-TOTAL_FORMS": "0", "working_hours-INITIAL_FORMS": "0"}
EMPTY_RICH_TEXT = "null"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("view", ["index", "index_results", "add"])
def test_the_list_and_the_form_open(boss, records, model, view):
    assert boss.get(reverse(f"clientportal_{model}:{view}")).status_code == 200


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("view", ["edit", "inspect", "delete", "history", "usage"])
def test_every_page_of_a_record_opens(boss, records, model, view):
    assert boss.get(reverse(f"clientportal_{model}:{view}", args=[records[model].pk])).status_code == 200


@pytest.mark.parametrize(
    "model", ["client", "clinician", "location", "appointmenttype", "appointmentstatus", "timeoff"]
)
def test_every_list_can_be_searched(boss, records, model):
    assert boss.get(reverse(f"clientportal_{model}:index"), {"q": "nothing is called that"}).status_code == 200


def add(boss, model, data):
    response = boss.post(reverse(f"clientportal_{model}:add"), data)
    assert response.status_code == 302, response.context["form"].errors


def test_a_client_can_be_added_edited_and_deleted(boss, db):
    data = {"first_name": "Ann", "last_name": "Lee", "date_of_birth": "1970-02-03", "mobile": "07700 900456"}
    data |= {"is_active": "on", "portal_access": "on"}
    add(boss, "client", data)
    client = Client.objects.get()
    assert client.mobile_key == "+447700900456"

    response = boss.post(
        reverse("clientportal_client:edit", args=[client.pk]), data | {"last_name": "Ray"}, follow=True
    )
    assert "Ann Ray" in response.content.decode()
    assert Client.objects.get().last_name == "Ray"

    boss.post(reverse("clientportal_client:delete", args=[client.pk]))
    assert not Client.objects.exists()


def test_a_client_is_found_by_both_names_in_any_order(boss, clinic):
    for query in ("hale margaret", "Margaret Hale", "+447700900123"):
        assert b"Margaret Hale" in boss.get(reverse("clientportal_client:index"), {"q": query}).content
    assert b"Margaret Hale" not in boss.get(reverse("clientportal_client:index"), {"q": "margaret smith"}).content


def test_a_location_can_be_added_edited_and_deleted(boss, db):
    add(boss, "location", {"name": "Quay", "timezone": "Europe/Dublin", "is_active": "on"})
    location = Location.objects.get()
    edit = reverse("clientportal_location:edit", args=[location.pk])
    boss.post(edit, {"name": "Old Quay", "timezone": "Europe/Dublin"})
    assert Location.objects.get().name == "Old Quay"
    assert boss.post(edit, {"name": "Old Quay", "timezone": "Middle/Earth"}).status_code == 200
    boss.post(reverse("clientportal_location:delete", args=[location.pk]))
    assert not Location.objects.exists()


def test_a_location_keeps_quiet_hours_which_have_both_ends_or_none(boss, clinic):
    edit = reverse("clientportal_location:edit", args=[clinic.location.pk])
    page = boss.get(edit).content.decode()
    assert "Quiet hours" in page and "For example 21:00." in page
    data = {"name": "Quay", "timezone": "Europe/London", "quiet_from": "21:00"}
    response = boss.post(edit, data)
    assert response.context["form"].errors == {"quiet_until": ["Give both ends of the quiet hours, or neither."]}
    assert boss.post(edit, data | {"quiet_until": "08:00"}).status_code == 302
    clinic.location.refresh_from_db()
    assert (clinic.location.quiet_from, clinic.location.quiet_until) == (time(21), time(8))
    inspected = boss.get(reverse("clientportal_location:inspect", args=[clinic.location.pk])).content.decode()
    assert "Quiet from" in inspected and "Quiet until" in inspected


def test_an_appointment_type_can_be_added_edited_and_deleted(boss, db):
    data = {"name": "Massage", "duration_minutes": "45", "buffer_minutes": "10", "payment": "none", "is_active": "on"}
    add(boss, "appointmenttype", data)
    kind = AppointmentType.objects.get()
    boss.post(reverse("clientportal_appointmenttype:edit", args=[kind.pk]), data | {"duration_minutes": "60"})
    assert AppointmentType.objects.get().duration_minutes == 60
    boss.post(reverse("clientportal_appointmenttype:delete", args=[kind.pk]))
    assert not AppointmentType.objects.exists()


def test_a_status_can_be_added_edited_and_deleted(boss, db):
    add(boss, "appointmentstatus", {"name": "Running late", "colour": "#aa5500", "attending": "on"})
    status = AppointmentStatus.objects.get(name="Running late")
    edit = reverse("clientportal_appointmentstatus:edit", args=[status.pk])
    boss.post(edit, {"name": "Late", "colour": "#aa5500", "attending": "on"})
    assert AppointmentStatus.objects.filter(name="Late").exists()
    boss.post(reverse("clientportal_appointmentstatus:delete", args=[status.pk]))
    assert not AppointmentStatus.objects.filter(name="Late").exists()


def test_the_status_of_cancelled_appointments_cannot_start_to_hold_its_place(boss, db):
    cancelled = AppointmentStatus.objects.get(name="Cancelled")
    data = {"name": "Cancelled", "colour": "#4a5a63", "attending": "on"}
    response = boss.post(reverse("clientportal_appointmentstatus:edit", args=[cancelled.pk]), data)
    assert response.status_code == 200
    assert "so it has to free the place" in response.content.decode()


def test_timetabled_hours_can_be_added_edited_and_deleted(boss, clinic):
    data = {"clinician": clinic.clinician.pk, "location": clinic.location.pk, "date": "2026-12-05"}
    add(boss, "timetabledhours", data | {"start": "10:00", "end": "14:00"})
    row = TimetabledHours.objects.get()
    edit = reverse("clientportal_timetabledhours:edit", args=[row.pk])
    boss.post(edit, data | {"start": "10:00", "end": "00:00"})
    assert TimetabledHours.objects.get().end.hour == 0
    assert boss.post(edit, data | {"start": "10:00", "end": "09:00"}).status_code == 200
    boss.post(reverse("clientportal_timetabledhours:delete", args=[row.pk]))
    assert not TimetabledHours.objects.exists()


def test_a_lead_time_is_a_number_and_a_unit(boss, clinic):
    settings = BookingSettings.objects.get()
    edit = reverse("clientportal_bookingsettings:edit", args=[settings.pk])
    data = {
        "site": clinic.site.pk,
        "lead_time_number": "1.5",
        "lead_time_unit": "hours",
        "lead_days": "0",
        "horizon_days": "90",
        "slot_interval_minutes": "10",
        "off_message": EMPTY_RICH_TEXT,
        "welcome_text": EMPTY_RICH_TEXT,
    }
    assert boss.post(edit, data).status_code == 302
    assert BookingSettings.objects.get().lead_time.total_seconds() == 5400
    assert b"1 hour 30 minutes" in boss.get(reverse("clientportal_bookingsettings:index")).content


def test_a_length_is_said_in_the_same_words_on_every_screen(boss, clinic):
    appointment_type = make_type(name="Assessment", duration_minutes=90, buffer_minutes=75)
    appointment = clinic.book(appointment_type=appointment_type, start=NOW + timedelta(days=9))
    page = boss.get(reverse("clientportal_appointmenttype:index")).content.decode()
    assert "1 hour 30 minutes" in page and "1 hour 15 minutes" in page
    page = boss.get(reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[appointment.pk]))
    assert "1 hour 30 minutes, then 1 hour 15 minutes kept free" in page.content.decode()
    assert "Assessment (1 hour 30 minutes)" in boss.get(reverse("clientportal_appointment:new")).content.decode()


def test_a_clinician_without_appointments_can_be_added_and_deleted(boss, db):
    add(boss, "clinician", {"name": "Bea Ito", "is_active": "on"} | NO_HOURS)
    clinician = Clinician.objects.get()
    boss.post(reverse("clientportal_clinician:delete", args=[clinician.pk]))
    assert not Clinician.objects.exists()


def test_time_off_can_be_deleted(boss, records):
    boss.post(reverse("clientportal_timeoff:delete", args=[records["timeoff"].pk]))
    assert not TimeOff.objects.exists()


def test_every_icon_that_is_named_can_be_drawn():
    named = re.compile(r'icon(?:_name)?\s*=\s*"([\w-]+)"|{% icon name="([\w-]+)"')
    sources = [*ROOT.glob("wagtail_clientportal/**/*.py"), *ROOT.glob("wagtail_clientportal/templates/**/*.html")]
    icons = {one or other for path in sources for one, other in named.findall(path.read_text("utf-8"))}
    assert "rotate" in icons
    assert [icon for icon in sorted(icons) if f'id="icon-{icon}"' not in get_icons()] == []
