"""What leaves the admin as a file: all that is held about one client, and spreadsheets without formulas."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from tests.factories import NOW, make_client
from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.models import Client, ClientMessage, MagicLink, Notification, OutboundMessage
from wagtail_clientportal.staff.common.exports import neutral

FORMULA = '=HYPERLINK("http://evil.example","Click")'
LIST = "clientportal_client:index"
APPOINTMENTS = "wagtail_clientportal_appointment_modeladmin_index"
COMMUNICATIONS = "wagtail_clientportal_outboundmessage_modeladmin_index"


def export_url(client):
    return reverse("clientportal_client:export", args=[client.pk])


def downloaded(staff, client):
    response = staff.post(export_url(client))
    assert response.status_code == 200
    return response, ZipFile(BytesIO(response.content))


def body(response):
    return b"".join(response) if response.streaming else response.content


def csv_of(staff, url):
    return body(staff.get(url, {"export": "csv"})).decode()


def xlsx_of(staff, url):
    sheet = load_workbook(BytesIO(body(staff.get(url, {"export": "xlsx"})))).active
    return [cell for row in sheet.iter_rows() for cell in row]


# Everything about one client


def test_the_page_explains_before_anything_is_given(boss, clinic):
    response = boss.get(export_url(clinic.client))
    assert response["Content-Type"].startswith("text/html")
    assert "client.json" in response.content.decode()
    assert not ModelLogEntry.objects.filter(action="clientportal.export").exists()


def test_one_file_holds_everything_and_names_nobody_outside(boss, records, clinic):
    token = mint_appointment_link(clinic.appointment, NOW)
    other = mint_sign_in_link("margaret@example.org", clinic.site, NOW)
    recipient = ModelLogEntry._meta.get_field("user").related_model.objects.get(username="boss")
    Notification.objects.create(recipient=recipient, kind="client_message", appointment=clinic.appointment)
    response, archive = downloaded(boss, clinic.client)
    assert "hale" not in response["Content-Disposition"].lower()
    held = json.loads(archive.read("client.json"))
    assert held["client"]["postcode"] == "SW1A 1AA"
    assert held["client"]["date_of_birth"] == "1956-12-09"
    assert held["client"]["email_opt_in"] and held["client"]["email_reminders"] and held["client"]["sms_reminders"]
    (appointment,) = held["appointments"]
    assert appointment["start"] == {
        "utc": "2026-11-25T10:00:00+00:00",
        "local": "2026-11-25T10:00:00+00:00",
        "time_zone": "Europe/London",
    }
    assert appointment["history"][0]["what"] == "changed"
    assert held["messages"][0]["text"] == "The <b>bus</b> is late."
    assert held["communications"][0]["why"] == "The mailbox is full."
    assert {link["kind"] for link in held["links"]} == {"appointment", "sign_in"}
    assert "boss" in [told["to"] for told in held["notifications_to_staff"]]
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for link in MagicLink.objects.all():
        for secret in (token, other, link.token_hash, str(link.public_id)):
            assert secret not in everything
    texts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("messages/")]
    assert any("The <b>bus</b> is late." in text for text in texts)
    assert any("margaret@example.org" in text for text in texts)


def test_it_names_staff_as_they_are_called_and_never_by_what_they_log_in_with(boss, clinic, django_user_model):
    ann = django_user_model.objects.create_user("a.oakes", first_name="Ann", last_name="Oakes")
    cancel(clinic.appointment, by=ann, now=NOW)
    ClientMessage.objects.create(client=clinic.client, body="Thank you.", handled_at=NOW, handled_by=ann)
    Notification.objects.create(recipient=ann, kind="client_message", client=clinic.client, handled_by=ann)
    _response, archive = downloaded(boss, clinic.client)
    held = json.loads(archive.read("client.json"))
    assert held["appointments"][0]["history"][0]["by_user"] == "Ann Oakes"
    assert held["messages"][0]["handled_by"] == "Ann Oakes"
    assert ("Ann Oakes", "Ann Oakes") in {(one["to"], one["handled_by"]) for one in held["notifications_to_staff"]}
    assert "a.oakes" not in archive.read("client.json").decode()


def test_the_sign_in_links_asked_for_with_their_contact_are_in_it(boss, clinic):
    request_link(clinic.client.email, clinic.site, now=NOW)
    request_link("stranger@example.org", clinic.site, now=NOW)
    _response, archive = downloaded(boss, clinic.client)
    held = json.loads(archive.read("client.json"))
    assert [one["recipient"] for one in held["communications"]] == ["margaret@example.org"]


def test_somebody_elses_things_are_not_in_it(boss, records, clinic):
    other = make_client(first_name="Other", email="other@example.org", mobile="")
    ClientMessage.objects.create(client=other, body="Mine alone.")
    _response, archive = downloaded(boss, clinic.client)
    assert "Mine alone." not in "".join(archive.read(name).decode() for name in archive.namelist())


def test_an_empty_record_can_be_exported_too(boss, clinic):
    _response, archive = downloaded(boss, Client.objects.create(first_name="A", last_name="B"))
    assert archive.namelist() == ["client.json"]


def test_the_export_is_logged_and_for_those_alone_who_may(boss, staff_with, clinic):
    downloaded(boss, clinic.client)
    entry = ModelLogEntry.objects.get(action="clientportal.export")
    assert (entry.label, entry.object_id, entry.user.username) == (
        f"Client #{clinic.client.pk}",
        str(clinic.client.pk),
        "boss",
    )
    other = staff_with("view_client", "change_client")
    for response in (other.get(export_url(clinic.client)), other.post(export_url(clinic.client))):
        assert response.status_code == 302
    assert ModelLogEntry.objects.filter(action="clientportal.export").count() == 1


# Spreadsheets


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\xa0="])
def test_what_begins_like_a_formula_gets_an_apostrophe(beginning):
    assert neutral(f"{beginning}1+1") == f"'{beginning}1+1"


@pytest.mark.parametrize("value", ["Hale", "", "a=b", 3, -3, None, True])
def test_what_is_no_formula_stays_as_it_is(value):
    assert neutral(value) is value


def test_the_list_of_clients_is_exported_without_formulas(boss, clinic):
    Client.objects.update(first_name=FORMULA, mobile="+44 7700 900123")
    text = csv_of(boss, reverse(LIST))
    assert "\"'=HYPERLINK(" in text
    assert "'+44 7700 900123" in text
    assert "1956-12-09" in text
    cells = xlsx_of(boss, reverse(LIST))
    assert f"'{FORMULA}" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]
    logged = ModelLogEntry.objects.filter(action="clientportal.export_list")
    assert [(entry.label, entry.data) for entry in logged] == [("Client list", {"rows": 1})] * 2


def test_the_list_is_exported_as_it_is_searched(boss, clinic):
    make_client(last_name="Reed", email="reed@example.net")
    text = body(boss.get(reverse(LIST), {"export": "csv", "q": "reed"})).decode()
    assert "Reed" in text
    assert "Hale" not in text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("register", [LIST, APPOINTMENTS, COMMUNICATIONS])
def test_no_list_leaves_with_somebody_who_may_not_export(staff_with, records, register, form):
    reader = staff_with("view_client", "change_client", "view_appointment", "view_outboundmessage")
    page = reader.get(reverse(register)).content.decode()
    assert "Margaret" in page
    assert "export=" not in page
    assert reader.get(reverse(register), {"export": form}).status_code == 302
    assert not ModelLogEntry.objects.filter(action="clientportal.export_list").exists()


def test_sent_communications_are_exported_without_formulas(boss, records):
    OutboundMessage.objects.update(recipient="+447700900123", last_error=FORMULA)
    url = reverse(COMMUNICATIONS)
    assert "export=csv" in boss.get(url).content.decode()
    text = csv_of(boss, url)
    assert "'+447700900123" in text
    assert "'=HYPERLINK" in text
    assert f"'{FORMULA}" in [cell.value for cell in xlsx_of(boss, url)]


def test_appointments_are_exported_in_the_locations_time_and_without_formulas(boss, records):
    Client.objects.update(first_name=FORMULA)
    url = reverse(APPOINTMENTS)
    assert "export=csv" in boss.get(url).content.decode()
    text = csv_of(boss, url)
    assert "'=HYPERLINK" in text
    assert "London time" in text  # a column, as no page says what the site's own zone is
    assert f"'{FORMULA} Hale" in [cell.value for cell in xlsx_of(boss, url)]


def test_somebody_with_a_diary_of_their_own_exports_that_alone(staff_with, records):
    reader = staff_with("view_appointment", "export_client", own_diary=True)
    assert "Margaret" not in csv_of(reader, reverse(APPOINTMENTS))
