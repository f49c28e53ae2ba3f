from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation

from tests.factories import NOW, make_clinician, make_location
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.models import Notification, OutboundMessage, PortalSettings
from wagtail_clientportal.notifications.queue import tell_of_ambiguity, tell_of_burst, tell_of_failure

A_DAY = timedelta(days=1)


def email():
    return OutboundMessage.objects.get(about="staff")


def names_nobody(clinic, text):
    """Whether nothing in *text* says who the client is, but for the number of the record."""
    person = clinic.client
    details = [person.first_name, person.last_name, person.email, person.mobile, person.mobile_key, person.postcode]
    return not any(detail.lower() in text.lower() for detail in [*details, "1956"])


def test_a_cancellation_says_when_with_whom_and_where(clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    told = email()
    assert told.subject == "Appointment cancelled: Wednesday 25 November 2026 at 10am"
    assert "Wednesday 25 November 2026 at 10am · Ada Osei · Harbour Rooms" in told.body
    assert f"Client #{clinic.client.pk} · Appointment #{clinic.appointment.pk}" in told.body
    assert "http://localhost/admin/" in told.body


def test_a_change_says_both_places_each_in_its_own_zone(clinic):
    york = make_location(name="Hudson Rooms", timezone="America/New_York")
    ben = make_clinician(name="Ben Adeyemi", locations=[york], appointment_types=[clinic.appointment_type])
    desk = get_user_model().objects.create_user("desk")
    change(clinic.appointment, clinic.appointment.start + A_DAY, clinician=ben, location=york, by=desk, now=NOW)
    told = email()
    assert told.subject == "Appointment changed: now Thursday 26 November 2026 at 5am, New York time"
    was, now = told.body.splitlines()[:2]
    assert was == "Was: Wednesday 25 November 2026 at 10am · Ada Osei · Harbour Rooms"
    assert now == "Now: Thursday 26 November 2026 at 5am, New York time · Ben Adeyemi · Hudson Rooms"
    assert "By: desk" in told.body


def test_who_acted_is_called_as_on_the_screens(clinic):
    ann = get_user_model().objects.create_user("ann", first_name="Ann", last_name="Example")
    cancel(clinic.appointment, by=ann, now=NOW)
    assert "By: Ann Example (staff)" in email().body.splitlines()


def test_a_new_appointment_is_told_as_new(clinic):
    start = clinic.appointment.start + A_DAY
    book(clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, start, by=None, now=NOW)
    assert email().subject == "New appointment: Thursday 26 November 2026 at 10am"


def test_what_the_client_wrote_is_mentioned_and_not_repeated(clinic):
    cancel(clinic.appointment, message="My hip is so much worse", by=clinic.client, now=NOW)
    assert "The client left a message" in email().body and "hip" not in email().body


def test_without_a_message_none_is_mentioned(clinic):
    cancel(clinic.appointment, message="  \n", by=clinic.client, now=NOW)
    assert "left a message" not in email().body


def test_no_email_to_staff_names_a_client_or_the_treatment(clinic, admin_user):
    settings = PortalSettings.objects.get()
    change(clinic.appointment, clinic.appointment.start + A_DAY, message="It's Margaret", by=clinic.client, now=NOW)
    moved = type(clinic.appointment).objects.get(pk=clinic.appointment.pk)
    cancel(moved, by=clinic.client, now=NOW)
    failed = OutboundMessage.objects.filter(client=clinic.client).first()
    tell_of_failure(failed, portal_settings=settings, now=NOW)
    tell_of_ambiguity([clinic.client], portal_settings=settings, key="one", now=NOW)
    tell_of_burst(100, portal_settings=settings, now=NOW)
    told = OutboundMessage.objects.filter(about="staff")
    assert told.count() == 5
    for one in told:
        assert names_nobody(clinic, f"{one.subject}\n{one.body}")
        assert clinic.appointment_type.name not in one.body
        assert one.client is None and one.recipient == settings.notify_email
    assert all(names_nobody(clinic, str(one)) for one in Notification.objects.all())


def test_the_check_for_names_can_fail(clinic):
    assert not names_nobody(clinic, "Mrs HALE rang")
    assert names_nobody(clinic, f"{clinic.client} rang")


def test_a_failure_says_why_and_what_to_do(clinic):
    failed = OutboundMessage.objects.create(
        about="changed",
        client=clinic.client,
        appointment=clinic.appointment,
        channel="email",
        recipient=clinic.client.email,
        last_error="The mailbox is full.",
        dedupe_key="changed-1",
    )
    tell_of_failure(failed, portal_settings=PortalSettings.objects.get(), now=NOW)
    assert "could not be sent: The mailbox is full." in email().body
    assert "Please tell the client yourself." in email().body


def test_those_who_cannot_be_told_apart_are_named_by_their_numbers(clinic):
    tell_of_ambiguity([clinic.client], portal_settings=PortalSettings.objects.get(), key="one", now=NOW)
    assert f"Client #{clinic.client.pk}" in email().body


@pytest.mark.parametrize("language", ["fr", "en-us"])
def test_staff_read_the_sites_language_whatever_the_client_reads(clinic, language):
    with translation.override(language):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert "Wednesday 25 November 2026" in email().subject
