"""Mail servers and gateways in trouble, and messages for them."""

from contextlib import contextmanager
from unittest import mock

from tests.factories import NOW
from wagtail_clientportal.models import OutboundMessage
from wagtail_clientportal.outbox.backends.result import SendResult


def make_messages(number, *, channel="email", due_at=NOW):
    """That many messages to staff, due then."""
    written = OutboundMessage.objects.count()
    return [
        OutboundMessage.objects.create(
            about="staff",
            channel=channel,
            recipient="desk@harbour.example" if channel == "email" else "+447700900100",
            subject="Appointment cancelled",
            body="See the admin.",
            dedupe_key=f"health-{one}",
            due_at=due_at,
            created_at=due_at,
        )
        for one in range(written, written + number)
    ]


@contextmanager
def mail_server_down():
    with mock.patch(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        side_effect=ConnectionRefusedError(111, "Connection refused"),
    ):
        yield


@contextmanager
def gateway_down():
    refused = SendResult(False, error_code="The gateway answered 503.")
    with mock.patch("wagtail_clientportal.outbox.backends.sms.locmem.SmsBackend.send", return_value=refused):
        yield
