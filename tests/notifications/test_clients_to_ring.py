"""What the clinic did to an appointment is always said: by email, by text, or by somebody who is told to ring."""

import smtplib
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from tests.factories import NOW
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.handle_notification import handle_notification
from wagtail_clientportal.actions.refusals import AlreadyHandled
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.models import (
    Appointment,
    AppointmentStatus,
    Client,
    CommunicationTemplate,
    Notification,
    NotificationPreferences,
    OutboundMessage,
)
from wagtail_clientportal.outbox.backends.sms import locmem

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
LATER = NOW + 5 * A_MINUTE  # after the grace in which a change may be followed by another


@pytest.fixture
def ada(clinic):
    """The account of the clinician whose appointment it is."""
    clinic.clinician.user = make_user("ada")
    clinic.clinician.save()
    return clinic.clinician.user


@pytest.fixture
def desk(db):
    return make_user("desk")


def make_user(name, **values):
    return get_user_model().objects.create_user(name, f"{name}@harbour.example", "secret", **values)


def cancelled(clinic, by=None, **values):
    return cancel(clinic.appointment, by=by, now=NOW, **values)


def moved(clinic, by=None, days=1, now=NOW, **values):
    appointment = Appointment.objects.get(pk=clinic.appointment.pk)
    return change(appointment, clinic.appointment.start + days * A_DAY, by=by, now=now, **values)


def freed(clinic, by=None, **values):
    return set_status(
        clinic.appointment, AppointmentStatus.objects.get(name="Did not attend"), by=by, now=NOW, **values
    )


DONE = {"cancelled": cancelled, "moved": moved, "freed by a status": freed}


def unreachable(clinic, **values):
    Client.objects.update(**{"email": "", "mobile": "", "mobile_key": ""} | values)


def to_ring():
    """Who is told to ring, in alphabetical order."""
    found = Notification.objects.filter(kind="client_not_told").order_by("recipient__username")
    return [one.recipient.username for one in found]


def refuse_mail(monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)


def allow_no_texts(settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "SMS_OTHERS_PER_DAY": 0}


# -- At once


@pytest.mark.parametrize("done", DONE)
def test_where_no_channel_is_left_the_clinician_and_whoever_did_it_are_told_to_ring(clinic, ada, desk, done):
    unreachable(clinic)
    DONE[done](clinic, by=desk)
    assert to_ring() == ["ada", "desk"]
    told = Notification.objects.filter(kind="client_not_told").first()
    assert (told.appointment, told.client, told.read_at) == (clinic.appointment, clinic.client, None)
    emails = OutboundMessage.objects.filter(about="staff", subject__startswith="Please ring a client")
    assert [email.recipient for email in emails] == ["ada@harbour.example"]
    assert "The client has no email address. The client has no mobile number." in emails[0].body
    assert "Hale" not in emails[0].body


@pytest.mark.parametrize("done", DONE)
@pytest.mark.parametrize(
    ("client", "channel"),
    [
        ({"email_opt_in": False}, "sms"),
        ({"sms_opt_in": False}, "email"),
        ({"email_reminders": False, "sms_reminders": False, "sms_opt_in": False}, "email"),
    ],
)
def test_where_a_channel_is_left_it_is_said_by_that_one_and_nobody_has_to_ring(clinic, ada, done, client, channel):
    Client.objects.update(**client)
    locmem.outbox.clear()
    DONE[done](clinic)
    deliver_due(now=LATER)
    assert to_ring() == []
    [said] = OutboundMessage.objects.filter(client=clinic.client)
    assert (said.channel, said.status) == (channel, "sent")


def test_where_both_channels_are_refused_by_staff_somebody_has_to_ring(clinic, ada):
    Client.objects.update(email_opt_in=False, sms_opt_in=False)
    cancelled(clinic)
    assert to_ring() == ["ada"]


def test_where_the_clinic_publishes_no_message_for_it_somebody_has_to_ring(clinic, ada):
    CommunicationTemplate.objects.filter(event="cancelled").update(live=False)
    cancelled(clinic)
    assert to_ring() == ["ada"]
    email = OutboundMessage.objects.get(about="staff", subject__startswith="Please ring a client")
    assert "No message for it is published." in email.body


def test_what_a_client_did_they_know(clinic, ada):
    unreachable(clinic)
    cancelled(clinic, by=Client.objects.get())
    assert to_ring() == []


@pytest.mark.parametrize("done", DONE)
def test_who_is_not_to_be_told_needs_no_call(clinic, ada, desk, done):
    unreachable(clinic)
    DONE[done](clinic, by=desk, tell_client=False)
    assert to_ring() == []


def test_nobody_rings_for_a_new_appointment_or_for_one_that_has_begun(clinic, ada):
    unreachable(clinic)
    start = clinic.appointment.start + A_DAY
    book(clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, start, by=None, now=NOW)
    cancel(clinic.appointment, by=None, now=clinic.appointment.start)
    assert to_ring() == []


def test_of_two_changes_that_nobody_heard_of_the_last_alone_is_to_be_told(clinic, ada, desk):
    unreachable(clinic)
    moved(clinic, by=desk)
    cancelled(clinic, by=desk)
    waiting = Notification.objects.filter(kind="client_not_told", read_at=None)
    assert {one.event.kind for one in waiting} == {"cancelled"} and len(waiting) == 2


def test_who_wants_to_hear_nothing_of_it_hears_nothing_as_long_as_somebody_does(clinic, ada, desk, admin_user):
    for user in (ada, desk):
        NotificationPreferences.objects.create(
            user=user, muted_in_admin=["client_not_told"], muted_by_email=["client_not_told"]
        )
    unreachable(clinic)
    cancelled(clinic, by=desk)
    assert to_ring() == ["admin"]


# -- When it turns out later


def test_where_the_only_channel_fails_for_good_somebody_has_to_ring(clinic, ada, monkeypatch):
    Client.objects.update(sms_opt_in=False)
    cancelled(clinic)
    assert to_ring() == []
    refuse_mail(monkeypatch)
    deliver_due(now=NOW)
    assert to_ring() == ["ada"]
    assert not Notification.objects.filter(kind="communication_failed").exists()


@pytest.mark.parametrize("done", DONE)
def test_where_both_channels_fail_somebody_has_to_ring_once(clinic, ada, monkeypatch, settings, done):
    DONE[done](clinic)
    refuse_mail(monkeypatch)
    allow_no_texts(settings)
    deliver_due(now=LATER)
    assert set(OutboundMessage.objects.filter(client=clinic.client).values_list("status", flat=True)) == {"failed"}
    assert to_ring() == ["ada"]


def test_where_one_of_two_channels_fails_nobody_has_to_ring(clinic, ada, monkeypatch):
    cancelled(clinic)
    refuse_mail(monkeypatch)
    deliver_due(now=NOW)
    assert to_ring() == []
    assert Notification.objects.filter(kind="communication_failed").exists()


def test_where_the_first_of_two_channels_fails_while_the_other_waits_it_is_told_once_that_fails_too(
    clinic, ada, monkeypatch, settings
):
    cancelled(clinic)
    text = OutboundMessage.objects.filter(client=clinic.client, channel="sms")
    text.update(due_at=NOW + A_DAY)
    refuse_mail(monkeypatch)
    deliver_due(now=NOW)
    assert to_ring() == []
    allow_no_texts(settings)
    deliver_due(now=NOW + A_DAY)
    assert to_ring() == ["ada"]


@pytest.mark.parametrize(
    "lost",
    [
        lambda: Client.objects.update(email_opt_in=False, sms_opt_in=False),
        lambda: unreachable(None),
        lambda: CommunicationTemplate.objects.filter(event="cancelled").update(live=False),
        lambda: CommunicationTemplate.objects.filter(event="cancelled").delete(),
    ],
)
def test_where_the_last_way_is_lost_before_delivery_somebody_has_to_ring(clinic, ada, lost):
    cancelled(clinic)
    lost()
    deliver_due(now=NOW)
    assert to_ring() == ["ada"]


def test_what_a_newer_message_says_needs_no_call(clinic, ada, monkeypatch):
    Client.objects.update(sms_opt_in=False)
    moved(clinic)
    OutboundMessage.objects.filter(client=clinic.client).update(due_at=NOW + A_DAY)
    cancelled(clinic)
    deliver_due(now=NOW)
    refuse_mail(monkeypatch)
    deliver_due(now=NOW + A_DAY)
    assert to_ring() == []
    assert "cancelled" in " ".join(email.subject for email in mail.outbox if email.to == ["margaret@example.org"])


def test_a_failure_of_what_is_no_news_is_told_as_a_failure(clinic, ada, monkeypatch):
    Client.objects.update(sms_opt_in=False)
    cancelled(clinic, by=Client.objects.get())
    refuse_mail(monkeypatch)
    deliver_due(now=NOW)
    assert to_ring() == []
    assert Notification.objects.filter(kind="communication_failed").exists()


# -- Until it is done


def test_it_is_done_for_everybody_when_one_has_done_it(clinic, ada, desk):
    unreachable(clinic)
    cancelled(clinic, by=desk)
    first, second = Notification.objects.filter(kind="client_not_told")
    handle_notification(first, by=desk, now=LATER)
    second.refresh_from_db()
    assert (second.read_at, second.handled_by) == (LATER, desk)
    with pytest.raises(AlreadyHandled) as already:
        handle_notification(second, by=ada, now=LATER + A_MINUTE)
    assert (already.value.by, already.value.at) == (desk, LATER)
