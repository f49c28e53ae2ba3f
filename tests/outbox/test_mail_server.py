"""Emails and the mail server, by real SMTP: what it does never stops a change, and the row says what it did."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import override_settings

from tests.actions.test_change import FREE
from tests.factories import NOW
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import OutboundMessage
from wagtail_clientportal.outbox.backends import email

from .mail_server import MailServer

LATER = NOW + timedelta(minutes=5)
AFTER_BACKOFF = LATER + timedelta(minutes=1)
MARGARET = "margaret@example.org"


@pytest.fixture
def server():
    server = MailServer().start()
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=server.port,
        EMAIL_TIMEOUT=0.3,
        DEFAULT_FROM_EMAIL="Harbour Clinic <desk@harbour.example>",
    ):
        yield server
    server.stop()


def send(to=MARGARET, **values):
    return email.send(**{"to": to, "subject": "Your appointment", "text": "See you."} | values)


def received(server):
    [one] = server.received
    return message_from_bytes(one.data, policy=default)


def test_an_email_arrives_with_all_its_parts(server):
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    result = send(
        subject="Your appointment – Zoë",
        text="See you.\n",
        html="<p>See you.</p>",
        reply_to="desk@harbour.example",
        headers={
            "List-Unsubscribe": "<https://clinic.example/p/unsubscribe/abc/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        attachments=[("appointment.ics", calendar, "text/calendar; method=REQUEST")],
    )
    assert result == (True, "", "", False)
    assert server.recipients() == [MARGARET]
    message = received(server)
    assert message["Subject"] == "Your appointment – Zoë" and message["To"] == MARGARET
    assert message["Reply-To"] == "desk@harbour.example"
    assert message["List-Unsubscribe"] == "<https://clinic.example/p/unsubscribe/abc/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_body(["plain"]).get_content().strip() == "See you."
    assert message.get_body(["html"]).get_content().strip() == "<p>See you.</p>"
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "appointment.ics" and attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "REQUEST"
    assert "BEGIN:VCALENDAR" in attached.get_content()


@pytest.mark.parametrize(
    "to",
    [
        "margaret",
        "margaret@example.org, mallory@example.org",
        "margaret@example.org\nBcc: mallory@example.org",
        "Margaret <margaret@example.org>",
        "",
    ],
)
def test_what_is_not_one_address_is_refused_at_once(server, to):
    assert send(to=to) == (False, "", "This is not an email address.", True)
    assert server.received == []


@pytest.mark.parametrize(
    "values",
    [
        {"reply_to": "desk@harbour.example\r\nBcc: mallory@example.org"},
        {"headers": {"List-Unsubscribe": "<https://clinic.example/>\nBcc: mallory@example.org"}},
        {"headers": {"X\nBcc: mallory@example.org": "1"}},
        {"attachments": [("a.ics\nBcc: mallory@example.org", "", "text/calendar")]},
    ],
)
def test_no_header_can_carry_another(server, values):
    assert send(**values) == (False, "", "There is a line break in a header.", True)
    assert server.received == []


def test_a_subject_is_one_line(server):
    send(subject="Hello\r\nBcc: mallory@example.org")
    assert received(server)["Subject"] == "Hello Bcc: mallory@example.org"
    assert received(server)["Bcc"] is None


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        ("550 5.1.1 No such user margaret@example.org", 550, True),
        ("554 No", 554, True),
        ("550 5.7.1 Relaying denied", 550, False),
        ("450 4.2.0 Greylisted", 450, False),
    ],
)
def test_a_refused_recipient_is_final_where_it_is_the_recipient(server, answer, code, permanent):
    server.refused = {MARGARET: answer}
    assert send() == (False, "", f"The mail server refused the recipient ({code}).", permanent)


@pytest.mark.parametrize(("code", "permanent"), [(552, True), (451, False)])
def test_a_refused_message_is_final_where_the_server_says_so(server, code, permanent):
    server.data_answer = f"{code} margaret@example.org"
    assert send() == (False, "", f"The mail server refused the message ({code}).", permanent)


def test_a_server_that_hangs_up_amid_a_message_may_take_it_later(server):
    server.cuts_off = True
    assert send() == (False, "", "SMTPServerDisconnected", False)


def test_a_backend_that_says_it_sent_nothing_is_believed(server, monkeypatch):
    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.send_messages", lambda self, messages: 0)
    assert send() == (False, "", "The email backend sent nothing.", False)


# -- With the outbox


def stop(server):
    server.stop()


def be_slow(server):
    server.is_slow = True


def cut_off(server):
    server.cuts_off = True


@pytest.mark.parametrize(
    ("fail", "reason"),
    [
        (stop, "ConnectionRefusedError: Connection refused"),
        (be_slow, "SMTPServerDisconnected"),  # what smtplib makes of EMAIL_TIMEOUT
        (cut_off, "SMTPServerDisconnected"),
    ],
)
def test_while_the_mail_server_fails_changes_stand_rows_say_why_and_later_all_is_delivered(
    clinic, server, fail, reason
):
    clinic.client.mobile = ""
    clinic.client.save()
    fail(server)
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    assert deliver_due(now=LATER).waiting == 2
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == FREE
    emails = OutboundMessage.objects.filter(channel="email")
    rows = emails.values_list("status", "attempts", "last_error", "due_at")
    assert set(rows) == {("waiting", 1, reason, AFTER_BACKOFF)}
    server.stop()
    server.is_slow = server.cuts_off = False
    server.start()
    assert deliver_due(now=AFTER_BACKOFF).sent == 2
    assert sorted(server.recipients()) == [MARGARET, "staff@harbour.example"]
    assert set(emails.values_list("status", "last_error")) == {("sent", "")}


def test_one_refused_recipient_of_many_keeps_nobody_else_back(db, server):
    addresses = [f"desk{number}@harbour.example" for number in range(5)]
    for address in addresses:
        OutboundMessage.objects.create(
            about="staff", channel="email", recipient=address, subject="Cancelled", body="See.", dedupe_key=address
        )
    server.refused = {addresses[2]: "550 5.1.1 No such user"}
    counts = deliver_due()
    assert (counts.sent, counts.failed) == (4, 1)
    assert sorted(server.recipients()) == sorted(set(addresses) - {addresses[2]})
    row = OutboundMessage.objects.get(recipient=addresses[2])
    assert (row.status, row.attempts, row.last_error) == ("failed", 1, "The mail server refused the recipient (550).")
