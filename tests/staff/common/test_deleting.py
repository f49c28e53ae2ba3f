"""What is in use isn't deleted, and the page says what to do instead."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import make_location, make_type
from wagtail_clientportal.models import (
    AppointmentStatus,
    Client,
    CommunicationTemplate,
    Location,
    PortalPolicy,
    PortalSettings,
)

INSTEAD = {
    "client": "Untick “Active” instead",
    "clinician": "Untick “Active” instead",
    "location": "Untick “Active” instead",
    "appointmenttype": "Untick “Active” instead",
    "appointmentstatus": "Rename it instead",
}


@pytest.mark.parametrize("model", INSTEAD)
def test_what_appointments_lean_on_is_refused_in_a_sentence(boss, records, model):
    url = reverse(f"clientportal_{model}:delete", args=[records[model].pk])
    for response in (boss.get(url), boss.post(url)):
        page = response.content.decode()
        assert "can&#x27;t be deleted" in page
        assert INSTEAD[model] in page
        assert "Yes, delete" not in page
    assert type(records[model]).objects.filter(pk=records[model].pk).exists()


def test_what_was_booked_in_bulk_protects_too(boss, clinic):
    appointment = clinic.appointment
    appointment.pk, appointment.public_id = None, "7c0bbad4-9a02-4a36-9f6c-5d4a1b4f3f10"
    for moment in ("start", "end", "busy_until"):
        setattr(appointment, moment, getattr(appointment, moment) + timedelta(days=1))
    type(appointment).objects.bulk_create([appointment])
    response = boss.post(reverse("clientportal_clinician:delete", args=[clinic.clinician.pk]))
    assert "2 appointments" in response.content.decode()


def test_a_client_whom_nothing_refers_to_is_deleted(boss, clinic):
    other = Client.objects.create(first_name="Nobody", last_name="Yet")
    response = boss.post(reverse("clientportal_client:delete", args=[other.pk]), follow=True)
    assert "Nobody Yet" in response.content.decode()
    assert not Client.objects.filter(pk=other.pk).exists()


def test_a_status_that_a_policy_uses_is_refused(boss, db):
    cancelled = AppointmentStatus.objects.get(name="Cancelled")
    response = boss.post(reverse("clientportal_appointmentstatus:delete", args=[cancelled.pk]))
    assert "1 portal policy" in response.content.decode()
    assert AppointmentStatus.objects.filter(pk=cancelled.pk).exists()


@pytest.mark.parametrize(("model", "field"), [("location", "location"), ("appointmenttype", "appointment_type")])
def test_what_a_draft_or_an_earlier_version_of_a_message_names_is_refused(boss, clinic, model, field):
    named = {"location": make_location, "appointmenttype": make_type}[model](name="Annexe")
    template = CommunicationTemplate.objects.get(event="booked", channel="email")
    setattr(template, field, named)
    template.save_revision()
    url = reverse(f"clientportal_{model}:delete", args=[named.pk])

    def is_refused():
        pages = [response.content.decode() for response in (boss.get(url), boss.post(url))]
        return all(f"a draft or earlier version of “{template.name}”. Untick" in page for page in pages)

    assert is_refused()
    setattr(template, field, None)
    template.save_revision()
    assert is_refused()  # it can still be gone back to
    template.delete()
    boss.post(url)
    assert not type(named).objects.filter(pk=named.pk).exists()


def test_a_location_is_deleted_whatever_number_other_drafts_hold(boss, clinic):
    location = make_location(name="Annexe")
    template = CommunicationTemplate.objects.get(event="booked", channel="email")
    template.appointment_type = make_type(pk=location.pk + 1000)
    template.save_revision()
    boss.post(reverse("clientportal_location:delete", args=[location.pk]))
    assert not Location.objects.filter(pk=location.pk).exists()


def test_a_status_that_a_draft_of_a_policy_names_is_refused(boss, db):
    status = AppointmentStatus.objects.create(name="Called off", attending=False)
    policy = PortalPolicy.objects.get()
    policy.status_after_cancellation = status
    policy.save_revision()
    response = boss.post(reverse("clientportal_appointmentstatus:delete", args=[status.pk]))
    assert f"a draft or earlier version of “{policy}”. Rename it instead" in response.content.decode()
    assert AppointmentStatus.objects.filter(pk=status.pk).exists()


def delete_policy(boss, policy):
    return boss.post(reverse(PortalPolicy.snippet_viewset.get_url_name("delete"), args=[policy.pk]), follow=True)


def test_a_policy_that_the_settings_name_is_refused(boss, clinic):
    policy = PortalPolicy.objects.get()
    assert "Choose another policy there" in delete_policy(boss, policy).content.decode()
    assert PortalPolicy.objects.exists()


def test_a_policy_that_the_history_names_is_refused(boss, records):
    PortalSettings.objects.update(default_policy=None)
    policy = PortalPolicy.objects.get()
    assert "1 line of appointment history" in delete_policy(boss, policy).content.decode()
    assert PortalPolicy.objects.exists()


def test_a_policy_that_nothing_names_is_deleted(boss, db):
    PortalSettings.objects.update(default_policy=None)
    delete_policy(boss, PortalPolicy.objects.get())
    assert not PortalPolicy.objects.exists()


def test_several_policies_at_once_are_refused_too(boss, clinic):
    url = f"/admin/bulk/wagtail_clientportal/portalpolicy/delete/?id={PortalPolicy.objects.get().pk}"
    for response in (boss.get(url, follow=True), boss.post(url, follow=True)):
        assert "Choose another policy there" in response.content.decode()
    assert PortalPolicy.objects.exists()
