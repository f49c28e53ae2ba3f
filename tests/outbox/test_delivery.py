import smtplib
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.utils import translation
from django_q.models import OrmQ, Schedule

from tests.actions.test_change import FREE
from tests.factories import NOW, make_client
from wagtail_clientportal.access.links import find_link
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver, deliver_due
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.actions.send_link import send_link
from wagtail_clientportal.models import Appointment, MagicLink, Notification, OutboundMessage, PortalSettings
from wagtail_clientportal.outbox.backends.sms import locmem

LATER = NOW + timedelta(minutes=5)  # after the grace in which a client may change again


@pytest.fixture
def changed(clinic):
    """The client has moved the appointment, and is to hear of it by email."""
    by_email_alone(clinic)
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    clinic.row = OutboundMessage.objects.get(client=clinic.client, channel="email")
    return clinic


def by_email_alone(clinic):
    clinic.client.mobile = ""
    clinic.client.save()


def by_text_alone(clinic):
    clinic.client.email = ""
    clinic.client.save()


@pytest.fixture
def dead_mail_server(monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    return monkeypatch


def token_in(text):
    return text.split("/p/")[1].split("/")[0]


def test_a_changed_appointment_is_emailed_with_a_link_that_only_the_email_holds(changed):
    assert deliver(changed.row.pk, now=LATER) == "sent"
    email = mail.outbox[0]
    assert email.to == ["margaret@example.org"] and email.reply_to == ["desk@harbour.example"]
    assert "Thursday 26 November 2026" in email.subject and "2pm" in email.body
    html = email.alternatives[0][0]
    token = token_in(email.body)
    assert f"http://localhost/p/{token}/" in html
    assert find_link(token, LATER).appointment == changed.appointment
    changed.row.refresh_from_db()
    assert (changed.row.status, changed.row.attempts, changed.row.sent_at) == ("sent", 1, LATER)
    assert "[link]" in changed.row.body and token not in changed.row.body
    link = MagicLink.objects.get()
    assert token not in str(link.__dict__)


def test_the_default_message_names_no_appointment_type(changed):
    deliver(changed.row.pk, now=LATER)
    assert "Physiotherapy" not in mail.outbox[0].body


def test_a_message_is_sent_once_however_often_it_is_delivered(changed):
    assert [deliver(changed.row.pk, now=LATER) for _ in range(3)] == ["sent", None, None]
    assert len(mail.outbox) == 1


def test_a_dead_mail_server_says_why_and_the_message_goes_when_it_is_back(changed, dead_mail_server):
    assert deliver(changed.row.pk, now=LATER) == "waiting"
    changed.row.refresh_from_db()
    assert changed.row.last_error == "ConnectionRefusedError: Connection refused"
    assert changed.row.due_at == LATER + timedelta(minutes=1)
    dead_mail_server.undo()
    assert deliver_due(now=LATER).sent == 1, "only the staff's"
    assert deliver_due(now=LATER + timedelta(minutes=1)).sent == 1
    assert {email.to[0] for email in mail.outbox} == {"margaret@example.org", "staff@harbour.example"}


def test_after_its_last_attempt_a_message_has_failed_and_staff_are_told(changed, dead_mail_server, admin_user):
    for _ in range(20):
        deliver(changed.row.pk, now=max(changed.row.due_at, LATER))
        changed.row.refresh_from_db()
    assert (changed.row.status, changed.row.attempts) == ("failed", 20)
    assert Notification.objects.get(recipient=admin_user).kind == "communication_failed"


def test_an_unknown_mailbox_is_not_tried_again(changed, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({"margaret@example.org": (550, b"no such user margaret@example.org")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert deliver(changed.row.pk, now=LATER) == "failed"
    changed.row.refresh_from_db()
    assert changed.row.last_error == "The mail server refused the recipient (550)."


def test_a_message_that_a_newer_one_overtakes_is_not_sent(changed):
    cancel(changed.appointment, by=changed.client, now=LATER)
    counts = deliver_due(now=LATER)
    assert (counts.dropped, counts.sent) == (1, 3)
    to_client = [email for email in mail.outbox if email.to == ["margaret@example.org"]]
    assert [email.subject for email in to_client] == [
        "Your appointment has been cancelled: Thursday 26 November 2026 at 2pm"
    ]
    assert "/p/" not in to_client[0].body


def test_a_broken_template_loses_nothing(changed, monkeypatch):
    monkeypatch.setattr("wagtail_clientportal.communications.rendering.plain_text", lambda html: 1 / 0)
    assert deliver(changed.row.pk, now=LATER) == "waiting"
    monkeypatch.undo()
    assert deliver(changed.row.pk, now=LATER + timedelta(minutes=1)) == "sent"


def test_a_worker_that_died_leaves_the_message_to_the_next_one_after_its_lease(changed, monkeypatch):
    def die(**values):
        raise SystemExit

    monkeypatch.setattr("wagtail_clientportal.outbox.backends.email.send", die)
    with pytest.raises(SystemExit):
        deliver(changed.row.pk, now=LATER)
    monkeypatch.undo()
    assert deliver(changed.row.pk, now=LATER + timedelta(minutes=4)) is None
    assert deliver(changed.row.pk, now=LATER + timedelta(minutes=5)) == "sent"


def test_a_text_carries_the_link_on_a_line_of_its_own(clinic):
    locmem.outbox.clear()
    by_text_alone(clinic)
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    deliver_due(now=LATER)
    [(to, body)] = locmem.outbox
    assert to == "+447700900123" and body.splitlines()[-1].startswith("Change or cancel: http://localhost/p/")
    assert find_link(token_in(body), LATER)


def test_the_worker_is_asked_after_commit_and_a_broken_broker_does_not_matter(
    clinic, django_capture_on_commit_callbacks, monkeypatch
):
    by_email_alone(clinic)
    other = clinic.book(start=FREE)
    with django_capture_on_commit_callbacks(execute=True):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
        assert OrmQ.objects.count() == 0
    assert OrmQ.objects.count() == 2
    monkeypatch.setattr("django_q.tasks.async_task", lambda *args: 1 / 0)
    with django_capture_on_commit_callbacks(execute=True):
        cancel(other, by=clinic.client, now=NOW)
    assert OutboundMessage.objects.filter(status="waiting").count() == 4


def test_the_queue_holds_no_secret(clinic, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert OrmQ.objects.exists()
    for task in OrmQ.objects.all():
        assert set(task.task["args"]) <= set(OutboundMessage.objects.values_list("pk", flat=True))


def test_the_worker_sweeps_every_minute(db):
    sweep = Schedule.objects.get(func="wagtail_clientportal.actions.deliver.deliver_due")
    assert (sweep.schedule_type, sweep.minutes) == ("I", 1)


def test_a_header_cannot_be_injected_by_a_clinics_name(changed):
    PortalSettings.objects.update(clinic_name="Harbour\r\nBcc: all@example.org")
    make_client(email="c@example.org")
    assert deliver(changed.row.pk, now=LATER) == "sent"
    assert "Bcc" not in mail.outbox[0].message()


def test_a_mail_backend_that_raises_anything_stops_nobody_else(changed, monkeypatch):
    class GatewayError(Exception):
        pass

    def refuse(self, messages):
        raise GatewayError("margaret@example.org is not known here")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert deliver_due(now=LATER).waiting == 2
    changed.row.refresh_from_db()
    assert changed.row.last_error == "GatewayError"


def test_a_message_is_outdated_only_by_one_that_the_client_gets(changed):
    user = get_user_model().objects.create_user("desk")
    change(changed.appointment, FREE + timedelta(hours=1), by=user, now=NOW, tell_client=False)
    assert deliver(changed.row.pk, now=LATER) == "sent"
    assert "3pm" in mail.outbox[0].body


def test_a_text_that_matters_and_may_not_go_fails_and_staff_are_told(clinic, admin_user, settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "SMS_OTHERS_PER_DAY": 0}
    by_text_alone(clinic)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert deliver(OutboundMessage.objects.get(client=clinic.client, channel="sms").pk, now=LATER) == "failed"
    assert Notification.objects.get().kind == "communication_failed"


USED_UP = "The day’s limit of text messages to one client (1) is used up."


@pytest.fixture
def texted(clinic, settings):
    """Two of the client's appointments; they were sent the one text of the day."""
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "SMS_PER_CLIENT_PER_DAY": 1}
    clinic.other = clinic.book(start=FREE + timedelta(days=1))
    cancel(clinic.book(start=FREE + timedelta(days=2)), by=clinic.client, now=NOW)
    deliver_due(now=NOW)
    Notification.objects.all().delete()
    locmem.outbox.clear()
    mail.outbox.clear()
    return clinic


def _text_about(appointment):
    row = OutboundMessage.objects.get(client=appointment.client, appointment=appointment, channel="sms")
    return row.status, row.last_error


def _to_be_rung():
    return Notification.objects.filter(kind="client_not_told")


def test_one_client_gets_so_many_texts_a_day_and_hears_of_the_rest_by_email(texted, admin_user):
    cancel(texted.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert _text_about(texted.appointment) == ("dropped", USED_UP)
    assert locmem.outbox == [] and [email.to for email in mail.outbox if "Margaret" in email.body]
    assert not _to_be_rung().exists()
    cancel(texted.other, by=None, now=NOW + timedelta(days=1))
    deliver_due(now=NOW + timedelta(days=1))
    assert _text_about(texted.other) == ("sent", "")


@pytest.mark.parametrize("by_staff", [True, False])
def test_staff_are_told_to_ring_whom_nothing_else_tells_what_the_clinic_did(texted, admin_user, by_staff):
    by_text_alone(texted)
    if by_staff:
        change(texted.appointment, FREE, by=admin_user, now=NOW)
    else:
        cancel(texted.appointment, by=None, now=NOW)
    deliver_due(now=LATER)
    assert _text_about(texted.appointment) == ("dropped", USED_UP)
    assert _to_be_rung().get().appointment == texted.appointment
    assert USED_UP in OutboundMessage.objects.filter(about="staff").latest("pk").body


def test_what_clients_did_themselves_they_know_without_a_text(texted, admin_user):
    by_text_alone(texted)
    cancel(texted.appointment, by=texted.client, now=NOW)
    deliver_due(now=NOW)
    assert _text_about(texted.appointment) == ("dropped", USED_UP)
    assert not _to_be_rung().exists()


def test_a_text_that_is_tried_again_counts_once_and_nobody_elses_counts(texted, monkeypatch):
    other = make_client(email="", mobile="07700 900456")
    theirs = texted.book(client=other, start=FREE + timedelta(days=3))
    monkeypatch.setattr("wagtail_clientportal.outbox.backends.sms.locmem.SmsBackend.send", lambda *values: 1 / 0)
    cancel(theirs, by=None, now=NOW)
    deliver_due(now=NOW)
    monkeypatch.undo()
    deliver_due(now=LATER)
    assert _text_about(theirs) == ("sent", "")


def test_a_sign_in_link_goes_by_text_whatever_was_sent_about_appointments(texted, admin_user):
    send_link(texted.client, by=admin_user, channel="sms", now=NOW)
    request_link(texted.client.mobile, texted.site, now=NOW)
    deliver_due(now=NOW)
    assert len(locmem.outbox) == 2


def test_a_row_that_says_nothing_is_dropped_with_the_reason(clinic):
    row = OutboundMessage.objects.create(
        client=clinic.client, appointment=clinic.appointment, channel="email", recipient="x@example.org", dedupe_key="k"
    )
    assert deliver(row.pk) == "dropped"


def test_staff_read_their_own_language_whatever_the_clients(clinic):
    with translation.override("fr"):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert "Wednesday 25 November 2026" in OutboundMessage.objects.get(about="staff").subject


def test_a_short_message_names_the_zone_where_it_could_differ(clinic):
    clinic.location.timezone = "Asia/Kathmandu"
    clinic.location.save()
    Appointment.objects.update(start=FREE, end=FREE + timedelta(minutes=30), busy_until=FREE + timedelta(minutes=30))
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    deliver_due(now=LATER)
    assert {email.subject for email in mail.outbox if email.to == ["margaret@example.org"]} == {
        "Your appointment has been cancelled: Thursday 26 November 2026 at 7:45pm, Kathmandu time"
    }
