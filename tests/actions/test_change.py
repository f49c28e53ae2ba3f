from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, cancelled_status, make_client, make_clinician, make_location
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.diary.history import Snapshot
from wagtail_clientportal.models import (
    AppointmentEvent,
    BookingSettings,
    ClientMessage,
    Notification,
    OutboundMessage,
    PortalPolicy,
    PortalSettings,
    TimeOff,
)
from wagtail_clientportal.signals import appointment_changed

FREE = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def policy(**values):
    policy = PortalPolicy.objects.get()
    for name, value in values.items():
        setattr(policy, name, value)
    policy.save_revision().publish()
    return policy


def refused(refusal, appointment, start=FREE, **values):
    before = (appointment.start, appointment.clinician_id, appointment.status_id)
    values = {"by": appointment.client, "now": NOW} | values
    with pytest.raises(refusal) as caught:
        change(appointment, start, **values)
    appointment.refresh_from_db()
    assert (appointment.start, appointment.clinician_id, appointment.status_id) == before
    assert not AppointmentEvent.objects.exists() and not OutboundMessage.objects.exists()
    return caught.value


def test_a_client_moves_an_appointment_and_everything_is_recorded(clinic):
    moved = change(clinic.appointment, FREE, message=" Thank you ", by=clinic.client, now=NOW)

    clinic.appointment.refresh_from_db()
    assert moved.start == clinic.appointment.start == FREE
    assert clinic.appointment.end == FREE + timedelta(minutes=30)
    event = AppointmentEvent.objects.get()
    assert (event.kind, event.by_kind, event.at) == ("changed", "client", NOW)
    assert event.old_start == NOW.replace(hour=10) + timedelta(days=2) and event.new_start == FREE
    assert event.policy_revision_id == PortalPolicy.objects.get().live_revision_id
    assert len(event.policy_sha256) == 64 and not event.policy_shown
    assert ClientMessage.objects.get().body == "Thank you"
    by_email, by_text, to_staff = OutboundMessage.objects.order_by("pk")
    assert (by_email.about, by_email.recipient, by_email.status) == ("changed", "margaret@example.org", "waiting")
    assert (by_text.about, by_text.recipient, by_text.status) == ("changed", "+447700900123", "waiting")
    assert (to_staff.about, to_staff.recipient) == ("staff", "staff@harbour.example")
    assert "Margaret" not in to_staff.subject + to_staff.body and "Thank you" not in to_staff.body


def test_the_clinicians_own_account_is_notified(clinic):
    clinic.clinician.user = get_user_model().objects.create_user("ada", email="ada@harbour.example")
    clinic.clinician.save()
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    notification = Notification.objects.get()
    assert (notification.recipient.username, notification.kind) == ("ada", "changed")
    assert OutboundMessage.objects.get(about="staff").recipient == "ada@harbour.example"


def test_its_length_and_buffer_stay_as_booked(clinic):
    clinic.appointment.end = clinic.appointment.start + timedelta(minutes=45)
    clinic.appointment.busy_until = clinic.appointment.end + timedelta(minutes=10)
    clinic.appointment.save()
    clinic.appointment_type.duration_minutes = 20
    clinic.appointment_type.save()
    moved = change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    assert moved.duration == timedelta(minutes=45) and moved.buffer == timedelta(minutes=10)


def test_it_may_overlap_its_own_old_place(clinic):
    start = clinic.appointment.start + timedelta(minutes=15)
    assert change(clinic.appointment, start, by=clinic.client, now=NOW).start == start


def test_a_place_that_somebody_has_is_taken(clinic):
    clinic.book(client=make_client(email="b@example.org"), start=FREE - timedelta(minutes=15))
    refused(refusals.SlotTaken, clinic.appointment)


def test_the_buffer_of_the_one_before_is_respected(clinic):
    other = clinic.book(client=make_client(email="b@example.org"), start=FREE - timedelta(minutes=30))
    other.busy_until = FREE + timedelta(minutes=1)
    other.save()
    refused(refusals.SlotTaken, clinic.appointment)


def test_its_own_buffer_is_respected(clinic):
    clinic.appointment.busy_until = clinic.appointment.end + timedelta(minutes=20)
    clinic.appointment.save()
    clinic.book(client=make_client(email="b@example.org"), start=FREE + timedelta(minutes=45))
    refused(refusals.SlotTaken, clinic.appointment)


@pytest.mark.parametrize(
    "start",
    [
        FREE + timedelta(minutes=7),  # off the grid
        FREE + timedelta(seconds=30),
        FREE.replace(hour=3),  # outside the hours
        NOW + timedelta(hours=1),  # within the lead time
        NOW - timedelta(days=1),
        NOW + timedelta(days=90),  # past the horizon
        NOW.replace(hour=10) + timedelta(days=2),  # where it is
    ],
)
def test_a_start_that_is_not_offered_is_refused(clinic, start):
    refused(refusals.SlotNotOffered, clinic.appointment, start)


def test_time_off_is_not_offered(clinic):
    TimeOff.objects.create(start=FREE, end=FREE + timedelta(hours=1))
    refused(refusals.SlotNotOffered, clinic.appointment)


def test_a_naive_start_is_nobodys_time(clinic):
    refused(refusals.SlotNotOffered, clinic.appointment, FREE.replace(tzinfo=None))


def test_an_offset_of_odd_seconds_makes_no_start_of_half_a_minute(clinic):
    odd = FREE.replace(tzinfo=timezone(timedelta(seconds=30)))  # a whole minute by those clocks alone
    with pytest.raises(refusals.SlotNotOffered):
        change(clinic.appointment, odd, by=None, now=NOW)


def test_changes_up_to_24_hours_before_and_no_online_cancellations(clinic):
    policy(changes_enabled=True, change_window=timedelta(hours=24), cancellations_enabled=False)
    deadline = clinic.appointment.start - timedelta(hours=24)
    with pytest.raises(refusals.CancellationsDisabled):
        cancel(clinic.appointment, by=clinic.client, now=NOW)
    too_late = refused(refusals.TooLateToChange, clinic.appointment, now=deadline + timedelta(seconds=1))
    assert too_late.deadline == deadline
    assert change(clinic.appointment, FREE, by=clinic.client, now=deadline).start == FREE


def test_a_window_over_a_clock_change_is_elapsed_time(clinic):
    # Clocks in London go back on 31 October 2027: 9:00 on the 31st is 25 hours after 9:00 on the 30th.
    clinic.appointment.start = datetime(2027, 10, 31, 9, 0, tzinfo=UTC)
    clinic.appointment.end = clinic.appointment.start + timedelta(minutes=30)
    clinic.appointment.busy_until = clinic.appointment.end
    clinic.appointment.save()
    free = datetime(2027, 11, 2, 10, 0, tzinfo=UTC)
    nine_by_the_clock = datetime(2027, 10, 30, 8, 0, tzinfo=UTC)
    moved = change(clinic.appointment, free, by=clinic.client, now=nine_by_the_clock + timedelta(hours=1))
    assert moved.start == free


def test_the_types_own_policy_goes_before_the_default(clinic):
    own = PortalPolicy.objects.create(
        name="No changes", changes_enabled=False, locale=PortalPolicy.objects.get().locale
    )
    clinic.appointment_type.policy = own
    clinic.appointment_type.save()
    refused(refusals.ChangesDisabled, clinic.appointment)


def test_without_a_live_policy_nothing_can_be_changed_online(clinic):
    policy().unpublish()
    refused(refusals.ChangesDisabled, clinic.appointment)


def test_a_draft_of_a_policy_changes_nothing(clinic):
    draft = PortalPolicy.objects.get()
    draft.changes_enabled = False
    draft.save_revision()
    assert change(clinic.appointment, FREE, by=clinic.client, now=NOW)


def test_a_policy_that_changed_since_the_form_was_shown_refuses(clinic):
    shown = PortalPolicy.objects.get().live_revision_id
    policy(cancellation_policy="<p>New words</p>")
    refused(refusals.PolicyChanged, clinic.appointment, policy_revision=shown)
    assert change(
        clinic.appointment, FREE, by=clinic.client, now=NOW, policy_revision=PortalPolicy.objects.get().live_revision_id
    )
    event = AppointmentEvent.objects.get()
    assert event.policy_shown and event.policy_wording == "<p>New words</p>"


def test_a_clinician_who_is_not_available_online_keeps_their_diary(clinic):
    clinic.clinician.available_online = False
    clinic.clinician.save()
    refused(refusals.ClinicianNotOnline, clinic.appointment)


def test_online_booking_may_be_off_while_changes_are_on(clinic):
    assert not BookingSettings.objects.get().enabled
    assert change(clinic.appointment, FREE, by=clinic.client, now=NOW)


def test_portal_off_means_off(clinic):
    PortalSettings.objects.update(enabled=False)
    refused(refusals.PortalOff, clinic.appointment)


def test_a_cancelled_or_past_appointment_is_not_current(clinic):
    past = clinic.book(start=NOW - timedelta(days=3))
    refused(refusals.NotCurrent, past)
    clinic.appointment.status = cancelled_status()
    clinic.appointment.holds_place = False
    clinic.appointment.save()
    refused(refusals.NotCurrent, clinic.appointment)


def test_a_client_may_not_pass_what_only_staff_may(clinic):
    other = make_clinician(name="Tomasz Lis")
    for values in ({"clinician": other}, {"location": make_location()}, {"overbook": True}, {"tell_client": False}):
        refused(refusals.NotAllowed, clinic.appointment, **values)
    refused(refusals.NotAllowed, clinic.appointment, by=make_client(email="b@example.org"))


def test_staff_are_bound_by_the_diary_alone(clinic):
    user = get_user_model().objects.create_user("desk")
    PortalSettings.objects.update(enabled=False)
    late = FREE.replace(hour=21, minute=7)
    assert change(clinic.appointment, late, by=user, now=NOW).start == late
    event = AppointmentEvent.objects.get()
    assert (event.by_kind, event.by_user, event.by_username) == ("staff", user, "desk")


def test_staff_overbook_only_by_saying_so(clinic):
    user = get_user_model().objects.create_user("desk")
    clinic.book(client=make_client(email="b@example.org"), start=FREE)
    refused(refusals.SlotTaken, clinic.appointment, by=user)
    assert change(clinic.appointment, FREE, by=user, now=NOW, overbook=True).overbooked
    free_again = change(clinic.appointment, FREE + timedelta(hours=2), by=user, now=NOW, overbook=True)
    assert not free_again.overbooked


def test_staff_move_it_to_another_clinician(clinic):
    other = make_clinician(name="Tomasz Lis", locations=[clinic.location])
    user = get_user_model().objects.create_user("desk")
    moved = change(clinic.appointment, clinic.appointment.start, by=user, now=NOW, clinician=other, tell_client=False)
    assert moved.clinician == other
    event = AppointmentEvent.objects.get()
    assert (event.old_clinician, event.new_clinician) == (clinic.clinician, other)
    assert not OutboundMessage.objects.filter(client__isnull=False).exists()


def test_the_instance_handed_in_is_only_an_address(clinic):
    stale = type(clinic.appointment).objects.get(pk=clinic.appointment.pk)
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    stale.start = NOW
    change(stale, FREE + timedelta(hours=1), by=clinic.client, now=NOW)
    assert AppointmentEvent.objects.latest("pk").old_start == FREE


def test_an_address_that_is_missing_is_no_error(clinic):
    clinic.client.email = ""
    clinic.client.save()
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    by_text = OutboundMessage.objects.get(about="changed")
    assert (by_text.channel, by_text.status, by_text.recipient) == ("sms", "waiting", "+447700900123")


def test_sites_receive_a_signal_after_commit(clinic, django_capture_on_commit_callbacks):
    received = []

    def receiver(sender, appointment, event, **kwargs):
        received.append((appointment.pk, event.kind))

    appointment_changed.connect(receiver)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            change(clinic.appointment, FREE, by=clinic.client, now=NOW)
            assert received == []
    finally:
        appointment_changed.disconnect(receiver)
    assert received == [(clinic.appointment.pk, "changed")]


def test_a_change_is_a_constant_number_of_statements_at_most_24(clinic, django_capture_on_commit_callbacks):
    """BEGIN, COMMIT and what is handed to the worker are counted along."""
    clinic.clinician.user = get_user_model().objects.create_user("ada", email="ada@harbour.example")
    clinic.clinician.save()

    def statements(start):
        with CaptureQueriesContext(connection) as captured, django_capture_on_commit_callbacks(execute=True):
            change(clinic.appointment, start, by=clinic.client, now=NOW, message="Hello")
        return len(captured)

    few = statements(FREE)
    for day in range(20):
        clinic.book(client=make_client(email=f"{day}@example.org"), start=FREE + timedelta(days=7, hours=day))
    assert statements(FREE + timedelta(hours=1)) == few <= 24


def test_what_somebody_saw_otherwise_is_not_touched(clinic):
    seen = Snapshot.of(clinic.appointment)
    staff = get_user_model().objects.create_user("sam")
    moved = change(clinic.appointment, clinic.appointment.start + timedelta(hours=1), by=staff, now=NOW, expected=seen)
    for act in (
        lambda: change(moved, moved.start + timedelta(hours=1), by=staff, now=NOW, expected=seen),
        lambda: cancel(moved, by=staff, now=NOW, expected=seen),
        lambda: set_status(moved, cancelled_status(), by=staff, now=NOW, expected=seen),
    ):
        with pytest.raises(refusals.ChangedMeanwhile):
            act()
    clinic.appointment.refresh_from_db()
    assert Snapshot.of(clinic.appointment) == Snapshot.of(moved)
    assert clinic.appointment.events.count() == 1


def test_a_client_changes_the_same_appointment_only_so_often(clinic):
    policy(max_changes=1)
    change(clinic.appointment, FREE + timedelta(hours=1), by=None, now=NOW)  # not the client's doing
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)

    with pytest.raises(refusals.NoChangesLeft) as caught:
        change(clinic.appointment, FREE + timedelta(hours=1), by=clinic.client, now=NOW)
    assert caught.value.limit == 1
    another = clinic.book(start=NOW + timedelta(days=4, hours=3))
    assert change(another, FREE + timedelta(hours=1), by=clinic.client, now=NOW)
