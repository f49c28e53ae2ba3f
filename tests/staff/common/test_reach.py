"""What somebody without a permission could find out beside the way, and what an old form could overwrite."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import NOW, make_client
from tests.staff.filling_in import filled_in
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.set_portal_access import set_portal_access
from wagtail_clientportal.actions.set_preferences import set_preferences
from wagtail_clientportal.models import Appointment, Client, Notification, OutboundMessage
from wagtail_clientportal.outbox import delivery_record

REGISTER = "wagtail_clientportal_appointment_modeladmin_index"


@pytest.mark.parametrize("guess", ["margaret@example", "07700 9001", "+44770090"])
def test_who_may_not_see_clients_cannot_search_by_their_contacts(staff_with, clinic, guess):
    staff = staff_with("view_appointment")
    assert "Margaret Hale" in staff.get(reverse(REGISTER), {"q": "hale"}).content.decode()
    assert "Margaret Hale" not in staff.get(reverse(REGISTER), {"q": guess}).content.decode()


def test_who_may_see_clients_searches_appointments_by_their_contacts(staff_with, clinic):
    staff = staff_with("view_appointment", "view_client")
    assert "Margaret Hale" in staff.get(reverse(REGISTER), {"q": "margaret@example"}).content.decode()


@pytest.mark.parametrize(("codenames", "names"), [((), False), (("view_appointment",), True)])
def test_time_off_names_clients_only_to_who_may_see_appointments(staff_with, clinic, codenames, names):
    staff = staff_with("add_timeoff", *codenames)
    response = staff.post(
        reverse("clientportal_timeoff:add"), {"first_day": "2026-11-25", "reason": "Holiday"}, follow=True
    )
    assert ("Margaret Hale" in response.content.decode()) is names
    assert "Holiday" in response.content.decode()


def opened_form(staff, client):
    """The address of the record's form, and what it sends when nothing is changed."""
    url = reverse("clientportal_client:edit", args=[client.pk])
    fields = {field.html_name: field.value() for field in staff.get(url).context["form"]}
    return url, {name: "on" if value is True else value for name, value in fields.items() if value not in (None, False)}


def test_a_form_that_was_open_since_saves_over_nothing_that_came_meanwhile(boss, clinic):
    client = make_client(first_name="Ida", email="ida@example.org")
    url, sent = opened_form(boss, client)
    set_portal_access(client, False, by=None, reason="Her son reads her mail.")
    response = boss.post(url, sent | {"mobile": "07700 900999"})
    assert "This record was changed in the meantime" in response.content.decode()
    client.refresh_from_db()
    assert (client.portal_access, client.portal_access_reason) == (False, "Her son reads her mail.")
    assert client.mobile == "07700 900123"
    # Sent again as it is, the page saves what was typed, over nothing else.
    boss.post(url, filled_in(response))
    client.refresh_from_db()
    assert (client.portal_access, client.mobile) == (False, "07700 900999")


def test_a_form_that_was_open_since_gives_no_consent_back(boss, clinic):
    url, sent = opened_form(boss, clinic.client)
    set_preferences(clinic.client, email_reminders=False)
    boss.post(url, sent)
    assert Client.objects.get().email_reminders is False


def test_a_form_that_was_open_since_does_not_bring_an_anonymised_client_back(boss, clinic):
    url, sent = opened_form(boss, clinic.client)
    Appointment.objects.all().delete()
    anonymise_client(clinic.client, by=None)
    boss.post(url, sent)
    client = Client.objects.get()
    assert client.full_name != "Margaret Hale" and client.anonymised_at is not None


def test_a_form_is_saved_when_links_were_ended_or_appointments_made_meanwhile(boss, clinic):
    url, sent = opened_form(boss, clinic.client)
    boss.post(reverse("clientportal_client:revoke_links", args=[clinic.client.pk]))
    boss.post(url, sent | {"mobile": "07700 900999"})
    assert Client.objects.get().mobile == "07700 900999"


def test_a_message_given_up_while_it_was_being_sent_has_not_failed(clinic):
    """Its client may have been anonymised meanwhile, and the mail server's answer holds the address."""
    message = OutboundMessage.objects.create(
        about="changed",
        client=clinic.client,
        channel="email",
        recipient=clinic.client.email,
        dedupe_key="changed-1",
        due_at=NOW,
    )
    taken = delivery_record.take(message.pk, NOW)
    OutboundMessage.objects.update(status="dropped", last_error="The client was anonymised.")
    later = NOW + timedelta(seconds=5)
    assert delivery_record.record_failure(taken, later, error="550 margaret@example.org", permanent=True) is False
    assert OutboundMessage.objects.get().last_error == "The client was anonymised."
    assert not Notification.objects.exists()
