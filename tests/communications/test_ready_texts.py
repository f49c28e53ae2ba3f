"""The ready wording: what it was before, where, whom to ring, and nothing that can't be done any more."""

from datetime import timedelta

import pytest

from tests.actions.test_change import FREE
from tests.communications.test_compose import LATER, sent
from tests.factories import NOW, make_clinician, make_location
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import CommunicationTemplate, OutboundMessage, PortalPolicy, PortalSettings
from wagtail_clientportal.outbox.backends.sms import locmem
from wagtail_clientportal.outbox.backends.sms.segments import GSM_7, size_of

WAS = "Before, it was Wednesday 25 November 2026 at 10am"


@pytest.fixture
def roomy(clinic):
    """A clinic whose names are as long as such names are."""
    PortalSettings.objects.update(clinic_name="Harbour Physiotherapy and Sports Clinic")
    clinic.location.name, clinic.location.address = "Harbourton Community Hospital", "1 Quay Street"
    clinic.location.save()
    clinic.site.hostname, clinic.site.port = "www.harbour-physiotherapy.example", 443
    clinic.site.save()
    locmem.outbox.clear()
    return clinic


def text_of(now=LATER):
    locmem.outbox.clear()
    deliver_due(now=now)
    [(_to, text)] = locmem.outbox
    return text


def booked(clinic):
    book(clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, FREE, by=None, now=NOW)


def changed(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)


def cancelled(clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)


def reminder(clinic):
    booked(clinic)
    OutboundMessage.objects.all().delete()


@pytest.mark.parametrize(
    ("happens", "now"),
    [(booked, LATER), (changed, LATER), (cancelled, LATER), (reminder, FREE - timedelta(days=2, minutes=-1))],
)
def test_a_text_names_the_place_and_the_phone_in_two_messages_at_most(roomy, clock, happens, now):
    happens(roomy)
    clock.move_to(now, tick=False)
    CommunicationTemplate.objects.update(first_published_at=None)
    text = text_of(now)
    size = size_of(text)
    assert size.encoding == GSM_7 and size.segments <= 2, (size, text)
    assert "Harbourton Community Hospital" in text and "Call 020 7946 0000" in text


def test_a_message_of_a_change_says_what_it_was_before(clinic):
    changed(clinic)
    locmem.outbox.clear()
    [email] = sent()
    assert f"{WAS}" in email.body
    [(_to, text)] = locmem.outbox
    assert "Before: Wednesday 25 November 2026 at 10am" in text


def test_of_two_changes_of_which_one_is_told_it_is_what_the_client_last_heard(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    change(clinic.appointment, FREE + timedelta(hours=1), by=clinic.client, now=NOW + timedelta(minutes=1))
    [email] = sent(NOW + timedelta(minutes=5))
    assert WAS in email.body and email.subject.endswith("Thursday 26 November 2026 at 3pm")


def test_of_two_changes_that_are_both_told_it_is_the_one_before(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    sent()
    change(clinic.appointment, FREE + timedelta(hours=1), by=clinic.client, now=LATER)
    [email] = sent(LATER + timedelta(minutes=4))
    assert "Before, it was Thursday 26 November 2026 at 2pm" in email.body


def test_who_moves_it_away_and_back_reads_of_no_other_time(clinic):
    was = clinic.appointment.start
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    change(clinic.appointment, was, by=clinic.client, now=NOW + timedelta(minutes=1))
    [email] = sent(NOW + timedelta(minutes=5))
    assert "Before" not in email.body


def test_another_clinician_or_place_is_named_as_it_was(clinic):
    other = make_clinician(name="Tom Reid", appointment_types=[clinic.appointment_type])
    there = make_location(name="Hill Rooms")
    change(clinic.appointment, clinic.appointment.start, by=None, now=NOW, clinician=other, location=there)
    [email] = sent()
    assert "Before, it was with Ada Osei, Harbour Rooms." in email.body


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Change or cancel: http"),
        ({"change_window": timedelta(days=7)}, "See or cancel it: http"),
        ({"cancellation_window": timedelta(days=7)}, "See or change it: http"),
        ({"change_window": timedelta(days=7), "cancellation_window": timedelta(days=7)}, "See it: http"),
        ({"changes_enabled": False, "cancellations_enabled": False}, "See it: http"),
    ],
)
def test_a_text_offers_what_can_be_done_and_nothing_else(clinic, values, words):
    PortalPolicy.objects.update(**values)
    change(clinic.appointment, FREE, by=None, now=NOW)
    assert next(line for line in text_of().splitlines() if "http" in line).startswith(words)


def test_an_email_leads_straight_to_what_can_be_done_by_one_link(clinic):
    changed(clinic)
    [email] = sent()
    lines = email.body.splitlines()
    start = next(line for line in lines if "/p/" in line)
    assert f"Change the date or time: {start}change/" in lines
    assert f"Cancel this appointment: {start}cancel/" in lines
    assert "/p/" not in OutboundMessage.objects.get(channel="email", about="changed").body


def test_an_email_leads_nowhere_where_nothing_can_be_done(clinic):
    PortalPolicy.objects.update(changes_enabled=False, cancellation_window=timedelta(days=7))
    change(clinic.appointment, FREE, by=None, now=NOW)
    [email] = sent()
    assert "/change/" not in email.body and "/cancel/" not in email.body and "Manage appointment" in email.body


def test_who_has_no_change_left_is_not_led_to_one(clinic):
    PortalPolicy.objects.update(max_changes=1)
    changed(clinic)
    [email] = sent()
    assert "/change/" not in email.body and "/cancel/" in email.body


def test_ready_reminders_leave_time_to_act_within_the_windows_of_a_new_clinic(db):
    policy = PortalPolicy.objects.get()
    longest = max(policy.change_window, policy.cancellation_window)
    for template in CommunicationTemplate.objects.filter(event="reminder"):
        assert template.send_before >= longest + timedelta(days=1), template
