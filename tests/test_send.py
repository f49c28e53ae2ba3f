"""`clientportal_send`: what is due leaves, once, without a worker."""

import io
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from wagtail_clientportal.models import OutboundMessage

pytestmark = pytest.mark.django_db

DOWN = override_settings(EMAIL_BACKEND="tests.test_send.MailServerDown")


class MailServerDown(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise ConnectionRefusedError(111, "Connection refused")


class MailboxUnknown(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise smtplib.SMTPRecipientsRefused({"desk@harbour.example": (550, b"unknown")})


def make_message(**values):
    return OutboundMessage.objects.create(
        **{
            "about": "staff",
            "channel": "email",
            "recipient": "desk@harbour.example",
            "subject": "Appointment cancelled",
            "body": "See the admin.",
            "dedupe_key": f"test-{OutboundMessage.objects.count()}",
        }
        | values
    )


def run():
    out = io.StringIO()
    call_command("clientportal_send", stdout=out)
    return out.getvalue()


def test_what_is_due_leaves_once():
    message = make_message()
    make_message(due_at=timezone.now() + timedelta(hours=1))
    assert "Sent: 1." in run()
    assert [sent.to for sent in mail.outbox] == [["desk@harbour.example"]]
    message.refresh_from_db()
    assert message.status == "sent"
    assert "Sent: 0." in run()
    assert len(mail.outbox) == 1


@DOWN
def test_a_mail_server_that_is_down_is_no_failure_of_the_run():
    message = make_message()
    assert "To be tried again: 1." in run()
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("waiting", 1)
    assert message.due_at > timezone.now()


@override_settings(EMAIL_BACKEND="tests.test_send.MailboxUnknown")
def test_a_message_that_failed_for_good_makes_the_run_fail_with_a_sentence():
    make_message()
    with pytest.raises(CommandError, match="1 message could not be sent and will not be tried again"):
        run()
    assert "Failed: 0." in run()


def test_a_failure_does_not_keep_the_others_back():
    make_message(channel="sms", recipient="+447700900100")
    make_message()
    with override_settings(WAGTAIL_CLIENTPORTAL={"SMS_BACKEND": "nowhere.SmsBackend"}):
        assert "Sent: 1. To be tried again: 1." in run()


def test_quiet_is_quiet():
    out = io.StringIO()
    call_command("clientportal_send", verbosity=0, stdout=out)
    assert out.getvalue() == ""
