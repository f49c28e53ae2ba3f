"""Lists stay quick when they are long: nothing is read, counted or searched beyond what somebody looks at."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from tests.factories import NOW, make_client
from wagtail_clientportal.models import ClientMessage, Notification, OutboundMessage
from wagtail_clientportal.staff.common import exports as safe_export
from wagtail_clientportal.staff.common.listing import RegisterPaginator

APPOINTMENTS = "wagtail_clientportal_appointment_modeladmin_index"
COMMUNICATIONS = "wagtail_clientportal_outboundmessage_modeladmin_index"
MESSAGES = "wagtail_clientportal_clientmessage_modeladmin_index"
REGISTERS = [APPOINTMENTS, COMMUNICATIONS, MESSAGES]
SEARCHED = [
    *REGISTERS,
    "clientportal_client:index",
    "clientportal_clinician:index",
    "clientportal_location:index",
    "clientportal_timeoff:index",
    "clientportal_timetabledhours:index",
    "clientportal_client_chooser:choose_results",
]


def page(staff, name, **query):
    response = staff.get(reverse(name), query)
    assert response.status_code == 200
    return response.content.decode()


def lines_of(staff, name, **query):
    return b"".join(staff.get(reverse(name), {"export": "csv"} | query)).decode().splitlines()


@pytest.mark.parametrize("name", SEARCHED)
def test_1500_words_are_searched_like_a_few(boss, records, name):
    with CaptureQueriesContext(connection) as captured:
        assert boss.get(reverse(name), {"q": " ".join(f"w{number}" for number in range(1500))}).status_code < 400
    assert not [query["sql"] for query in captured if "w100%" in query["sql"]]


def test_1500_words_in_the_log_are_searched_like_a_few(boss, records):
    words = " ".join(f"w{number}" for number in range(1500))
    assert boss.get(reverse("clientportal_client:log"), {"client": words}).status_code == 200


def test_words_that_come_twice_count_once(boss, clinic):
    make_client(first_name="Old", last_name="Tom")
    found = page(boss, "clientportal_client:index", q="hale " * 20 + "margaret")
    assert "Margaret Hale" in found
    assert "Old Tom" not in found


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_counts_no_further_than_anybody_reads(boss, records, monkeypatch, name):
    model = {APPOINTMENTS: "appointment", COMMUNICATIONS: "outboundmessage", MESSAGES: "clientmessage"}[name]
    template = records[model]
    for number in range(45):
        template.pk = None
        if model == "appointment":
            template.public_id, template.overbooked = None, True
            template.public_id = template._meta.get_field("public_id").default()
        if model == "outboundmessage":
            template.dedupe_key = f"one more {number}"
        template.save(force_insert=True)
    assert "Page 1 of 3" in page(boss, name)
    monkeypatch.setattr(RegisterPaginator, "limit", 40)
    with CaptureQueriesContext(connection) as captured:
        first = page(boss, name)
    table = f"wagtail_clientportal_{model}"
    counting = [query["sql"] for query in captured if "COUNT(" in query["sql"] and table in query["sql"]]
    assert all("LIMIT" in statement for statement in counting)
    assert "Page 1 of 2" in first
    assert "The first 40" in first
    assert "Page 2 of 2" in page(boss, name, p=2)
    assert "Page 2 of 2" in page(boss, name, p=3)


def test_a_menu_says_99_and_no_higher_number(boss, clinic):
    user = get_user_model().objects.get(username="boss")
    told = [Notification(recipient=user, kind="failed_checks", created_at=NOW) for _number in range(101)]
    Notification.objects.bulk_create(told[:99])
    assert "Notifications (99)" in page(boss, "wagtailadmin_home")
    Notification.objects.bulk_create(told[99:])
    home = page(boss, "wagtailadmin_home")
    assert "Notifications (99+)" in home
    assert "99+ unread notifications" in home


def test_all_of_many_notifications_are_marked_as_read(boss, clinic):
    user = get_user_model().objects.get(username="boss")
    Notification.objects.bulk_create(
        Notification(recipient=user, kind="failed_checks", created_at=NOW) for _number in range(45)
    )
    newest = boss.get(reverse("clientportal_notification:index")).context["newest"]
    boss.post(reverse("clientportal_notification:read_all"), {"newest": newest})
    assert not Notification.objects.filter(read_at=None).exists()


def test_communications_are_found_by_how_an_address_begins(boss, records):
    OutboundMessage.objects.create(
        about="sign_in", channel="email", recipient="stranger@example.org", status="sent", dedupe_key="stranger"
    )
    found = page(boss, COMMUNICATIONS, q="Stranger@")
    assert "stranger@example.org" in found
    assert "margaret@example.org" not in found
    assert "margaret@example.org" in page(boss, COMMUNICATIONS, q="0900123")


def test_no_contact_is_found_out_from_the_communications(staff_with, records):
    staff = staff_with("view_outboundmessage")
    assert "Margaret Hale" in page(staff, COMMUNICATIONS, q="hale")
    assert "Margaret Hale" not in page(staff, COMMUNICATIONS, q="900123")
    assert "Margaret Hale" not in page(staff, COMMUNICATIONS, q="SW1A 1AA")


def test_appointments_are_found_by_their_reference(boss, clinic):
    clinic.book(client=make_client(first_name="Old", last_name="Tom"), external_ref="XR-7", overbooked=True)
    found = page(boss, APPOINTMENTS, q=" XR-7 ")
    assert "Old Tom" in found
    assert "Margaret Hale" not in found


def test_many_clients_of_one_name_are_all_found(boss, clinic, monkeypatch):
    monkeypatch.setattr("wagtail_clientportal.staff.common.client_search._FEW", 1)
    clinic.book(client=make_client(first_name="Edith"), overbooked=True)
    clinic.book(client=make_client(first_name="Old", last_name="Tom"), overbooked=True)
    found = page(boss, APPOINTMENTS, q="hale")
    assert "Margaret Hale" in found
    assert "Edith Hale" in found
    assert "Old Tom" not in found


# Exports


def test_an_export_of_appointments_takes_a_year_unless_everything_is_asked_for(boss, clinic):
    old = make_client(first_name="Long", last_name="Ago")
    clinic.book(client=old, start=NOW - timedelta(days=400))
    assert len(lines_of(boss, APPOINTMENTS)) == 2
    assert len(lines_of(boss, APPOINTMENTS, years="all")) == 3
    assert "Long Ago" in lines_of(boss, APPOINTMENTS, when="past")[1]
    assert "Long Ago" in page(boss, APPOINTMENTS)
    assert "Long Ago" not in page(boss, APPOINTMENTS, when="year")


def test_an_export_of_communications_takes_a_year_unless_everything_is_asked_for(boss, records):
    OutboundMessage.objects.update(created_at=NOW - timedelta(days=400))
    assert len(lines_of(boss, COMMUNICATIONS)) == 1
    assert len(lines_of(boss, COMMUNICATIONS, years="all")) == 2


@pytest.mark.parametrize("name", [APPOINTMENTS, COMMUNICATIONS])
def test_the_register_offers_a_year_and_everything(boss, records, name):
    offered = page(boss, name, q="hale")
    assert "Download CSV: from a year ago on" in offered
    assert "?q=hale&amp;export=csv&amp;years=all" in offered
    chosen = page(boss, name, when="year")
    assert "from a year ago on" not in chosen
    assert "?when=year&amp;export=csv" in chosen


@pytest.mark.parametrize("name", [APPOINTMENTS, "clientportal_client:index"])
def test_too_many_rows_for_a_workbook_are_refused_with_a_way_on(boss, clinic, monkeypatch, name):
    monkeypatch.setattr(safe_export, "XLSX_ROW_LIMIT", 1)
    clinic.book(client=make_client(first_name="Edith"), start=NOW)
    # Offered by the results that are fetched while somebody types, too.
    response = boss.get(reverse(f"{name}_results"), {"export": "xlsx", "q": "hale"}, follow=True)
    assert response.redirect_chain == [(f"{reverse(name)}?q=hale", 302)]
    assert "These are 2 rows, and an XLSX file takes 1 here. Download CSV" in response.content.decode()
    assert not ModelLogEntry.objects.filter(action="clientportal.export_list").exists()
    monkeypatch.setattr(safe_export, "XLSX_ROW_LIMIT", 2)
    workbook = boss.get(reverse(name), {"export": "xlsx", "q": "hale"})
    assert len(list(load_workbook(BytesIO(b"".join(workbook))).active.rows)) == 3


def test_a_file_speaks_its_readers_language_to_the_last_line(boss, clinic):
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.preferred_language = "fr"
    profile.save()
    heading, line = lines_of(boss, APPOINTMENTS)
    assert "Fuseau horaire,Type de rendez-vous" in heading
    assert "heure de Londres" in line


@pytest.mark.parametrize("name", [APPOINTMENTS, "clientportal_client:index"])
def test_an_export_reads_a_piece_at_a_time(boss, clinic, monkeypatch, name):
    monkeypatch.setattr(safe_export, "_PIECE", 2)
    names = ["Edith", "Fanny", "Hannah", "Maria"]
    for number, first_name in enumerate(names):
        clinic.book(client=make_client(first_name=first_name), start=NOW + timedelta(hours=number))
    with CaptureQueriesContext(connection) as captured:
        lines = lines_of(boss, name)
    whole = [query["sql"] for query in captured if "postcode_key" in query["sql"].rpartition(" WHERE ")[0]]
    assert len(whole) == 3
    assert len(lines) == 6
    assert all(sum(first_name in line for line in lines) == 1 for first_name in names)


def test_a_message_is_deferred_to_where_it_is_read(boss, records):
    ClientMessage.objects.all().delete()
    with CaptureQueriesContext(connection) as captured:
        page(boss, COMMUNICATIONS)
        page(boss, "clientportal_notification:index")
    assert not [query["sql"] for query in captured if 'outboundmessage"."body' in query["sql"].replace("`", '"')]
