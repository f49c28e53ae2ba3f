"""What is said when: one row for each thing that happened, each template, each channel."""

from datetime import time, timedelta
from email import message_from_bytes
from email.policy import strict

import pytest
from django.core import mail
from wagtail.models import Locale

from tests.actions.test_change import FREE
from tests.factories import NOW, cancelled_status, make_location, make_type
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.communications.channels_for import channels_to_tell_by
from wagtail_clientportal.models import (
    Appointment,
    AppointmentStatus,
    BookingSettings,
    CommunicationTemplate,
    OutboundMessage,
    PortalSettings,
)
from wagtail_clientportal.outbox.backends.sms import locmem

MINUTE = timedelta(minutes=1)
LATER = NOW + 4 * MINUTE


def _book(clinic, by=None, start=FREE):
    BookingSettings.objects.update(enabled=True)
    return book(clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, start, by=by, now=NOW)


EVENTS = {
    "booked": lambda clinic: _book(clinic),
    "booked_online": lambda clinic: _book(clinic, by=clinic.client),
    "changed": lambda clinic: change(clinic.appointment, FREE, by=clinic.client, now=NOW),
    "cancelled": lambda clinic: cancel(clinic.appointment, by=clinic.client, now=NOW),
    "status_changed": lambda clinic: set_status(
        clinic.appointment, AppointmentStatus.objects.get(name="Confirmed"), by=None, now=NOW
    ),
}


def rows():
    return {
        (row.about, row.channel, row.status, row.last_error)
        for row in OutboundMessage.objects.filter(client__isnull=False)
    }


@pytest.fixture
def all_live(clinic):
    CommunicationTemplate.objects.update(live=True)
    return clinic


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_told_by_email_and_by_text(all_live, event):
    EVENTS[event](all_live)
    assert rows() == {(event, "email", "waiting", ""), (event, "sms", "waiting", "")}
    locmem.outbox.clear()
    deliver_due(now=LATER)
    assert {status for _about, _channel, status, _why in rows()} == {"sent"}
    assert len(locmem.outbox) == 1
    assert len([email for email in mail.outbox if email.to == ["margaret@example.org"]]) == 1


@pytest.mark.parametrize("event", EVENTS)
def test_who_is_reached_by_no_channel_has_a_row_for_each_that_says_why(all_live, event):
    all_live.client.email_opt_in = False
    all_live.client.mobile = ""
    all_live.client.save()
    EVENTS[event](all_live)
    assert rows() == {
        (event, "email", "dropped", "The client doesn’t want emails about appointments."),
        (event, "sms", "dropped", "The client has no mobile number."),
    }


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(
    ("client", "channel"),
    [
        ({"mobile": ""}, "email"),
        ({"sms_opt_in": False}, "email"),
        ({"email": ""}, "sms"),
        ({"email_opt_in": False}, "sms"),
    ],
)
def test_who_is_reached_by_one_channel_has_a_row_for_that_one_alone(all_live, event, client, channel):
    for name, value in client.items():
        setattr(all_live.client, name, value)
    all_live.client.save()
    EVENTS[event](all_live)
    assert rows() == {(event, channel, "waiting", "")}


@pytest.mark.parametrize("event", EVENTS)
def test_who_wants_no_reminders_is_told_of_everything_else(all_live, event):
    all_live.client.email_reminders = all_live.client.sms_reminders = False
    all_live.client.save()
    EVENTS[event](all_live)
    assert rows() == {(event, "email", "waiting", ""), (event, "sms", "waiting", "")}


def keys_to_tell_by(appointment, about):
    return [one.key for one in channels_to_tell_by(appointment, about)]


def test_by_which_channels_somebody_would_be_told_is_said_beforehand(clinic):
    unsaved = Appointment(
        client=clinic.client, location=clinic.location, appointment_type=clinic.appointment_type, start=FREE
    )
    assert keys_to_tell_by(unsaved, "cancelled") == ["email", "sms"]
    assert keys_to_tell_by(unsaved, "status_changed") == [], "no message for it is published"
    CommunicationTemplate.objects.filter(event="cancelled", channel="sms").update(location=make_location(name="Else"))
    assert keys_to_tell_by(unsaved, "cancelled") == ["email"]
    clinic.client.email_reminders = False
    assert keys_to_tell_by(unsaved, "reminder") == ["sms"]
    clinic.client.email_opt_in = clinic.client.sms_opt_in = False
    assert keys_to_tell_by(unsaved, "booked") == []


def test_an_opt_in_that_is_taken_back_before_delivery_counts(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    clinic.client.email_opt_in = False
    clinic.client.save()
    deliver_due(now=NOW)
    assert ("cancelled", "email", "dropped", "The client doesn’t want emails about appointments.") in rows()


def test_a_corrected_address_is_the_one_that_is_used(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    clinic.client.email = "hale@example.org"
    clinic.client.save()
    deliver_due(now=NOW)
    assert "hale@example.org" in [email.to[0] for email in mail.outbox]


def test_a_status_is_told_only_when_the_clinic_publishes_its_message(clinic):
    EVENTS["status_changed"](clinic)
    assert rows() == set()


def test_a_channel_whose_template_is_a_draft_or_deleted_says_nothing(clinic):
    CommunicationTemplate.objects.filter(channel="sms").update(live=False)
    CommunicationTemplate.objects.filter(event="cancelled", channel="email").delete()
    EVENTS["changed"](clinic)
    assert {row[:2] for row in rows()} == {("changed", "email")}
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert {row[:2] for row in rows()} == {("changed", "email")}


def test_a_template_that_is_taken_back_before_delivery_says_nothing(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    CommunicationTemplate.objects.filter(event="cancelled", channel="email").update(live=False)
    CommunicationTemplate.objects.filter(event="cancelled", channel="sms").delete()
    assert deliver_due(now=NOW).dropped == 2


def test_two_general_templates_are_both_sent_and_a_narrower_one_stands_in_for_them(clinic):
    def another(**values):
        return CommunicationTemplate.objects.create(
            event="cancelled", channel="email", subject="More", body="<p>More</p>", **{"name": "More"} | values
        )

    another()
    cancel(clinic.appointment, by=None, now=NOW)
    assert OutboundMessage.objects.filter(about="cancelled", channel="email").count() == 2
    OutboundMessage.objects.all().delete()
    own = another(name="Own", appointment_type=clinic.appointment_type, location=clinic.location)
    another(name="Type", appointment_type=clinic.appointment_type)
    another(name="Other type", appointment_type=make_type(name="Other"))
    another(name="Elsewhere", location=make_location(name="Elsewhere"))
    cancel(clinic.book(start=FREE), by=None, now=NOW)
    assert [row.template for row in OutboundMessage.objects.filter(about="cancelled", channel="email")] == [own]


def test_changing_twice_within_three_minutes_sends_one_message_the_last(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    assert deliver_due(now=NOW + 2 * MINUTE).sent == 1, "only the staff's"
    change(clinic.appointment, FREE + timedelta(hours=1), by=clinic.client, now=NOW + 2 * MINUTE)
    deliver_due(now=NOW + 4 * MINUTE)
    deliver_due(now=NOW + 5 * MINUTE)
    [email] = [email for email in mail.outbox if email.to == ["margaret@example.org"]]
    assert "3pm" in email.subject


def test_a_change_that_is_cancelled_within_three_minutes_sends_the_cancellation_alone(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    cancel(clinic.appointment, by=clinic.client, now=NOW + MINUTE)
    deliver_due(now=NOW + 10 * MINUTE)
    [email] = [email for email in mail.outbox if email.to == ["margaret@example.org"]]
    assert "cancelled" in email.subject


def test_a_silent_cancellation_silences_what_was_still_to_be_said(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    cancel(clinic.appointment, by=None, now=NOW + MINUTE, tell_client=False)
    deliver_due(now=LATER)
    assert not [email for email in mail.outbox if email.to == ["margaret@example.org"]]


def test_past_bookings_tell_nobody(clinic):
    book(
        clinic.client,
        clinic.clinician,
        clinic.location,
        clinic.appointment_type,
        NOW - timedelta(days=1),
        by=None,
        now=NOW,
    )
    assert rows() == set()


def test_what_would_come_after_the_appointment_is_not_sent(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    deliver_due(now=FREE + timedelta(hours=2))
    assert ("changed", "email", "dropped", "The appointment is over.") in rows()


def test_what_staff_did_at_night_is_told_in_the_morning(clinic):
    clinic.location.quiet_from, clinic.location.quiet_until = time(7), time(9)
    clinic.location.save()
    cancel(clinic.appointment, by=None, now=NOW)
    assert set(OutboundMessage.objects.values_list("due_at", flat=True)) >= {NOW + timedelta(hours=1)}


def test_what_the_client_did_is_confirmed_at_once_even_at_night(clinic):
    clinic.location.quiet_from, clinic.location.quiet_until = time(7), time(9)
    clinic.location.save()
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert set(OutboundMessage.objects.values_list("due_at", flat=True)) == {NOW}


def test_news_that_the_morning_would_bring_too_late_comes_at_night(clinic):
    clinic.location.quiet_from, clinic.location.quiet_until = time(7), time(11)
    clinic.location.save()
    soon = clinic.book(start=NOW + timedelta(hours=2))
    cancel(soon, by=None, now=NOW)
    assert set(OutboundMessage.objects.filter(client__isnull=False).values_list("due_at", flat=True)) == {NOW}


def test_sign_in_links_are_sent_whatever_the_opt_ins_and_templates(clinic):
    from_clinic = CommunicationTemplate.objects.get(event="sign_in", channel="email")
    clinic.client.email_opt_in = False
    clinic.client.save()
    request_link("margaret@example.org", clinic.site, now=NOW)
    deliver_due(now=NOW)
    from_clinic.delete()
    request_link("margaret@example.org", clinic.site, now=NOW + MINUTE)
    deliver_due(now=NOW + MINUTE)
    assert [email.subject for email in mail.outbox] == ["Your link to sign in to Harbour Clinic"] * 2
    assert all("http://localhost/p/" in email.body for email in mail.outbox)


def test_a_sign_in_link_that_is_asked_for_too_long_ago_is_not_sent(clinic):
    request_link("margaret@example.org", clinic.site, now=NOW)
    assert deliver_due(now=NOW + timedelta(minutes=10)).dropped == 1


def test_a_cancelled_status_is_what_the_message_knows(clinic):
    cancel(clinic.appointment, by=None, now=NOW, status=cancelled_status())
    deliver_due(now=NOW)
    [email] = [email for email in mail.outbox if email.to == ["margaret@example.org"]]
    assert "/p/" not in email.body


def to_client():
    return [email for email in mail.outbox if "margaret@example.org" in email.to]


def restore(clinic, now):
    return set_status(clinic.appointment, AppointmentStatus.objects.get(is_default=True), by=None, now=now)


def test_a_cancellation_that_is_taken_back_before_it_was_told_is_not_told(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    restore(clinic, NOW + MINUTE)
    deliver_due(now=LATER)
    assert ("cancelled", "email", "dropped", "The appointment stands again.") in rows()
    assert [email.subject for email in to_client()] == ["Your appointment: Wednesday 25 November 2026 at 10am"]


def test_who_heard_of_a_cancellation_hears_that_the_appointment_stands_again_and_so_does_their_calendar(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    mail.outbox.clear()
    restore(clinic, NOW + MINUTE)
    deliver_due(now=LATER)
    [email] = to_client()
    [(_name, content, mimetype)] = [tuple(one) for one in email.attachments]
    assert "method=REQUEST" in mimetype and "STATUS:CONFIRMED" in str(content)


def test_news_of_a_status_swallows_no_change(all_live):
    change(all_live.appointment, FREE, by=all_live.client, now=NOW)
    EVENTS["status_changed"](all_live)
    deliver_due(now=LATER)
    assert {email.subject.split(":")[0] for email in to_client()} == {
        "Your appointment has been changed",
        "About your appointment",
    }


def test_a_message_that_failed_in_the_evening_waits_for_the_morning(clinic, monkeypatch):
    clinic.location.quiet_from, clinic.location.quiet_until = time(21), time(8)
    clinic.location.save()
    evening = NOW.replace(hour=20, minute=30)
    cancel(clinic.appointment, by=None, now=evening)
    deliver_due(now=evening.replace(hour=23))
    row = OutboundMessage.objects.get(about="cancelled", channel="email")
    assert (row.status, row.attempts, row.due_at) == ("waiting", 0, NOW + timedelta(days=1))
    deliver_due(now=NOW + timedelta(days=1))
    assert len(to_client()) == 1


def test_a_client_whose_record_is_closed_is_sent_nothing(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    clinic.client.is_active = False
    clinic.client.save()
    deliver_due(now=NOW)
    assert not to_client()


def test_while_the_portal_is_off_no_message_offers_it(clinic):
    PortalSettings.objects.update(enabled=False)
    locmem.outbox.clear()
    change(clinic.appointment, FREE, by=None, now=NOW)
    deliver_due(now=LATER)
    [email], [(_to, text)] = to_client(), locmem.outbox
    assert "Manage appointment" not in email.body and "online" not in email.body and "http" not in text


def test_the_register_keeps_the_address_that_was_used(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    clinic.client.email = "hale@example.org"
    clinic.client.save()
    deliver_due(now=NOW)
    assert OutboundMessage.objects.get(about="cancelled", channel="email").recipient == "hale@example.org"


def test_a_translation_never_speaks_for_an_original_that_moved_to_another_occasion(clinic):
    original = CommunicationTemplate.objects.get(event="cancelled", channel="email")
    french = original.copy_for_translation(Locale.objects.get_or_create(language_code="fr")[0])
    french.live = True
    french.save()
    CommunicationTemplate.objects.filter(pk=original.pk).update(event="status_changed")
    cancel(clinic.appointment, by=None, now=NOW)
    assert {row[:2] for row in rows()} == {("cancelled", "sms")}


def test_a_text_with_nothing_in_it_is_not_sent(clinic):
    clinic.location.phone = ""
    clinic.location.save()
    PortalSettings.objects.update(phone="")
    CommunicationTemplate.objects.filter(event="cancelled", channel="sms").update(body="{{ clinic_phone }}")
    CommunicationTemplate.objects.filter(event="cancelled", channel="email").update(subject="{{ clinic_phone }}")
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert ("cancelled", "sms", "dropped", "The message would be empty.") in rows()
    assert to_client()[0].subject == "Harbour Clinic"


def test_a_word_that_no_message_can_say_fails_at_once_and_is_named(clinic):
    CommunicationTemplate.objects.filter(event="cancelled", channel="email").update(body="<p>{{ gone }}</p>")
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert ("cancelled", "email", "failed", "Its template names “gone”, which no message can say.") in rows()


def test_reminders_use_up_no_text_that_a_cancellation_needs(clinic, settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "SMS_REMINDERS_PER_DAY": 0}
    locmem.outbox.clear()
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert len(locmem.outbox) == 1


@pytest.mark.parametrize("event", ["booked", "changed", "cancelled"])
def test_the_strictest_parser_finds_no_fault_in_an_email_and_one_charset_in_its_calendar(clinic, event):
    PortalSettings.objects.update(clinic_name="Clinique du Port – Zoë")
    EVENTS[event](clinic)
    deliver_due(now=LATER)
    [email] = to_client()
    parsed = message_from_bytes(email.message().as_bytes(), policy=strict)
    assert [(part.defects, part["Content-Type"].defects) for part in parsed.walk()] == [([], ())] * 5
    [calendar] = parsed.iter_attachments()
    header = calendar["Content-Type"]
    assert header.content_type == "text/calendar" and str(header).count("charset") == 1
    assert dict(header.params) == {"charset": "utf-8", "method": "CANCEL" if event == "cancelled" else "REQUEST"}
    assert "SUMMARY:Appointment at Clinique du Port – Zoë" in calendar.get_content()
