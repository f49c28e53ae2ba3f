"""Reminders are found by query at each sweep: the right ones, once, and none that makes no sense any more."""

from datetime import time, timedelta

import pytest
from django.core import mail

from tests.factories import NOW, make_client, make_location, make_type
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.communications.reminders import queue_reminders
from wagtail_clientportal.models import AppointmentEvent, AppointmentStatus, CommunicationTemplate, OutboundMessage
from wagtail_clientportal.outbox.backends.sms import locmem

START = NOW.replace(hour=10) + timedelta(days=10)  # Thursday 3 December 2026, 10:00 in London
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def booked(clinic):
    """A clinic with one appointment, booked by staff ten days ahead, and no reminders but those that a test writes."""
    CommunicationTemplate.objects.filter(event="reminder").delete()
    clinic.booked = book_at(clinic, START)
    return clinic


def book_at(clinic, start, *, now=NOW, client=None, **values):
    return book(
        client or clinic.client,
        clinic.clinician,
        clinic.location,
        clinic.appointment_type,
        start,
        by=None,
        now=now,
        **values,
    )


def reminder(before, channel="email", **values):
    return CommunicationTemplate.objects.create(
        **{
            "name": f"{before} before",
            "event": "reminder",
            "channel": channel,
            "send_before": before,
            "subject": "See you" if channel == "email" else "",
            "body": "<p>{{ appointment_date }}</p>" if channel == "email" else "{{ appointment_date }}",
        }
        | values
    )


def reminded():
    """The templates of the reminders written so far."""
    rows = OutboundMessage.objects.filter(about="reminder").order_by("pk")
    return [row.template for row in rows]


def test_a_reminder_is_written_when_it_falls_due_and_once(booked):
    two_days = reminder(2 * DAY)
    assert queue_reminders(START - 2 * DAY - timedelta(minutes=1)) == 0
    assert queue_reminders(START - 2 * DAY) == 1
    assert queue_reminders(START - 2 * DAY + timedelta(minutes=1)) == 0
    assert reminded() == [two_days]


def test_each_of_several_reminders_has_its_own_time(booked):
    week, day, hour = reminder(7 * DAY), reminder(DAY), reminder(HOUR)
    for before in (7 * DAY, DAY, HOUR):
        queue_reminders(START - before)
    assert reminded() == [week, day, hour]


def test_after_an_outage_only_the_newest_of_several_overdue_ones_is_sent(booked):
    reminder(7 * DAY)
    day = reminder(DAY)
    assert queue_reminders(START - 3 * HOUR) == 1
    assert reminded() == [day]


def test_an_email_and_a_text_are_each_their_own(booked):
    week, day = reminder(7 * DAY), reminder(DAY, "sms")
    queue_reminders(START - 3 * HOUR)
    assert set(reminded()) == {week, day}


def test_a_reminder_that_was_due_before_the_booking_was_made_is_not_sent(clinic):
    CommunicationTemplate.objects.filter(event="reminder").delete()
    book_at(clinic, START, now=START - 6 * HOUR)
    reminder(DAY)
    hour = reminder(HOUR)
    assert queue_reminders(START - 5 * HOUR) == 0
    assert queue_reminders(START - HOUR) == 1
    assert reminded() == [hour]


def test_moving_an_appointment_there_and_back_arms_its_reminders_again(booked):
    week = reminder(7 * DAY)
    queue_reminders(START - 7 * DAY)
    change(booked.booked, START + 30 * DAY, by=None, now=START - 7 * DAY + HOUR)
    change(booked.booked, START + DAY, by=None, now=START - 7 * DAY + 2 * HOUR)
    assert queue_reminders(START + DAY - 7 * DAY) == 1
    assert reminded() == [week, week]


@pytest.mark.parametrize("overtaken_by", ["cancelled", "changed", "begun"])
def test_a_reminder_that_makes_no_sense_any_more_is_not_sent(booked, overtaken_by):
    reminder(DAY)
    due = START - DAY
    queue_reminders(due)
    if overtaken_by == "cancelled":
        cancel(booked.booked, by=None, now=due, tell_client=False)
    elif overtaken_by == "changed":
        change(booked.booked, START + 2 * DAY, by=None, now=due, tell_client=False)
    mail.outbox.clear()
    deliver_due(now=START if overtaken_by == "begun" else due + HOUR)
    row = OutboundMessage.objects.get(about="reminder")
    assert row.status == "dropped" and row.last_error
    assert "See you" not in [email.subject for email in mail.outbox]


def test_cancelled_past_and_imported_appointments_are_nobodys_reminder(booked):
    reminder(DAY)
    cancel(booked.booked, by=None, now=NOW)
    booked.book(start=START + HOUR)  # imported: it has no history
    book_at(booked, NOW - DAY, now=NOW)
    assert queue_reminders(START - DAY + HOUR) == 0


def test_a_reminder_only_for_a_type_or_a_location_stands_in_for_the_general_one(booked):
    reminder(DAY)
    own = reminder(DAY, appointment_type=booked.appointment_type)
    reminder(DAY, appointment_type=make_type(name="Other"))
    reminder(DAY, location=make_location(name="Elsewhere"))
    assert queue_reminders(START - DAY) == 1
    assert reminded() == [own]


def test_a_general_reminder_still_serves_where_no_narrower_one_applies(booked):
    general = reminder(DAY)
    reminder(DAY, appointment_type=make_type(name="Other"))
    queue_reminders(START - DAY)
    assert reminded() == [general]


def test_a_draft_reminder_reminds_nobody(booked):
    reminder(DAY, live=False)
    assert queue_reminders(START - DAY) == 0


def test_in_quiet_hours_a_reminder_waits_for_the_morning(booked):
    booked.location.quiet_from, booked.location.quiet_until = time(9), time(11)
    booked.location.save()
    reminder(DAY)
    queue_reminders(START - DAY)
    assert OutboundMessage.objects.get(about="reminder").due_at == START - DAY + HOUR
    assert deliver_due(now=START - DAY + timedelta(minutes=30)).sent == 0 or not [
        email for email in mail.outbox if email.subject == "See you"
    ]


def test_a_reminder_that_the_morning_would_bring_after_the_start_is_never_sent(booked):
    booked.location.quiet_from, booked.location.quiet_until = time(8), time(12)
    booked.location.save()
    reminder(HOUR)
    queue_reminders(START - HOUR)
    deliver_due(now=START + 2 * HOUR)
    assert OutboundMessage.objects.get(about="reminder").status == "dropped"


def reminders():
    return {(row.channel, row.status, row.last_error) for row in OutboundMessage.objects.filter(about="reminder")}


@pytest.mark.parametrize(
    ("unwanted", "why"),
    [
        ("email_opt_in", "The client doesn’t want emails about appointments."),
        ("email_reminders", "The client doesn’t want reminders by email."),
    ],
)
def test_whoever_cannot_be_reminded_at_all_has_a_row_for_each_channel_that_says_why(booked, unwanted, why):
    setattr(booked.client, unwanted, False)
    booked.client.mobile = ""
    booked.client.save()
    reminder(DAY)
    reminder(DAY, "sms")
    assert queue_reminders(START - DAY) == 2
    assert reminders() == {("email", "dropped", why), ("sms", "dropped", "The client has no mobile number.")}
    assert queue_reminders(START - DAY) == 0


@pytest.mark.parametrize(
    ("client", "channel"),
    [
        ({"mobile": ""}, "email"),
        ({"sms_reminders": False}, "email"),
        ({"sms_opt_in": False}, "email"),
        ({"email": ""}, "sms"),
        ({"email_reminders": False}, "sms"),
        ({"email_opt_in": False}, "sms"),
    ],
)
def test_whoever_can_be_reminded_by_one_channel_has_no_row_for_the_other(booked, client, channel):
    for name, value in client.items():
        setattr(booked.client, name, value)
    booked.client.save()
    reminder(DAY)
    reminder(DAY, "sms")
    assert queue_reminders(START - DAY) == 1
    assert reminders() == {(channel, "waiting", "")}
    assert queue_reminders(START - DAY) == 0


def test_reminders_that_are_ended_before_delivery_are_not_sent(booked):
    reminder(DAY)
    queue_reminders(START - DAY)
    booked.client.email_reminders = False
    booked.client.save()
    mail.outbox.clear()
    deliver_due(now=START - DAY)
    assert reminders() == {("email", "dropped", "The client doesn’t want reminders by email.")}
    assert "See you" not in [email.subject for email in mail.outbox]


def test_the_sweep_finds_and_sends_them_by_email_and_by_text(booked):
    reminder(DAY)
    reminder(DAY, "sms")
    locmem.outbox.clear()
    deliver_due(now=START - DAY)
    [email] = [email for email in mail.outbox if email.subject == "See you"]
    assert email.to == ["margaret@example.org"] and "Thursday 3 December 2026" in email.body
    assert email.extra_headers["List-Unsubscribe"].startswith("<http://localhost/p/unsubscribe/")
    assert email.extra_headers["Auto-Submitted"] == "auto-generated"
    assert email.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ("+447700900123", "Thursday 3 December 2026") in locmem.outbox


def test_a_sweep_costs_the_same_number_of_queries_for_a_few_and_for_many(booked, django_assert_max_num_queries):
    reminder(DAY)
    other = make_client(email="second@example.org", mobile="")
    for number in range(30):
        appointment = booked.book(start=START + timedelta(minutes=number), client=other, overbooked=True)
        AppointmentEvent.objects.create(appointment=appointment, kind="booked", at=NOW, by_kind="system")
    with django_assert_max_num_queries(8):
        assert queue_reminders(START - DAY + HOUR) == 31


def test_a_reminder_written_today_is_not_sent_for_what_would_have_been_due_yesterday(booked):
    reminder(7 * DAY, first_published_at=START - 5 * DAY)
    assert queue_reminders(START - 5 * DAY + HOUR) == 0


def test_two_reminders_at_the_same_time_are_both_sent(booked):
    reminder(DAY)
    reminder(DAY, subject="Bring your letter")
    deliver_due(now=START - DAY)
    assert {"See you", "Bring your letter"} <= {email.subject for email in mail.outbox}


def test_an_appointment_that_stands_again_is_reminded_of(booked):
    reminder(DAY)
    due = START - DAY
    queue_reminders(due)
    cancel(booked.booked, by=None, now=due)
    deliver_due(now=due)
    set_status(booked.booked, AppointmentStatus.objects.get(is_default=True), by=None, now=due + HOUR)
    mail.outbox.clear()
    deliver_due(now=due + HOUR)
    assert "See you" in [email.subject for email in mail.outbox]


def test_a_reminder_that_cannot_be_found_keeps_nobody_else_waiting(booked):
    CommunicationTemplate.objects.filter(pk=reminder(DAY).pk).update(send_before=None)
    cancel(booked.booked, by=None, now=NOW)
    deliver_due(now=NOW)
    assert "cancelled" in mail.outbox[-1].subject or "cancelled" in mail.outbox[0].subject


def test_a_reminder_that_fails_in_the_evening_is_not_sent_at_night(booked):
    booked.location.quiet_from, booked.location.quiet_until = time(21), time(8)
    booked.location.save()
    reminder(DAY)
    queue_reminders(START - DAY)
    deliver_due(now=START.replace(hour=2))
    row = OutboundMessage.objects.get(about="reminder")
    assert (row.status, row.due_at) == ("waiting", START.replace(hour=8))
