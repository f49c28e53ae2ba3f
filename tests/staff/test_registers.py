"""The registers are read and searched; an appointment's page says everything that happened to it."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.factories import NOW, cancelled_status, make_client, make_location
from wagtail_clientportal.models import AppointmentEvent, PortalPolicy

REGISTERS = ["appointment", "clientmessage", "outboundmessage"]


def register(model):
    return reverse(f"wagtail_clientportal_{model}_modeladmin_index")


def page_of(boss, model, record):
    url = reverse(f"wagtail_clientportal_{model}_modeladmin_inspect", args=[record.pk])
    response = boss.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("model", REGISTERS)
def test_a_register_opens_full_and_empty(boss, db, records, model):
    assert "Margaret Hale" in boss.get(register(model)).content.decode()
    assert "Margaret Hale" not in boss.get(register(model), {"q": "somebody else"}).content.decode()


@pytest.mark.parametrize("model", REGISTERS)
def test_nothing_can_be_written_in_a_register(boss, records, model):
    for action in ("create", f"edit/{records[model].pk}", f"delete/{records[model].pk}"):
        assert boss.get(f"/admin/wagtail_clientportal/{model}/{action}/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"when": "upcoming"},
        {"when": "past"},
        {"status__id__exact": "1"},
        {"q": "hale"},
        {"q": "\0"},
        {"client__id__exact": "x"},
        {"p": "99999"},
        {"o": "-1"},
    ],
)
def test_the_appointments_can_be_filtered_and_searched(boss, records, query):
    assert boss.get(register("appointment"), query, follow=True).status_code == 200


def test_upcoming_and_past_appointments_are_told_apart(boss, clinic, time_machine):
    time_machine.move_to(NOW)
    clinic.book(client=make_client(first_name="Old", last_name="Tom"), start=NOW - timedelta(days=3))
    upcoming = boss.get(register("appointment"), {"when": "upcoming"}).content.decode()
    assert "Margaret Hale" in upcoming
    assert "Old Tom" not in upcoming


def test_a_register_says_what_it_is_narrowed_to_and_leads_out_of_it(boss, clinic):
    narrowed = {"when": "upcoming", "client__id__exact": clinic.client.pk}
    response = boss.get(register("appointment"), narrowed)
    assert [one["url_without"] for one in response.context["narrowed_to"]] == [
        f"?client__id__exact={clinic.client.pk}",
        "?when=upcoming",
    ]
    assert "Stop filtering by client" in response.content.decode()
    assert boss.get(register("appointment")).context["narrowed_to"] == []


def test_the_first_page_offers_the_next_ones(boss, clinic):
    for _ in range(400):
        clinic.book(overbooked=True)
    assert "?p=3" in boss.get(register("appointment")).content.decode()


def test_the_register_asks_the_database_as_often_for_many_appointments(boss, clinic):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            boss.get(register("appointment"))
        return len(captured)

    boss.get(register("appointment"))
    few = queries()
    for number in range(15):
        clinic.book(client=make_client(last_name=f"Hale {number}"), start=NOW + timedelta(days=number))
    assert queries() == few


def test_an_appointment_says_its_time_in_the_locations_zone_whoever_reads_it(boss, clinic):
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.current_time_zone = "Pacific/Auckland"
    profile.save()
    brooklyn = make_location(name="Brooklyn", timezone="America/New_York")
    appointment = clinic.book(location=brooklyn, start=NOW.replace(hour=15))
    said = "Mon 23 Nov 2026, 10:00–10:30, New York time"
    assert said in page_of(boss, "appointment", appointment)
    assert said in boss.get(register("appointment")).content.decode()


def test_the_history_says_who_did_what_when_from_what_to_what(boss, records):
    page = page_of(boss, "appointment", records["appointment"])
    assert "Appointment History" in page
    assert "Changed" in page
    assert "Mon 23 Nov 2026, 08:00, London time" in page
    assert "Tue 24 Nov 2026, 10:00, London time → Wed 25 Nov 2026, 10:00, London time" in page
    revision = PortalPolicy.objects.get().live_revision
    assert f"“Standard policy”, revision {revision.pk} of" in page
    assert "(shown to the client)" in page


def test_a_move_to_another_place_says_each_time_in_its_own_zone(boss, clinic):
    brooklyn = make_location(name="Brooklyn", timezone="America/New_York")
    AppointmentEvent.objects.create(
        appointment=clinic.appointment,
        kind="changed",
        at=NOW,
        by_kind="staff",
        by_user=get_user_model().objects.get(username="boss"),
        old_start=NOW,
        new_start=NOW,
        old_location=clinic.location,
        new_location=brooklyn,
        old_status=clinic.appointment.status,
        new_status=cancelled_status(),
    )
    page = page_of(boss, "appointment", clinic.appointment)
    assert "Mon 23 Nov 2026, 08:00, London time → Mon 23 Nov 2026, 03:00, New York time" in page
    assert "Harbour Rooms → Brooklyn" in page
    assert "Booked → Cancelled" in page
    assert "boss (staff)" in page


def test_what_a_client_wrote_is_text(boss, records):
    for page in (
        page_of(boss, "appointment", records["appointment"]),
        page_of(boss, "clientmessage", records["clientmessage"]),
        boss.get(register("clientmessage")).content.decode(),
    ):
        assert "The &lt;b&gt;bus&lt;/b&gt; is late." in page
        assert "<b>bus</b>" not in page


def test_an_appointment_says_what_became_of_its_messages(boss, records):
    page = page_of(boss, "appointment", records["appointment"])
    assert "Failed" in page
    assert "The mailbox is full." in page
    assert "margaret@example.org" in page
    assert "The mailbox is full." in page_of(boss, "outboundmessage", records["outboundmessage"])


def test_a_clients_page_leads_to_their_appointments(boss, clinic):
    clinic.book(client=make_client(first_name="Other", last_name="Person"), start=NOW + timedelta(days=3))
    page = boss.get(reverse("clientportal_client:edit", args=[clinic.client.pk])).content.decode()
    link = f"{register('appointment')}?client__id__exact={clinic.client.pk}"
    assert link in page
    theirs = boss.get(link).content.decode()
    assert "Margaret Hale" in theirs
    assert "Other Person" not in theirs


def test_wagtails_log_of_a_client_holds_no_name(boss, clinic):
    edit = reverse("clientportal_client:edit", args=[clinic.client.pk])
    boss.post(edit, {"first_name": "Margaret", "last_name": "Hale-Thornton", "portal_access": "on"}, follow=True)
    log = boss.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    assert f"Client #{clinic.client.pk}" in log
    assert "Hale" not in log
