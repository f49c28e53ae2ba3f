"""The last cancellation can be taken back while the place is free."""

import pytest

from tests.factories import NOW
from tests.staff.desk import page_of, send, text, url_of
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import OutboundMessage

UNDO = "Undo the cancellation"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


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


def test_where_the_time_has_been_taken_nothing_is_undone(boss, clinic, cancelled):
    clinic.book(start=cancelled.start)
    page = send(boss, "undo", cancelled, {})
    assert page.status_code == 409 and "the time has been taken meanwhile" in text(page)
    cancelled.refresh_from_db()
    assert not cancelled.holds_place


def test_what_was_not_cancelled_last_cannot_be_undone(boss, clinic):
    assert UNDO not in text(boss.get(page_of(clinic.appointment)))
    page = send(boss, "undo", clinic.appointment, {})
    assert "There is no cancellation to undo" in text(page)
    assert clinic.appointment.events.count() == 0


def test_two_who_undo_at_once_undo_once(boss, cancelled):
    first = boss.get(url_of("undo", cancelled))
    send(boss, "undo", cancelled, {})
    again = boss.post(url_of("undo", cancelled), {"as_it_stood": first.context["as_it_stands"]})
    assert again.status_code == 409 and "was changed in the meantime" in text(again)
    assert cancelled.events.filter(kind="status_changed").count() == 1
