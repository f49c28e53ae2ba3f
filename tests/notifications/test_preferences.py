"""What somebody prefers decides what they are told of, and how; nothing that matters is heard by nobody."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_client
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import (
    ClientMessage,
    Notification,
    NotificationPreferences,
    OutboundMessage,
    PortalSettings,
)
from wagtail_clientportal.notifications.queue import tell_of_ambiguity, tell_of_burst, tell_of_failure

NOTIFY = "staff@harbour.example"
A_DAY = timedelta(days=1)
EVERYBODYS = ("view_appointment", "see_every_diary")


def make_user(name, *codenames, **values):
    user = get_user_model().objects.create_user(name, f"{name}@harbour.example", "secret", **values)
    allow(user, *codenames)
    return user


def allow(user, *codenames):
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="wagtail_clientportal", codename__in=codenames)
    )


def prefers(user, **values):
    NotificationPreferences.objects.update_or_create(user=user, defaults=values)


def in_the_bell():
    return sorted(Notification.objects.values_list("recipient__username", "kind"))


def emailed():
    return sorted(OutboundMessage.objects.filter(about="staff").values_list("recipient", flat=True))


def settings():
    return PortalSettings.objects.get()


@pytest.fixture
def ada(clinic):
    clinic.clinician.user = make_user("ada")
    clinic.clinician.save()
    return clinic.clinician.user


@pytest.fixture
def maya(db):
    """Somebody at the desk, who asked to hear of everybody's appointments, and may."""
    user = make_user("maya", *EVERYBODYS)
    prefers(user, whose="everybody")
    return user


@pytest.fixture
def failed(clinic):
    return OutboundMessage.objects.create(
        about="changed",
        client=clinic.client,
        appointment=clinic.appointment,
        channel="email",
        recipient=clinic.client.email,
        status="failed",
        last_error="The mailbox is full.",
        dedupe_key="changed-1",
    )


# -- Whose


@pytest.mark.parametrize("kind", ["booked", "changed", "cancelled"])
def test_whoever_asked_for_everybodys_is_told_beside_the_clinician(clinic, ada, maya, kind):
    start = clinic.appointment.start + A_DAY
    if kind == "booked":
        person = make_client(email="b@example.org")
        book(person, clinic.clinician, clinic.location, clinic.appointment_type, start, by=None, now=NOW)
    elif kind == "changed":
        change(clinic.appointment, start, by=clinic.client, now=NOW)
    else:
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", kind), ("maya", kind)]
    assert emailed() == ["ada@harbour.example", "maya@harbour.example"]


def test_their_own_appointment_is_told_to_them_once(clinic, ada):
    allow(ada, *EVERYBODYS)
    prefers(ada, whose="everybody")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == ["ada@harbour.example"]


@pytest.mark.parametrize("allowed", [(), ("view_appointment",), ("see_every_diary",)])
def test_who_may_not_see_every_diary_hears_nothing_of_it_whatever_they_asked_for(clinic, ada, maya, allowed):
    allow(maya, *allowed)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")]


def test_a_permission_by_group_counts_and_so_does_being_a_superuser(clinic, ada, maya):
    allow(maya)
    maya.groups.add(Group.objects.get(name="Clinic receptionist"))
    prefers(make_user("root", is_superuser=True), whose="everybody")
    make_user("other", is_superuser=True)  # who asked for nothing
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert [name for name, _kind in in_the_bell()] == ["ada", "maya", "root"]


def test_one_who_left_hears_nothing(clinic, ada, maya):
    get_user_model().objects.filter(pk=maya.pk).update(is_active=False)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == ["ada@harbour.example"]


def test_whoever_did_it_is_not_told_though_they_asked_for_everybodys(clinic, ada, maya):
    cancel(clinic.appointment, by=maya, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == ["ada@harbour.example"]


def test_an_account_without_an_address_that_asked_for_everybodys_sends_nothing_elsewhere(clinic, ada, maya):
    get_user_model().objects.filter(pk=maya.pk).update(email="")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled"), ("maya", "cancelled")] and emailed() == ["ada@harbour.example"]


def test_a_clinician_without_an_account_is_still_told_by_the_clinics_address(clinic, maya):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("maya", "cancelled")] and emailed() == ["maya@harbour.example", NOTIFY]


def test_where_nobody_could_be_told_administrators_are(clinic, admin_user):
    PortalSettings.objects.update(notify_email="")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("admin", "cancelled")] and emailed() == []


# -- Which kinds, and how


def test_a_kind_muted_in_the_admin_makes_no_row_and_still_an_email(clinic, ada):
    prefers(ada, muted_in_admin=["cancelled"])
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [] and emailed() == ["ada@harbour.example"]


def test_a_kind_muted_by_email_makes_a_row_and_no_email(clinic, ada):
    prefers(ada, muted_by_email=["cancelled"])
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == []


def test_other_kinds_are_told_all_the_same(clinic, ada):
    prefers(ada, muted_by_email=["changed"], muted_in_admin=["changed"])
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == ["ada@harbour.example"]


def test_a_clinician_who_wants_to_hear_nothing_of_it_is_left_in_peace_and_so_is_everybody_else(clinic, ada, admin_user):
    prefers(ada, muted_by_email=["cancelled"], muted_in_admin=["cancelled"])
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [] and emailed() == []


@pytest.mark.parametrize(("days", "is_told"), [(1, False), (2, False), (3, True), (None, True)])
def test_only_what_is_near_is_told(clinic, ada, days, is_told):
    """The appointment is in two days and two hours."""
    prefers(ada, within_days=days)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert (in_the_bell() == [("ada", "cancelled")]) == is_told
    assert (emailed() == ["ada@harbour.example"]) == is_told


def test_one_that_was_near_and_is_moved_far_away_is_told(clinic, ada):
    prefers(ada, within_days=3)
    change(clinic.appointment, clinic.appointment.start + 20 * A_DAY, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "changed")]


def test_what_is_about_no_appointment_is_told_however_near_they_want_it(clinic, maya):
    prefers(maya, within_days=1)
    tell_of_burst(100, portal_settings=settings(), now=NOW)
    assert in_the_bell() == [("maya", "failed_checks")]


# -- What clients write


def test_a_message_is_told_as_one_and_in_the_same_email(clinic, ada):
    cancel(clinic.appointment, message="My knee", by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled"), ("ada", "client_message")]
    told = Notification.objects.get(kind="client_message")
    assert told.client_message == ClientMessage.objects.get() and told.appointment == clinic.appointment
    email = OutboundMessage.objects.get(about="staff")
    assert "left a message" in email.body and "knee" not in email.body


def test_without_a_message_none_is_told(clinic, ada):
    cancel(clinic.appointment, message=" \n ", by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")]


def test_who_wants_emails_about_messages_but_not_about_cancellations_gets_one_about_the_message(clinic, ada):
    prefers(ada, muted_by_email=["cancelled"], muted_in_admin=["cancelled"])
    cancel(clinic.appointment, message="My knee", by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "client_message")]
    email = OutboundMessage.objects.get(about="staff")
    assert email.subject == "A client left a message" and email.recipient == "ada@harbour.example"
    assert "Wednesday 25 November 2026 at 10am · Ada Osei" in email.body
    for secret in ("knee", "Margaret", "Hale"):
        assert secret not in email.subject + email.body


def test_who_muted_messages_gets_no_row_about_them(clinic, ada):
    prefers(ada, muted_in_admin=["client_message"], muted_by_email=["client_message"])
    cancel(clinic.appointment, message="My knee", by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == ["ada@harbour.example"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a\r\nBcc: x@evil.example"])
def test_no_email_repeats_what_a_client_wrote_or_is_called(clinic, ada, text):
    prefers(ada, muted_by_email=["cancelled"])
    clinic.client.first_name = clinic.client.last_name = text[:100]
    clinic.client.save()
    change(clinic.appointment, clinic.appointment.start + A_DAY, message=text, by=clinic.client, now=NOW)
    cancel(type(clinic.appointment).objects.get(), message=text, by=clinic.client, now=NOW)
    said = [f"{one.subject}\n{one.body}" for one in OutboundMessage.objects.filter(about="staff")]
    assert len(said) == 2
    assert not any(part in one for one in said for part in ("script", "cmd", "evil"))


# -- What somebody has to do something about


def test_a_failed_communication_is_told_to_the_clinician_and_to_who_asked_for_everybodys(failed, clinic, ada, maya):
    tell_of_failure(failed, portal_settings=settings(), now=NOW)
    assert in_the_bell() == [("ada", "communication_failed"), ("maya", "communication_failed")]
    assert emailed() == ["ada@harbour.example", "maya@harbour.example"]
    told = Notification.objects.first()
    assert told.outbound_message == failed and told.client == clinic.client


def test_a_failure_that_nobody_wants_to_hear_of_is_told_to_administrators(failed, ada, admin_user):
    prefers(ada, muted_in_admin=["communication_failed"], muted_by_email=["communication_failed"])
    tell_of_failure(failed, portal_settings=settings(), now=NOW)
    assert in_the_bell() == [("admin", "communication_failed")] and emailed() == [NOTIFY]


def test_who_hears_of_a_failure_by_email_alone_hears_of_it(failed, ada, admin_user):
    prefers(ada, muted_in_admin=["communication_failed"])
    tell_of_failure(failed, portal_settings=settings(), now=NOW)
    assert in_the_bell() == [] and emailed() == ["ada@harbour.example"]


def test_ambiguity_and_bursts_are_told_to_who_asked_for_everybodys(clinic, ada, maya, admin_user):
    tell_of_ambiguity([clinic.client, make_client()], portal_settings=settings(), key="one", now=NOW)
    tell_of_burst(100, portal_settings=settings(), now=NOW)
    assert in_the_bell() == [("maya", "ambiguous_identity"), ("maya", "failed_checks")]
    assert emailed() == ["maya@harbour.example"] * 2
    assert Notification.objects.get(kind="ambiguous_identity").client == clinic.client


# -- Nothing is lost, and it costs little


def test_a_mail_server_that_fails_loses_no_notification(clinic, ada, maya, monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    cancel(clinic.appointment, message="My knee", by=clinic.client, now=NOW)
    for hours in range(3):
        deliver_due(NOW + timedelta(hours=hours))
    told = [(name, kind) for name in ("ada", "maya") for kind in ("cancelled", "client_message")]
    assert [one for one in in_the_bell() if one[1] != "trouble"] == told
    assert not OutboundMessage.objects.filter(about="staff", status="sent").exists()
    waiting = OutboundMessage.objects.filter(about="staff", status="waiting", attempts__gte=2)
    assert waiting.count() == 2
    monkeypatch.undo()
    deliver_due(NOW + timedelta(hours=9))
    assert OutboundMessage.objects.filter(about="staff", status="sent").count() == 2


def test_it_takes_as_many_statements_whoever_asked_for_everybodys(clinic, ada):
    def statements(appointment):
        with CaptureQueriesContext(connection) as captured:
            cancel(appointment, message="Hello", by=clinic.client, now=NOW)
        return len(captured)

    second = clinic.book(start=clinic.appointment.start + A_DAY)
    few = statements(clinic.appointment)
    for number in range(20):
        prefers(make_user(f"desk{number}", *EVERYBODYS), whose="everybody")
    assert statements(second) == few
    assert Notification.objects.filter(kind="client_message").count() == 22
