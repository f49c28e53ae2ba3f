"""The last cancellation can be taken back while the place is free."""

import pytest
from django.contrib.auth import get_user_model

from tests.factories import make_client
from tests.staff.filling_in import knowing, page_of, send, text, url_of
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.models import AppointmentStatus, CommunicationTemplate, OutboundMessage
from wagtail_clientportal.staff.appointments import cancel_and_status

UNDO = "Undo the cancellation"


@pytest.fixture
def cancelled(clinic):
    """An appointment that its client has cancelled."""
    return cancel(clinic.appointment, by=clinic.client, policy_revision=None)


def test_an_undone_cancellation_gives_the_appointment_its_status_and_its_place_back(boss, cancelled):
    assert UNDO in text(boss.get(page_of(cancelled)))
    page = send(boss, "undo", cancelled, {})
    cancelled.refresh_from_db()
    assert cancelled.holds_place and cancelled.status.is_default
    assert "The appointment of Margaret Hale stands again: " in text(page)
    event = cancelled.events.order_by("-pk").first()
    assert (event.kind, event.by_user.username, event.old_status.attending) == ("status_changed", "boss", False)
    assert OutboundMessage.objects.filter(event=event, about="booked", channel="email").exists()
    assert UNDO not in text(page)


def test_before_a_cancellation_is_undone_it_says_by_which_channels_the_client_hears(boss, clinic, cancelled, clock):
    assert "Margaret Hale is told by email and text message." in boss.get(url_of("undo", cancelled)).context["note"]
    clinic.client.email = clinic.client.mobile = ""
    clinic.client.save()
    note = boss.get(url_of("undo", cancelled)).context["note"]
    assert "No message reaches Margaret Hale, so please ring. The client has no email address." in note
    clock.move_to(cancelled.end, tick=False)
    boss.force_login(get_user_model().objects.get(username="boss"))
    assert "The client isn't told." in boss.get(url_of("undo", cancelled)).context["note"]


def test_who_was_told_of_no_cancellation_is_not_told_that_it_was_undone(boss, clinic):
    page = send(boss, "cancel", clinic.appointment, {})
    assert "If you undo it" not in text(page)
    assert "The client isn't told." in boss.get(url_of("undo", clinic.appointment)).context["note"]
    send(boss, "undo", clinic.appointment, {})
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place
    assert not OutboundMessage.objects.filter(appointment=clinic.appointment, about="booked").exists()


def test_who_was_to_be_rung_about_a_cancellation_is_told_that_it_was_undone(boss, clinic):
    CommunicationTemplate.objects.filter(event="cancelled").update(live=False)
    send(boss, "cancel", clinic.appointment, {"tell_client": "on"})
    send(boss, "undo", clinic.appointment, {})
    assert OutboundMessage.objects.filter(appointment=clinic.appointment, about="booked", channel="email").exists()


def test_where_the_time_has_been_taken_nothing_is_undone_unless_that_is_known(boss, clinic, cancelled):
    clinic.book(client=make_client(first_name="Ann"), start=cancelled.start)
    page = send(boss, "undo", cancelled, {})
    assert page.status_code == 409
    assert "Ada Osei has an appointment with Ann Hale: Wed 25 Nov 2026, 10:00–10:30." in text(page)
    assert f"/appointments/new/?client={clinic.client.pk}&amp;" in text(page) and "Choose another time" in text(page)
    cancelled.refresh_from_db()
    assert not cancelled.holds_place
    send(boss, "undo", cancelled, knowing(page))
    cancelled.refresh_from_db()
    assert cancelled.holds_place and cancelled.overbooked


def test_what_was_not_cancelled_last_cannot_be_undone(boss, clinic):
    assert UNDO not in text(boss.get(page_of(clinic.appointment)))
    page = send(boss, "undo", clinic.appointment, {})
    assert "There is no cancellation to undo" in text(page)
    assert clinic.appointment.events.count() == 0


def test_two_who_undo_at_once_undo_once(boss, cancelled):
    first = boss.get(url_of("undo", cancelled))
    send(boss, "undo", cancelled, {})
    again = boss.post(url_of("undo", cancelled), {"seen_version": first.context["current_version"]})
    assert again.status_code == 409 and "was changed in the meantime" in text(again)
    assert cancelled.events.filter(kind="status_changed").count() == 1


def test_what_somebody_changes_while_staff_are_asked_whether_they_mean_it_is_no_crash(
    boss, clinic, cancelled, monkeypatch
):
    clinic.book(client=make_client(first_name="Ann"), start=cancelled.start)
    never_came = AppointmentStatus.objects.create(name="Never came", attending=False)

    def set_status_just_before_another(appointment, status, **values):
        try:
            return set_status(appointment, status, **values)
        finally:
            set_status(appointment, never_came, by=None)

    monkeypatch.setattr(cancel_and_status, "set_status", set_status_just_before_another)
    assert send(boss, "undo", cancelled, {}).status_code == 409
    cancelled.refresh_from_db()
    assert cancelled.status == never_came and not cancelled.holds_place
