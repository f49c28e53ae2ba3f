from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Site

from tests.factories import NOW, make_client, make_clinician
from wagtail_clientportal.access.links import find_link, mint_appointment_link
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.refusals import IdentityMismatch, NotCurrent
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.actions.verify_identity import verify_identity
from wagtail_clientportal.models import (
    AppointmentEvent,
    AppointmentStatus,
    Notification,
    NotificationPreferences,
    OutboundMessage,
    PortalSettings,
)
from wagtail_clientportal.notifications.queue import tell_of_ambiguity, tell_of_burst, tell_of_failure

NOTIFY = "staff@harbour.example"
A_DAY = timedelta(days=1)


def make_user(name, **values):
    return get_user_model().objects.create_user(name, f"{name}@harbour.example", "secret", **values)


@pytest.fixture
def ada(clinic):
    """The account of the clinician whose appointment it is."""
    clinic.clinician.user = make_user("ada")
    clinic.clinician.save()
    return clinic.clinician.user


@pytest.fixture
def desk(db):
    return make_user("desk")


@pytest.fixture
def ben(clinic):
    """Another clinician, with an account."""
    return make_clinician(
        name="Ben Adeyemi",
        locations=[clinic.location],
        appointment_types=[clinic.appointment_type],
        user=make_user("ben"),
    )


def in_the_bell():
    """Who has which notification: sorted (user name, kind)."""
    return sorted(Notification.objects.values_list("recipient__username", "kind"))


def emailed():
    """The addresses of emails to staff, sorted."""
    return sorted(OutboundMessage.objects.filter(about="staff").values_list("recipient", flat=True))


def test_a_clinician_is_told_in_the_admin_and_by_email(clinic, ada):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == ["ada@harbour.example"]
    notification = Notification.objects.get()
    assert notification.appointment == clinic.appointment and notification.event == AppointmentEvent.objects.get()
    assert notification.created_at == NOW and notification.read_at is None
    email = OutboundMessage.objects.get(about="staff")
    assert (email.channel, email.status, email.client, email.due_at) == ("email", "waiting", None, NOW)


@pytest.mark.parametrize("kind", ["booked", "changed", "cancelled"])
def test_each_change_by_a_client_is_told_as_what_it_is(clinic, ada, kind):
    if kind == "booked":
        start = clinic.appointment.start + A_DAY
        person = make_client(email="b@example.org")
        book(person, clinic.clinician, clinic.location, clinic.appointment_type, start, by=None, now=NOW)
    elif kind == "changed":
        change(clinic.appointment, clinic.appointment.start + A_DAY, by=clinic.client, now=NOW)
    else:
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", kind)] and emailed() == ["ada@harbour.example"]


def test_a_status_that_staff_set_is_told_to_nobody(clinic, ada, desk):
    set_status(clinic.appointment, AppointmentStatus.objects.get(name="Confirmed"), by=desk, now=NOW)
    assert not in_the_bell() and not emailed()


def test_whoever_did_it_is_not_told(clinic, ada):
    cancel(clinic.appointment, by=ada, now=NOW)
    assert not in_the_bell() and not emailed()


def test_what_a_colleague_did_is_told(clinic, ada, desk):
    cancel(clinic.appointment, by=desk, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")]


def test_the_old_and_the_new_clinician_are_told(clinic, ada, ben, desk):
    change(clinic.appointment, clinic.appointment.start + A_DAY, clinician=ben, by=desk, now=NOW)
    assert in_the_bell() == [("ada", "changed"), ("ben", "changed")]
    assert emailed() == ["ada@harbour.example", "ben@harbour.example"]


def test_of_two_clinicians_the_one_who_did_it_is_not_told(clinic, ada, ben):
    change(clinic.appointment, clinic.appointment.start + A_DAY, clinician=ben, by=ada, now=NOW)
    assert in_the_bell() == [("ben", "changed")] and emailed() == ["ben@harbour.example"]


def test_a_clinician_without_an_account_is_told_by_the_notification_address(clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert not in_the_bell() and emailed() == [NOTIFY]


def test_an_account_that_is_not_active_is_as_good_as_none(clinic, ada):
    ada.is_active = False
    ada.save()
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert not in_the_bell() and emailed() == [NOTIFY]


def test_an_account_without_an_address_is_told_in_the_admin_and_the_clinic_by_email(clinic, ada):
    ada.email = ""
    ada.save()
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == [NOTIFY]


def test_one_with_an_account_and_one_without_are_each_told_their_way(clinic, ben, desk):
    change(clinic.appointment, clinic.appointment.start + A_DAY, clinician=ben, by=desk, now=NOW)
    assert in_the_bell() == [("ben", "changed")]
    assert emailed() == ["ben@harbour.example", NOTIFY]


def test_one_address_gets_one_email(clinic, desk):
    other = make_clinician(name="Cy", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    change(clinic.appointment, clinic.appointment.start + A_DAY, clinician=other, by=desk, now=NOW)
    assert emailed() == [NOTIFY]


def test_without_any_address_the_change_is_made_all_the_same(clinic):
    PortalSettings.objects.update(notify_email="")
    assert not cancel(clinic.appointment, by=clinic.client, now=NOW).holds_place
    assert not emailed()


def test_where_no_site_is_the_default_one_staff_are_still_told(clinic, ada, desk):
    Site.objects.update(is_default_site=False)
    cancel(clinic.appointment, by=desk, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")] and emailed() == ["ada@harbour.example"]


def test_what_did_not_happen_is_told_to_nobody(clinic, ada):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    with pytest.raises(NotCurrent):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert len(in_the_bell()) == len(emailed()) == 1


def test_every_change_is_told_anew(clinic, ada):
    for days in (1, 2):
        appointment = type(clinic.appointment).objects.get(pk=clinic.appointment.pk)
        change(appointment, clinic.appointment.start + days * A_DAY, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "changed")] * 2
    assert len(set(OutboundMessage.objects.filter(about="staff").values_list("dedupe_key", flat=True))) == 2


# -- What concerns no clinician


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


def settings():
    return PortalSettings.objects.get()


def test_a_message_that_failed_is_told_to_the_clinician_once(failed, ada, admin_user):
    for minutes in (0, 5):
        tell_of_failure(failed, portal_settings=settings(), now=NOW + timedelta(minutes=minutes))
    assert in_the_bell() == [("ada", "communication_failed")] and emailed() == ["ada@harbour.example"]


@pytest.mark.parametrize("left", [False, True])
def test_without_a_clinicians_account_administrators_are_told(failed, clinic, admin_user, left):
    make_user("former", is_superuser=True, is_active=False)
    if left:
        clinic.clinician.user = make_user("ada", is_active=False)
        clinic.clinician.save()
    tell_of_failure(failed, portal_settings=settings(), now=NOW)
    assert in_the_bell() == [("admin", "communication_failed")] and emailed() == [NOTIFY]


def test_clients_who_cannot_be_told_apart_are_told_to_administrators_once_an_occasion(clinic, ada, admin_user):
    for key in ("one", "one", "two"):
        tell_of_ambiguity([clinic.client, make_client()], portal_settings=settings(), key=key, now=NOW)
    assert in_the_bell() == [("admin", "ambiguous_identity")] * 2 and emailed() == [NOTIFY] * 2


def test_a_burst_is_told_to_administrators_once_in_ten_minutes(clinic, ada, admin_user):
    for minutes in (0, 9, 10, 19):
        tell_of_burst(100, portal_settings=settings(), now=NOW + timedelta(minutes=minutes))
    assert in_the_bell() == [("admin", "failed_checks")] * 2 and emailed() == [NOTIFY] * 2


def test_without_a_notification_address_staff_are_told_once_all_the_same(failed, clinic, admin_user):
    PortalSettings.objects.update(notify_email="")
    for _ in range(3):
        tell_of_failure(failed, portal_settings=settings(), now=NOW)
        tell_of_ambiguity([clinic.client], portal_settings=settings(), key="one", now=NOW)
        tell_of_burst(100, portal_settings=settings(), now=NOW)
    told = ["ambiguous_identity", "communication_failed", "failed_checks"]
    assert in_the_bell() == [("admin", kind) for kind in told] and not emailed()


@pytest.mark.parametrize("alert", [1, 2, 5])
@pytest.mark.parametrize("address", ["", NOTIFY])
def test_the_failed_check_that_is_one_too_many_is_told_and_no_further_one(clinic, admin_user, alert, address, settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "IDENTITY_FAILURES_ALERT": alert}
    PortalSettings.objects.update(notify_email=address)
    told = []
    for number in range(7):
        guess_wrongly(clinic, number)
        told.append(len(in_the_bell()))
    assert told == [0] * (alert - 1) + [1] * (8 - alert)
    assert emailed() == [address] * bool(address)


def guess_wrongly(clinic, number):
    """Fail a check behind a link of a new client's own."""
    person = make_client(email=f"{number}@example.org", mobile="")
    link = find_link(mint_appointment_link(clinic.book(client=person, overbooked=True), NOW), NOW)
    with pytest.raises(IdentityMismatch):
        verify_identity(link, date_of_birth=date(1956, 12, 8), postcode="SW1A 1AA", now=NOW)


@pytest.fixture
def rita(desk):
    """A receptionist, who has chosen nothing."""
    desk.groups.add(Group.objects.get(name="Clinic receptionist"))
    return desk


@pytest.mark.parametrize("has_come_by", [False, True])
def test_a_receptionist_hears_of_everybodys_appointments_until_she_chooses(clinic, rita, has_come_by):
    if has_come_by:
        NotificationPreferences.objects.create(user=rita, here_at=NOW)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("desk", "cancelled")]


def test_a_receptionist_who_chose_her_own_diary_hears_of_no_other(clinic, rita):
    NotificationPreferences.objects.create(user=rita, whose="own")
    make_user("boss", is_superuser=True)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert ("desk", "cancelled") not in in_the_bell()


def test_a_receptionist_who_sees_clients_herself_hears_of_her_own_diary_until_she_chooses(clinic, ada, rita):
    make_clinician(name="Rita", user=rita)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")]


def test_an_administrator_and_a_page_editor_hear_of_nothing_that_they_did_not_choose(clinic, ada, desk):
    make_user("boss", is_superuser=True)
    desk.groups.add(Group.objects.get(name="Clinic editor"))
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert in_the_bell() == [("ada", "cancelled")]
