from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from tests.factories import NOW, cancelled_status, default_status, make_client
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.models import (
    AppointmentEvent,
    AppointmentStatus,
    Client,
    ClientMessage,
    OutboundMessage,
    PortalPolicy,
    PortalSettings,
)
from wagtail_clientportal.signals import appointment_cancelled


def test_a_client_cancels_and_the_place_is_free(clinic):
    cancelled = cancel(clinic.appointment, message="On holiday", by=clinic.client, now=NOW)

    assert cancelled.status == cancelled_status() and not cancelled.holds_place
    event = AppointmentEvent.objects.get()
    assert (event.kind, event.old_status, event.new_status) == ("cancelled", default_status(), cancelled_status())
    assert event.policy_wording and event.policy_sha256
    assert ClientMessage.objects.get().event == event
    told = OutboundMessage.objects.filter(client=clinic.client)
    assert {(row.about, row.channel) for row in told} == {("cancelled", "email"), ("cancelled", "sms")}
    other = make_client(email="b@example.org")
    user = get_user_model().objects.create_user("desk")
    assert book(other, clinic.clinician, clinic.location, clinic.appointment_type, cancelled.start, by=user, now=NOW)


def test_cancelling_twice_changes_nothing_the_second_time(clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    with pytest.raises(refusals.NotCurrent):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert AppointmentEvent.objects.count() == 1


def test_too_late_names_the_deadline(clinic):
    deadline = clinic.appointment.start - timedelta(hours=24)
    with pytest.raises(refusals.TooLateToCancel) as caught:
        cancel(clinic.appointment, by=clinic.client, now=deadline + timedelta(seconds=1))
    assert caught.value.deadline == deadline
    assert cancel(clinic.appointment, by=clinic.client, now=deadline)


def test_portal_off_means_off(clinic):
    PortalSettings.objects.update(enabled=False)
    with pytest.raises(refusals.PortalOff):
        cancel(clinic.appointment, by=clinic.client, now=NOW)


def test_a_client_may_not_choose_the_status_nor_cancel_somebody_elses(clinic):
    with pytest.raises(refusals.NotAllowed):
        cancel(clinic.appointment, by=clinic.client, now=NOW, status=cancelled_status())
    with pytest.raises(refusals.NotAllowed):
        cancel(clinic.appointment, by=make_client(email="b@example.org"), now=NOW)


def test_staff_choose_a_status_that_frees_the_place(clinic):
    user = get_user_model().objects.create_user("desk")
    with pytest.raises(refusals.NotAllowed):
        cancel(clinic.appointment, by=user, now=NOW, status=default_status())
    absent = AppointmentStatus.objects.get(name="Did not attend")
    assert cancel(clinic.appointment, by=user, now=NOW, status=absent).status == absent


def test_the_system_may_cancel_too(clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    assert AppointmentEvent.objects.get().by_kind == "system"


def test_a_policy_whose_status_keeps_the_place_cannot_be_saved(clinic):
    policy = PortalPolicy.objects.get()
    policy.status_after_cancellation = default_status()
    with pytest.raises(ValidationError):
        policy.save()
    with pytest.raises(ValidationError):
        policy.full_clean()


def test_attending_is_fixed_once_a_status_is_in_use(clinic):
    status = default_status()
    status.attending = False
    with pytest.raises(ValidationError):
        status.save()


def test_a_status_taken_back_has_to_find_its_place_free(clinic):
    user = get_user_model().objects.create_user("desk")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    set_status(clinic.appointment, default_status(), by=user, now=NOW)
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place
    cancel(clinic.appointment, by=user, now=NOW)
    clinic.book(client=make_client(email="b@example.org"))
    with pytest.raises(refusals.SlotTaken):
        set_status(clinic.appointment, default_status(), by=user, now=NOW)
    assert AppointmentEvent.objects.filter(kind="status_changed").count() == 1


def test_a_status_that_frees_a_place_to_come_is_a_cancellation(clinic, django_capture_on_commit_callbacks):
    heard = []
    absent = AppointmentStatus.objects.get(name="Did not attend")

    def receiver(event, **kwargs):
        heard.append(event.kind)

    appointment_cancelled.connect(receiver)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert set_status(clinic.appointment, absent, by=None, now=NOW).status == absent
    finally:
        appointment_cancelled.disconnect(receiver)
    event = AppointmentEvent.objects.get()
    assert (event.kind, event.old_status, event.new_status) == ("cancelled", default_status(), absent)
    assert heard == ["cancelled"]
    told = OutboundMessage.objects.filter(client=clinic.client)
    assert {(row.about, row.channel) for row in told} == {("cancelled", "email"), ("cancelled", "sms")}


def test_a_status_that_frees_a_place_which_has_begun_or_is_free_is_none(clinic):
    absent = AppointmentStatus.objects.get(name="Did not attend")
    set_status(clinic.appointment, absent, by=None, now=clinic.appointment.start)
    set_status(clinic.appointment, cancelled_status(), by=None, now=NOW)
    assert {one.kind for one in AppointmentEvent.objects.all()} == {"status_changed"}
    assert not OutboundMessage.objects.filter(client=clinic.client).exists()


def test_setting_the_status_it_has_writes_no_history_and_clients_may_not(clinic):
    user = get_user_model().objects.create_user("desk")
    set_status(clinic.appointment, default_status(), by=user, now=NOW)
    assert not AppointmentEvent.objects.exists()
    with pytest.raises(refusals.NotAllowed):
        set_status(clinic.appointment, cancelled_status(), by=clinic.client, now=NOW)


def test_cancelling_frees_the_place_even_if_the_policys_status_came_to_keep_it(clinic):
    AppointmentStatus.objects.filter(name="Cancelled").update(attending=True)
    cancelled = cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert (cancelled.status.name, cancelled.holds_place) == ("Did not attend", False)


def test_attending_is_fixed_once_a_policy_gives_the_status_to_cancelled_ones(clinic):
    status = cancelled_status()
    status.attending = True
    with pytest.raises(ValidationError):
        status.save()


def test_a_client_whose_portal_access_was_taken_away_cannot_act(clinic):
    Client.objects.update(portal_access=False)
    with pytest.raises(refusals.NotAllowed):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
