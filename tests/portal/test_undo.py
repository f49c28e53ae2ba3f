"""A cancellation can be taken back for a few minutes, while nobody else has the time."""

from datetime import timedelta

import pytest

from tests.factories import make_client
from tests.portal.reading import soup, text
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import AppointmentEvent, PortalSettings


@pytest.fixture
def cancelled(portal):
    portal.sign_in()
    portal.post(portal.of(portal.clinic.appointment, "cancel/"))
    return portal


def page_of(portal):
    return portal.get(portal.of(portal.clinic.appointment))


def undo(portal):
    return portal.post(portal.of(portal.clinic.appointment, "undo/"))


def stands(portal):
    portal.clinic.appointment.refresh_from_db()
    return portal.clinic.appointment.holds_place


def test_what_was_just_cancelled_is_booked_again(cancelled, mailoutbox):
    assert "Undo: book it again" in text(page_of(cancelled)) and "until 8:05am" in text(page_of(cancelled))
    assert undo(cancelled)["Location"] == cancelled.of(cancelled.clinic.appointment)
    assert stands(cancelled) and cancelled.clinic.appointment.status.attending
    page = page_of(cancelled)
    assert "Your appointment is booked again" in soup(page).select_one("[role=status]").get_text()
    last = AppointmentEvent.objects.last()
    assert (last.kind, last.by_kind) == ("booked", "client")
    deliver_due(now=cancelled.now)
    assert [one.subject for one in mailoutbox if one.to == ["margaret@example.org"]] == [
        "Thank you for booking: Wednesday 25 November 2026 at 10am"
    ], "and nothing of a cancellation"


def test_it_is_a_post_that_is_no_harm_twice(cancelled):
    assert cancelled.get(cancelled.of(cancelled.clinic.appointment, "undo/")).status_code == 405
    assert not stands(cancelled)
    undo(cancelled)
    assert undo(cancelled).status_code == 302
    assert AppointmentEvent.objects.filter(kind="booked").count() == 1


def test_after_five_minutes_it_is_neither_offered_nor_done(cancelled):
    cancelled.wait(minutes=5)
    assert "Undo" not in text(page_of(cancelled))
    assert "too late to undo" in text(undo(cancelled)) and not stands(cancelled)


def test_where_somebody_else_has_the_time_it_stays_cancelled(cancelled):
    cancelled.clinic.book(client=make_client(email="tom@example.org", mobile=""))
    assert "Undo" not in text(page_of(cancelled))
    answer = text(undo(cancelled))
    assert "That time has just gone" in answer and "Your appointment stays cancelled" in answer
    assert not stands(cancelled)


def test_what_the_clinic_cancelled_stays_cancelled(portal):
    portal.sign_in()
    cancel(portal.clinic.appointment, by=None, now=portal.now)
    assert "Undo" not in text(page_of(portal))
    assert "too late to undo" in text(undo(portal)) and not stands(portal)


def test_nobody_elses_is_undone(cancelled):
    other = cancelled.clinic.book(
        client=make_client(email="tom@example.org", mobile=""),
        start=cancelled.clinic.appointment.start + timedelta(hours=2),
    )
    cancel(other, by=other.client, now=cancelled.now)
    assert cancelled.post(cancelled.of(other, "undo/")).status_code == 404


def test_while_the_portal_is_off_nothing_is_undone(cancelled):
    PortalSettings.objects.update(enabled=False)
    undo(cancelled)
    assert not stands(cancelled)
