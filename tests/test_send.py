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

from tests.factories import NOW
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.models import Notification, OutboundMessage
from wagtail_clientportal.outbox.backends.sms import locmem
from wagtail_clientportal.outbox.delivery_record import send_again

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


def test_after_a_restore_nothing_that_waited_or_fell_due_goes_out_and_staff_can_send_it_again(clinic, clock):
    locmem.outbox.clear()
    start = NOW + timedelta(days=10, hours=2)
    appointment = book(
        clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, start, by=None, now=NOW
    )
    message = make_message()
    # The backup was made here. What was sent since is unknown to it, reminders among it.
    clock.move_to(start - timedelta(hours=12), tick=False)
    out = io.StringIO()
    call_command("clientportal_send", "--after-restore", stdout=out)
    [news] = OutboundMessage.objects.filter(appointment=appointment, about="booked", channel="email")
    assert "Set aside, under “Sent communications”:" in out.getvalue()
    assert news.status == "failed" and "may have gone out already" in news.last_error
    message.refresh_from_db()
    assert message.status == "dropped"
    reminders = OutboundMessage.objects.filter(about="reminder", appointment=appointment)
    assert reminders and {one.status for one in reminders} == {"dropped"}

    assert "Sent: 0. To be tried again: 0." in run()
    assert not mail.outbox and not locmem.outbox
    # None of it counts as trouble with the mail server.
    assert not Notification.objects.filter(kind="trouble").exists()
    send_again(news.pk, timezone.now())
    assert "Sent: 1." in run()
