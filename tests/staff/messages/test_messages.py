"""The inbox of what clients wrote: what waits comes first, and who saw to it is written down."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, make_client, make_clinician, make_location, make_type
from wagtail_clientportal.actions.handle_message import handle_message, unhandle_message
from wagtail_clientportal.actions.refusals import AlreadyHandled
from wagtail_clientportal.models import ClientMessage, Clinician
from wagtail_clientportal.staff.messages.register import call_url, message_url, reply_url, unhandled_messages

INBOX = "wagtail_clientportal_clientmessage_modeladmin_index"


def write(appointment, body="Running late", **values):
    return ClientMessage.objects.create(
        **{"client": appointment.client, "appointment": appointment, "body": body, "created_at": NOW} | values
    )


@pytest.fixture
def message(clinic):
    return write(clinic.appointment, "My knee hurts.\nMay I bring my dog?")


def inbox(browser, **query):
    response = browser.get(reverse(INBOX), query, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def page(browser, message):
    response = browser.get(message_url(message))
    assert response.status_code == 200
    return response.content.decode()


def own_clinician(clinic, username="sam"):
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=get_user_model().objects.get(username=username))


# -- The list


def test_what_waits_comes_before_what_is_handled_and_then_the_newest(boss, clinic):
    write(clinic.appointment, "handled, newest", created_at=NOW + timedelta(hours=3), handled_at=NOW)
    write(clinic.appointment, "waiting, oldest", created_at=NOW)
    write(clinic.appointment, "waiting, newer", created_at=NOW + timedelta(hours=1))
    write(clinic.appointment, "handled, older", created_at=NOW + timedelta(hours=2), handled_at=NOW)
    html = inbox(boss)
    order = ["waiting, newer", "waiting, oldest", "handled, newest", "handled, older"]
    assert sorted(order, key=html.index) == order


def test_whoever_sorts_by_a_column_gets_that_order(boss, clinic):
    write(clinic.appointment, "still to do", created_at=NOW)
    write(clinic.appointment, "is seen to", created_at=NOW + timedelta(hours=1), handled_at=NOW)
    html = inbox(boss, ordering="-created_at")
    assert html.index("is seen to") < html.index("still to do")


def test_each_says_whether_it_waits(boss, clinic):
    write(clinic.appointment)
    assert 'class="w-status w-status--primary">Waiting' in inbox(boss)
    ClientMessage.objects.update(handled_at=NOW)
    html = inbox(boss)
    assert 'class="w-status">Handled' in html and "w-status--primary" not in html


def test_an_empty_inbox_says_so(boss, clinic):
    assert "Nobody has written yet." in inbox(boss)


def test_the_inbox_is_filtered_by_what_is_handled(boss, clinic):
    write(clinic.appointment, "still to do")
    write(clinic.appointment, "all done", handled_at=NOW)
    assert "still to do" in inbox(boss, handled="no") and "all done" not in inbox(boss, handled="no")
    assert "all done" in inbox(boss, handled="yes") and "still to do" not in inbox(boss, handled="yes")


def test_the_inbox_is_filtered_by_clinician(boss, clinic):
    ben = make_clinician(name="Ben Adeyemi")
    write(clinic.appointment, "for Ada")
    write(clinic.book(clinician=ben), "for Ben")
    html = inbox(boss, clinician=ben.pk)
    assert "for Ben" in html and "for Ada" not in html


def test_the_inbox_is_filtered_by_location_and_type(boss, clinic, message):
    elsewhere, other_type = make_location(name="Elsewhere"), make_type(name="Acupuncture")
    there = clinic.book(clinician=make_clinician(name="Ben Adeyemi"), location=elsewhere, appointment_type=other_type)
    write(there, "from elsewhere")
    for query in ({"location": elsewhere.pk}, {"type": other_type.pk}):
        html = inbox(boss, **query)
        assert "from elsewhere" in html and "My knee hurts." not in html


@pytest.mark.parametrize("value", ["x", "987654", "", "1 OR 1"])
def test_a_filter_that_means_nothing_shows_them_all(boss, message, value):
    assert "My knee hurts." in inbox(boss, clinician=value)


@pytest.mark.parametrize("words", ["hale", "margaret knee", "dog"])
def test_the_inbox_is_searched_by_name_and_text(boss, message, words):
    write(message.appointment, "something else", client=make_client(first_name="Old", last_name="Tom"))
    html = inbox(boss, q=words)
    assert "My knee hurts." in html and "something else" not in html


def test_a_clinician_sees_and_counts_their_own_clients_messages_alone(staff_with, clinic, message):
    browser = staff_with("view_clientmessage", own_diary=True)
    sam = get_user_model().objects.get(username="sam")
    theirs = write(clinic.book(clinician=make_clinician(name="Ben Adeyemi")), "for Ben")
    assert "My knee" not in inbox(browser) and unhandled_messages(sam) == 0
    own_clinician(clinic)
    html = inbox(browser)
    assert "My knee hurts." in html and "for Ben" not in html and unhandled_messages(sam) == 1
    assert browser.get(message_url(theirs)).status_code == 404
    # Nor by way of the filter, which doesn't name the others.
    assert "Ben Adeyemi" not in html and "for Ben" not in inbox(browser, clinician=theirs.appointment.clinician_id)


def test_handled_messages_are_not_counted(boss, message):
    user = get_user_model().objects.get(username="boss")
    assert unhandled_messages(user) == 1
    handle_message(message, by=user, now=NOW)
    assert unhandled_messages(user) == 0


def test_the_inbox_asks_the_database_as_often_for_many_messages(boss, clinic):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            inbox(boss)
        return len(captured)

    def fill(number):
        boss_user = get_user_model().objects.get(username="boss")
        ClientMessage.objects.bulk_create(
            ClientMessage(
                client=make_client(last_name=f"Hale {n}") if n < 60 else clinic.client,
                appointment=clinic.appointment,
                body="Hello",
                handled_at=NOW if n % 2 else None,
                handled_by=boss_user if n % 2 else None,
            )
            for n in range(number)
        )

    fill(10)
    inbox(boss)
    few = queries()
    fill(290)
    assert queries() == few


# -- The page


def test_the_page_says_what_was_written_by_whom_when_and_about_what(boss, message):
    html = page(boss, message)
    assert "My knee hurts.<br>May I bring my dog?" in html
    assert "Mon 23 Nov 2026, 08:00" in html
    assert reverse("clientportal_client:inspect", args=[message.client_id]) in html
    assert reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[message.appointment_id]) in html


def test_a_message_about_no_appointment_opens_too(boss, clinic):
    html = page(boss, ClientMessage.objects.create(client=clinic.client, body="Hello"))
    assert "Hello" in html


def test_the_shortcuts_reply_and_call(boss, message):
    html = page(boss, message)
    assert "mailto:margaret@example.org?subject=Your%20message%20to%20us&amp;body=Dear%20Margaret%2C" in html
    assert 'href="tel:+447700900123"' in html


def test_a_reply_names_nothing_but_the_first_name_and_cannot_be_broken_out_of(clinic):
    person = make_client(first_name='An&cc=x@evil.example"\r\n', last_name="Secret", email="a+b&bcc=c@example.org")
    url = urlsplit(reply_url(person))
    assert url.path == "a%2Bb%26bcc%3Dc@example.org"
    assert set(parse_qs(url.query)) == {"subject", "body"} and "Secret" not in url.query and '"' not in url.query


def test_without_contacts_there_are_no_shortcuts(boss, clinic):
    person = make_client(email="", mobile="")
    html = page(boss, write(clinic.book(client=person, overbooked=True)))
    assert "mailto:" not in html and "tel:" not in html and "neither an email address nor a mobile number" in html
    assert reply_url(person) == call_url(person) == ""


def test_contacts_are_for_those_who_may_see_clients(staff_with, message):
    html = page(staff_with("view_clientmessage"), message)
    assert "My knee" in html
    assert "mailto:" not in html and "tel:" not in html and "clientportal/clients" not in html


# -- Handling


def test_handling_a_message_writes_down_who_and_when(boss, message, time_machine):
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    response = boss.post(message_url(message), follow=True)
    message.refresh_from_db()
    assert message.handled_at == NOW + timedelta(hours=1) and message.handled_by.username == "boss"
    html = response.content.decode()
    assert "The message is marked as handled." in html
    assert "Mon 23 Nov 2026, 09:00, by boss" in html and "Mark as not handled" in html


def test_it_can_be_undone(boss, message):
    boss.post(message_url(message))
    html = boss.post(message_url(message), {"wait_again": "1"}, follow=True).content.decode()
    message.refresh_from_db()
    assert message.handled_at is None and message.handled_by is None
    assert "The message waits again." in html and "Mark as handled" in html


def test_the_second_of_two_sees_who_did_it_already(boss, message):
    maya = get_user_model().objects.create_user("maya", first_name="Maya", last_name="Lind")
    handle_message(message, by=maya, now=NOW)
    html = boss.post(message_url(message), follow=True).content.decode()
    assert "This message was marked as handled before: Mon 23 Nov 2026, 08:00, by Maya Lind." in html
    message.refresh_from_db()
    assert message.handled_by == maya


def test_a_double_click_is_no_conflict(boss, message):
    boss.post(message_url(message))
    assert "handled before" not in boss.post(message_url(message), follow=True).content.decode()


def test_the_action_refuses_the_second_and_says_who_was_first(message):
    maya, noor = (get_user_model().objects.create_user(name) for name in ("maya", "noor"))
    assert handle_message(message, by=maya, now=NOW).handled_by == maya
    with pytest.raises(AlreadyHandled) as refusal:
        handle_message(message, by=noor, now=NOW + timedelta(hours=1))
    assert refusal.value.by == maya and refusal.value.at == NOW
    assert unhandle_message(message).handled_at is None


def test_who_may_only_read_is_offered_no_button_and_refused(staff_with, message):
    browser = staff_with("view_clientmessage")
    assert "Mark as handled" not in page(browser, message)
    assert browser.post(message_url(message)).status_code == 302
    message.refresh_from_db()
    assert message.handled_at is None


def test_who_may_change_messages_may_handle_those_in_reach(staff_with, clinic, message):
    browser = staff_with("change_clientmessage", own_diary=True)
    assert browser.post(message_url(message)).status_code == 404
    own_clinician(clinic)
    assert browser.post(message_url(message)).status_code == 302
    message.refresh_from_db()
    assert message.handled_by.username == "sam"


def test_reading_a_message_changes_nothing(boss, message):
    page(boss, message)
    message.refresh_from_db()
    assert message.handled_at is None


def test_a_form_from_elsewhere_is_refused(boss, message):
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(get_user_model().objects.get(username="boss"))
    assert strict.post(message_url(message)).status_code == 403


def test_an_account_that_is_gone_takes_the_name_and_not_the_time(boss, message):
    maya = get_user_model().objects.create_user("maya")
    handle_message(message, by=maya, now=NOW)
    maya.delete()
    assert "Mon 23 Nov 2026, 08:00" in page(boss, message)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0"])
def test_what_clients_wrote_and_are_called_is_text(boss, clinic, text):
    person = make_client(first_name=text, last_name=text)
    message = write(clinic.book(client=person, overbooked=True), text)
    for html in (inbox(boss), page(boss, message)):
        assert "<script>alert" not in html and "<img src=x" not in html
        assert "cmd|" in html or "alert(1)" in html
