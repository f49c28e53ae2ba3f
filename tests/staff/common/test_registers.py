"""The registers are read and searched; an appointment's page says everything that happened to it."""

import csv
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.factories import NOW, cancelled_status, make_client, make_clinician, make_location
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.record_payment import record_payment
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.models import (
    AbsenceReason,
    AppointmentEvent,
    AppointmentStatus,
    AppointmentType,
    ClientMessage,
    OutboundMessage,
    PortalPolicy,
)

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


def test_what_strangers_type_is_in_no_list_and_what_the_clinic_knows_is(boss, clinic):
    make_client(first_name="Gone", email="gone@example.org", mobile="07700 900456", is_active=False)
    for number in range(60):
        request_link(f"stranger{number}@example.net", clinic.site, now=NOW)
    for contact in ("gone@example.org", "07700 900456", *["Margaret@Example.org"] * 4):
        request_link(contact, clinic.site, now=NOW)
    for deliver in (lambda: None, lambda: deliver_due(now=NOW)):
        deliver()
        page = boss.get(register("outboundmessage")).content.decode()
        assert "stranger" not in page and "Page 1 of 1" in page
        assert page.count("margaret@example.org") == 4
        assert "gone@example.org" in page and "+447700900456" in page
    for query in ({"q": "stranger7@example.net"}, {"status": "dropped"}):
        assert "<td>stranger" not in boss.get(register("outboundmessage"), query).content.decode()
    exported = b"".join(boss.get(register("outboundmessage"), {"export": "csv"}).streaming_content).decode()
    assert "gone@example.org" in exported and "stranger" not in exported
    assert OutboundMessage.objects.filter(recipient__startswith="stranger").count() == 60


@pytest.mark.parametrize("model", REGISTERS)
def test_nothing_can_be_written_in_a_register(boss, records, model):
    for action in ("create", f"edit/{records[model].pk}", f"delete/{records[model].pk}"):
        assert boss.get(f"/admin/wagtail_clientportal/{model}/{action}/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"when": "upcoming"},
        {"when": "past"},
        {"status": "1"},
        {"q": "hale"},
        {"q": "\0"},
        {"client": "x"},
        {"by_clients": ""},
        {"by_clients": "changed,2026-11-23"},
        {"by_clients": "changed,9999-12-31T00:00:00+00:00"},
        {"by_clients": "seen,2026-11-23T08:00:00+00:00"},
        {"p": "99999"},
        {"o": "-1"},
    ],
)
def test_the_appointments_can_be_filtered_and_searched(boss, records, query):
    assert boss.get(register("appointment"), query, follow=True).status_code == 200


def test_of_what_is_to_come_the_next_is_listed_first_and_of_what_was_the_last(boss, clinic):
    for days in (9, 4, -3, -8):
        clinic.book(start=NOW + timedelta(days=days, hours=1))

    def listed(**query):
        page = boss.get(register("appointment"), query)
        return [one.start.day for one in page.context["page_obj"]]

    assert listed() == [25, 27, 2, 20, 15]
    assert listed(when="upcoming") == [25, 27, 2]
    assert listed(when="past") == [20, 15]
    assert listed(when="year") == [25, 27, 2, 20, 15]
    assert listed(when="week") == [25, 27]  # from Monday to Sunday
    assert listed(days_from="20/11/2026", days_to="25 Nov") == [20, 25]
    assert listed(days_to="20/11/2026") == [15, 20]
    assert listed(ordering="-start") == [2, 27, 25, 20, 15]  # as the column was asked for


def test_a_day_is_the_clinics_whoever_asks(boss, clinic):
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.current_time_zone = "Pacific/Auckland"
    profile.save()
    today = clinic.book(start=NOW.replace(hour=23, minute=30))
    clinic.book(start=NOW + timedelta(days=1))
    for query in ({"when": "today"}, {"days_from": "23/11/2026", "days_to": "23/11/2026"}):
        assert [one.pk for one in boss.get(register("appointment"), query).context["page_obj"]] == [today.pk]


def test_filters_combine_and_are_offered_where_there_is_a_choice(boss, clinic):
    ben, tom = make_clinician(name="Ben"), make_client(first_name="Old", last_name="Tom")
    only = boss.get(register("clientmessage")).context["filters"].form
    assert list(only.fields) == ["when", "days", "handled", "clinician"]
    clinic.book(clinician=ben, client=tom, start=NOW + timedelta(days=1))
    clinic.book(clinician=ben, client=tom, start=NOW - timedelta(days=1), status=cancelled_status())
    clinic.book(clinician=ben, start=NOW + timedelta(days=2))
    page = boss.get(register("appointment"), {"clinician": ben.pk, "client": tom.pk, "when": "upcoming"})
    assert [one.start.day for one in page.context["page_obj"]] == [24]
    assert "location" not in page.context["filters"].form.fields
    both = boss.get(register("appointment"), {"status": [one.pk for one in AppointmentStatus.objects.all()]})
    assert len(both.context["page_obj"]) == 4


def test_messages_and_communications_are_narrowed_by_whom_where_and_what_they_are_about(boss, clinic):
    ben, mill = make_clinician(name="Ben"), make_location(name="The Mill")
    massage = AppointmentType.objects.create(name="Massage", duration_minutes=30)
    theirs = clinic.book(clinician=ben, location=mill, appointment_type=massage, start=NOW + timedelta(days=1))
    for one in (clinic.appointment, theirs):
        about = {"client": clinic.client, "appointment": one}
        ClientMessage.objects.create(**about, body="Hello")
        OutboundMessage.objects.create(**about, about="reminder", channel="email", dedupe_key=f"test:{one.pk}")
    OutboundMessage.objects.create(client=clinic.client, about="sign_in", channel="email", dedupe_key="test:link")
    for model, all_of_them in (("clientmessage", 2), ("outboundmessage", 3)):
        assert len(boss.get(register(model)).context["page_obj"]) == all_of_them
        for query in ({"clinician": ben.pk}, {"location": mill.pk}, {"type": massage.pk}):
            found = boss.get(register(model), query).context["page_obj"]
            assert [one.appointment for one in found] == [theirs], (model, query)


@pytest.fixture
def gone(clinic):
    """Two appointments that were cancelled, one for a reason that was noted, and one whose client came after all."""
    AbsenceReason.objects.all().delete()
    ill = AbsenceReason.objects.create(name="Ill")
    of_the_ill, came, untold = (
        clinic.book(client=make_client(first_name=name, last_name="Tom"), start=NOW + timedelta(days=days))
        for days, name in enumerate(("Ill", "Came", "Untold"), start=1)
    )
    for one in (of_the_ill, came):
        cancel(one, by=None, reason=ill)
    cancel(untold, by=None)
    set_status(came, clinic.appointment.status, by=None)
    record_payment(of_the_ill, 10, method="cash", by=None)  # writes a line of history too
    return ill


def test_appointments_are_narrowed_by_why_their_clients_did_not_come(boss, clinic, gone):
    AbsenceReason.objects.create(name="Moved away", is_active=False)

    def named(*reasons):
        page = boss.get(register("appointment"), {"reason": reasons})
        return sorted(one.client.first_name for one in page.context["page_obj"])

    assert named(gone.pk) == ["Ill"]
    assert named("none") == ["Untold"]
    assert named(gone.pk, "none") == ["Ill", "Untold"]
    assert len(named()) == 4
    offered = boss.get(register("appointment")).context["filters"].form.fields["reason"].choices
    assert [label for _value, label in offered] == ["Ill", "Moved away", "None given"]


def test_a_clinic_without_a_list_of_reasons_has_no_filter_by_them(boss, clinic):
    AbsenceReason.objects.all().delete()
    assert "reason" not in boss.get(register("appointment")).context["filters"].form.fields


def test_the_exported_appointments_say_why_their_clients_did_not_come(boss, gone):
    lines = b"".join(boss.get(register("appointment"), {"export": "csv"})).decode().splitlines()
    rows = {row["Client"]: row["Reason for not coming"] for row in csv.DictReader(lines)}
    assert rows == {"Ill Tom": "Ill", "Came Tom": "", "Untold Tom": "", "Margaret Hale": ""}


def test_upcoming_and_past_appointments_are_told_apart(boss, clinic):
    clinic.book(client=make_client(first_name="Old", last_name="Tom"), start=NOW - timedelta(days=3))
    upcoming = boss.get(register("appointment"), {"when": "upcoming"}).content.decode()
    assert "Margaret Hale" in upcoming
    assert "Old Tom" not in upcoming


def test_a_register_says_what_it_is_narrowed_to_and_leads_out_of_it(boss, clinic):
    narrowed = {"when": "upcoming", "client": clinic.client.pk}
    page = boss.get(register("appointment"), narrowed).content.decode()
    for said, without in (
        (">Upcoming<", f"?client={clinic.client.pk}&amp;"),
        (">Margaret Hale<", "?when=upcoming&amp;"),
    ):
        assert f'<b class="w-ml-1"{said}/b>' in page
        assert f'data-w-swap-src-value="{register("appointment")}results/{without}' in page
    assert "w-active-filters" not in boss.get(register("appointment")).content.decode()


def test_who_may_not_see_clients_reads_no_name_off_an_address(staff_with, clinic):
    staff, secret = staff_with("view_appointment"), make_client(first_name="Nobody's", last_name="Business")
    page = staff.get(register("appointment"), {"client": secret.pk}).content.decode()
    assert "one only" in page and "Business" not in page


def test_results_alone_are_fetched_by_whoever_may_read_them(boss, client, clinic):
    results = reverse("wagtail_clientportal_appointment_modeladmin_index_results")
    part = boss.get(results, {"q": "hale"}).content.decode()
    assert "Margaret Hale" in part and "<html" not in part and "1 appointment" in part
    assert "No appointments match your query." in boss.get(results, {"q": "zzz"}).content.decode()


@pytest.mark.parametrize("words", ["Hale, Margaret", "hale", "SW1A 1AA", "sw1a1aa", "margaret@example.org"])
def test_an_appointment_is_found_by_its_client(boss, clinic, words):
    clinic.book(client=make_client(first_name="Old", last_name="Tom", email="", postcode="N1 9GU"), overbooked=True)
    page = boss.get(register("appointment"), {"q": words}).content.decode()
    assert "Margaret Hale" in page and "Old Tom" not in page


def test_a_row_says_its_status_in_colour_and_that_it_is_overbooked(boss, clinic):
    assert "overbooked" not in boss.get(register("appointment")).content.decode()
    clinic.book(overbooked=True)
    page = boss.get(register("appointment")).content.decode()
    assert f'fill="{clinic.appointment.status.colour}"' in page and "overbooked" in page


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
    assert "Mon 23 Nov 2026, 08:00" in page
    assert "Tue 24 Nov 2026, 10:00 → Wed 25 Nov 2026, 10:00" in page
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
    assert "Mon 23 Nov 2026, 08:00 → Mon 23 Nov 2026, 03:00, New York time" in page
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
    link = f"{register('appointment')}?client={clinic.client.pk}"
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
