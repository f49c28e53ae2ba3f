"""Nothing that anybody sends ends in a server error: a word, too large a number, no day, no text at all."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from wagtail_clientportal.models import Client

from .urls_of_the_app import our_urls

pytestmark = pytest.mark.usefixtures("without_menu")

# Eighteen digits, because SQLite alone takes no larger number for any choice among several.
GARBAGE = ["a\0b", "9" * 18, "²", "0001-01-01", "\x0b<b>%s{0}"]
NAMES = """
    q p o ot ordering tab page client clinician status type days_from days_to years by_clients to_mend handled
    when about channel timestamp_from timestamp_to user action kind read newest next date
    time pick times_from show_times anyway unusual location appointment_type tell_client seen_version
    portal_access reason word wait_again first_name last_name email mobile date_of_birth postcode external_ref
    times find note form_key find_client choose_client other_client next_free weeks_later new-first_name
    new-date_of_birth new-mobile new-postcode two_people confirmed_values
    first_day last_day from_time until_time is_active
""".split()  # noqa: SIM905
BUTTONS = {"pick", "times_from", "show_times", "wait_again", "find_client", "choose_client", "other_client"}
BUTTONS |= {"next_free", "weeks_later"}
# Who hides a field in Wagtail's own choosers finds an error of Wagtail's own.
OURS = (
    "clientportal_appointment:",
    "clientportal_client",
    "clientportal_notification:",
    "clientportal_timeoff:",
    "clientportal_timetabledhours:",
    "wagtail_clientportal_",
)


@pytest.fixture
def answers(boss):
    """Django's test client, which is answered like a browser where the server fails."""
    boss.raise_request_exception = False
    return boss


@pytest.mark.parametrize("rubbish", GARBAGE)
def test_rubbish_is_no_server_error_anywhere(answers, records, rubbish):
    sent = dict.fromkeys(NAMES, rubbish)
    for name, url in our_urls(records):
        if name.startswith(OURS):
            # A button of the form takes its sending over, so once with and once without them.
            plain = {one: rubbish for one in NAMES if one not in BUTTONS}
            for response in (answers.get(url, sent), answers.post(url, sent), answers.post(url, plain)):
                assert response.status_code < 500, name


@pytest.mark.parametrize("rubbish", ["a\0b", "-1", "9999-12-31"])
def test_each_question_put_to_a_list_alone_is_no_server_error(answers, records, rubbish):
    names = [name for name in NAMES if name in ("q", "p", "o", "ordering", "client", "user", "action", "kind", "read")]
    for name, url in our_urls(records):
        if name.startswith(OURS) and name.endswith(("index", ":log")):
            for one in names:
                assert answers.get(url, {one: rubbish}).status_code < 500, (name, one)


def test_an_empty_form_is_no_server_error(answers, records):
    for name, url in our_urls(records):
        if name.startswith(OURS):
            assert answers.post(url).status_code < 500, name


@pytest.mark.parametrize("register", ["appointment", "clientmessage", "outboundmessage"])
@pytest.mark.parametrize("pk", ["abc", "_00", "²", "9" * 40])
def test_what_is_no_number_is_no_record(answers, records, register, pk):
    url = reverse(f"wagtail_clientportal_{register}_modeladmin_inspect", args=[pk])
    assert answers.get(url).status_code == answers.post(url).status_code == 404


@pytest.mark.parametrize(("zone", "day"), [("America/New_York", "9999-12-31"), ("Asia/Tokyo", "0001-01-01")])
def test_the_edge_of_the_calendar_leaves_nothing_out_of_the_log(answers, records, settings, zone, day):
    settings.TIME_ZONE = zone
    answers.get(reverse("clientportal_client:inspect", args=[records["client"].pk]))
    for name in ("timestamp_from", "timestamp_to"):
        for url in (
            reverse("clientportal_client:log"),
            reverse("clientportal_location:history", args=[records["location"].pk]),
        ):
            assert answers.get(url, {name: day}).status_code == 200, (url, name)
    edge = "timestamp_to" if day.startswith("9") else "timestamp_from"
    found = answers.get(reverse("clientportal_client:log"), {edge: day}).content.decode()
    assert "Opened the record" in found


@pytest.mark.parametrize("model", ["client", "clinician", "location", "appointmenttype", "appointmentstatus"])
def test_the_method_delete_deletes_nothing(answers, records, model):
    url = reverse(f"clientportal_{model}:delete", args=[records[model].pk])
    assert answers.delete(url).status_code == 405
    assert type(records[model]).objects.filter(pk=records[model].pk).exists()


def test_a_control_character_in_a_name_breaks_no_spreadsheet(answers, records):
    Client.objects.update(first_name="Marg\x0baret")
    response = answers.get(reverse("clientportal_client:index"), {"export": "xlsx"})
    assert response.status_code == 200
    rows = load_workbook(BytesIO(b"".join(response))).active.values
    assert "Margaret" in [cell for row in rows for cell in row]
