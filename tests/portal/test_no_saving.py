"""Somebody else holds the diary, or the database can be read and not written to: reading goes on, and no form lies."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.urls import reverse

from tests.factories import NOW, cancelled_status, make_client
from tests.portal.reading import soup, text, value
from tests.read_only import read_only_database
from tests.staff.filling_in import url_of
from wagtail_clientportal.models import AppointmentEvent, Client, OutboundMessage, PortalSession
from wagtail_clientportal.outbox.heartbeat import SWEEP, beat

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@contextmanager
def held_diary():
    """What the diary's lock meets when somebody else keeps it for too long; with other processes, see tests/races."""

    def refuse(execute, sql, params, many, context):
        if "diary_version" in sql and sql.startswith("UPDATE"):
            raise OperationalError(1205, "Lock wait timeout exceeded")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def portal(portal):
    return portal.sign_in()


def _stands(portal):
    portal.clinic.appointment.refresh_from_db()
    return portal.clinic.appointment.holds_place


def test_a_database_that_is_read_only_is_read(portal):
    portal.wait(minutes=5)
    with read_only_database():
        assert "Margaret" in text(portal.get("appointments/"))
        page = portal.get(portal.of(portal.clinic.appointment))
        assert page.status_code == 200 and "Harbour Rooms" in text(page)
        assert portal.get(portal.of(portal.clinic.appointment, "change/")).status_code == 200
        # What could not be noted is not promised either.
        assert soup(page).select_one("dialog")["data-cp-seconds"] == "600"


def test_what_was_done_last_is_said_though_it_can_not_be_noted_that_it_was(portal):
    page = portal.post(portal.of(portal.clinic.appointment, "cancel/"))["Location"]
    with read_only_database():
        assert "has been cancelled" in text(portal.get(page))


@pytest.mark.parametrize("fault, heading", [(read_only_database, "can’t save"), (held_diary, "We are busy")])
def test_a_cancellation_that_can_not_be_saved_keeps_what_was_typed_and_says_that_nothing_was_changed(
    portal, fault, heading
):
    with fault():
        page = portal.post(portal.of(portal.clinic.appointment, "cancel/"), {"message": "I am well again"})
    assert heading in soup(page).select_one("[role=alert]").get_text()
    assert "Your appointment is still on" in text(page) and "Nothing has been changed" in text(page)
    assert "020 7946 0999" in text(page)
    assert soup(page).select_one("textarea").get_text().strip() == "I am well again"
    assert _stands(portal) and not AppointmentEvent.objects.exists()


@pytest.mark.parametrize("fault, heading", [(read_only_database, "can’t save"), (held_diary, "We are busy")])
def test_a_change_that_can_not_be_saved_can_be_sent_once_more(portal, fault, heading):
    confirm = portal.of(portal.clinic.appointment, "change/confirm/")
    start = "2026-11-26T14:00:00Z"
    with fault():
        page = portal.post(confirm, {"start": start, "message": "Thank you"})
    assert heading in soup(page).select_one("[role=alert]").get_text()
    assert not AppointmentEvent.objects.exists()
    again = {name: value(page, name) for name in ("start", "policy_revision")}
    assert portal.post(confirm, again).status_code == 302
    assert AppointmentEvent.objects.get().new_start.isoformat() == "2026-11-26T14:00:00+00:00"


def test_nobody_is_told_to_look_for_a_link_that_could_not_be_asked_for(portal):
    with read_only_database():
        page = portal.post("", {"contact": "margaret@example.org"})
    assert page.status_code == 503 and page["Retry-After"] == "60"
    assert "We can’t save anything right now" in text(page) and "020 7946 0999" in text(page)
    assert not OutboundMessage.objects.exists()


def test_nobody_is_told_that_they_are_signed_out_when_that_could_not_be_saved(portal):
    with read_only_database():
        page = portal.post("sign-out/")
    assert page.status_code == 503
    assert PortalSession.objects.get().ended_at is None


@pytest.mark.parametrize("fault, sentence", [(read_only_database, "takes no changes"), (held_diary, "Try again")])
def test_staff_are_told_that_nothing_was_changed(client, clinic, fault, sentence):
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    url = url_of("cancel", clinic.appointment)
    seen = value(client.get(url), "seen_version")
    with fault():
        page = client.post(url, {"status": cancelled_status().pk, "seen_version": seen})
    assert page.status_code == 409
    assert "Nothing was changed" in text(page) and sentence in text(page)
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place


@pytest.mark.parametrize("fault, sentence", [(read_only_database, "takes no changes"), (held_diary, "Try again")])
def test_staff_are_told_that_nothing_was_merged(client, clinic, fault, sentence):
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    url, other = reverse("clientportal_client:merge", args=[clinic.client.pk]), make_client()
    seen = value(client.get(url, {"other": other.pk}), "seen_versions")
    with fault():
        page = client.post(url, {"other": other.pk, "seen_versions": seen, "one_person": "on"})
    assert page.status_code == 409 and sentence in text(page) and "in the meantime" not in text(page)
    assert not Client.objects.exclude(merged_into=None).exists()


@pytest.mark.parametrize("name", ["clientportal_client:index", "wagtailadmin_home"])
def test_staff_read_their_pages_and_that_the_worker_has_stopped(client, clinic, name):
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    beat(SWEEP, NOW - timedelta(hours=1))
    with read_only_database():
        page = client.get(reverse(name))
    assert page.status_code == 200 and "Waiting messages have not been sent" in text(page)
