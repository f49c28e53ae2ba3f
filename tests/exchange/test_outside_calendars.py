"""A clinician's other calendar: when it says busy, no time is offered."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from tests.exchange.test_busy_times import calendar
from tests.factories import NOW, make_clinician
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.refusals import SlotNotOffered
from wagtail_clientportal.diary.free_slots import find_free_slots
from wagtail_clientportal.diary.unusual import Reason, unusual
from wagtail_clientportal.exchange import outside_calendars
from wagtail_clientportal.exchange.fetch import NotFetched, Problem
from wagtail_clientportal.exchange.outside_calendars import read_calendar, read_due, set_outside_calendar
from wagtail_clientportal.models import OutsideBusy, OutsideCalendar

URL = "https://calendar.example/secret/basic.ics"
BUSY = "DTSTART:20261126T100000Z\nDTEND:20261126T110000Z"
START = NOW.replace(day=26, hour=10)


@pytest.fixture
def found(monkeypatch):
    """What is found at the address: a list of one, or an exception in it."""
    there = [calendar(BUSY)]

    def fetch(url):
        assert url == URL
        if isinstance(there[0], Exception):
            raise there[0]
        return there[0]

    monkeypatch.setattr(outside_calendars, "fetch", fetch)
    return there


@pytest.fixture
def outside(clinic, found):
    outside = set_outside_calendar(clinic.clinician, URL)
    read_calendar(outside.pk, NOW)
    outside.refresh_from_db()
    return outside


def offered(clinic, clinicians=None):
    slots = find_free_slots(
        clinicians or [clinic.clinician],
        clinic.appointment_type,
        clinic.location,
        START.replace(hour=0),
        START.replace(hour=0) + timedelta(days=1),
        now=NOW,
    )
    return {pk: [minute // 60 % 24 for minute in starts] for pk, starts in slots.items()}


def test_what_it_says_busy_is_not_offered_and_a_colleague_is(clinic, outside):
    ben = make_clinician(name="Ben", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    slots = offered(clinic, [clinic.clinician, ben])
    assert 10 not in slots[clinic.clinician.pk] and {9, 11} <= set(slots[clinic.clinician.pk])
    assert 10 in slots[ben.pk]
    assert (outside.read_at, outside.problem) == (NOW, "")


def test_free_times_take_no_further_question(clinic, outside, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        offered(clinic)


def test_a_client_who_asks_for_it_all_the_same_is_refused_and_staff_are_told(clinic, outside):
    with pytest.raises(SlotNotOffered):
        change(clinic.appointment, START, by=clinic.client, now=NOW)
    change(clinic.appointment, START.replace(hour=11), by=clinic.client, now=NOW)
    clinic.appointment.start, clinic.appointment.end = START, START + timedelta(minutes=30)
    clinic.appointment.busy_until = clinic.appointment.end
    assert Reason.OUTSIDE in [one.reason for one in unusual(clinic.appointment, now=NOW)]


def test_our_own_appointment_that_comes_back_by_it_blocks_nothing(clinic, found):
    found[0] = calendar(BUSY).replace(b"UID:0", f"UID:{clinic.appointment.public_id}".encode())
    read_calendar(set_outside_calendar(clinic.clinician, URL).pk, NOW)
    assert not OutsideBusy.objects.exists()


def test_a_failure_is_kept_and_what_was_read_before_still_counts(clinic, outside, found):
    found[0] = NotFetched(Problem.SLOW)
    read_calendar(outside.pk, NOW + timedelta(hours=1))
    outside.refresh_from_db()
    assert (outside.problem, outside.read_at, outside.tried_at) == ("slow", NOW, NOW + timedelta(hours=1))
    assert 10 not in offered(clinic)[clinic.clinician.pk]
    found[0] = calendar()
    read_calendar(outside.pk, NOW + timedelta(hours=2))
    outside.refresh_from_db()
    assert outside.problem == "" and 10 in offered(clinic)[clinic.clinician.pk]


def test_two_workers_read_it_once(clinic, outside, found):
    found[0] = NotFetched(Problem.SLOW)
    read_calendar(outside.pk, NOW + timedelta(seconds=30))  # while the first is still at it, for all it knows
    outside.refresh_from_db()
    assert outside.problem == ""


def test_one_that_was_replaced_while_it_was_read_says_nothing(clinic, found, monkeypatch):
    first = set_outside_calendar(clinic.clinician, URL)

    def fetch(url):
        OutsideCalendar.objects.all().delete()
        return calendar(BUSY)

    monkeypatch.setattr(outside_calendars, "fetch", fetch)
    read_calendar(first.pk, NOW)
    assert not OutsideBusy.objects.exists()


def test_the_sweep_hands_over_what_is_due(clinic, outside, monkeypatch):
    handed = []
    monkeypatch.setattr(outside_calendars, "enqueue", lambda task, pk, **options: handed.append(pk))
    assert (read_due(NOW + timedelta(minutes=5)), read_due(NOW + timedelta(minutes=15))) == (0, 1)
    assert handed == [outside.pk]


def test_no_log_holds_the_address(clinic, outside, found, caplog):
    found[0] = NotFetched(Problem.SLOW)
    read_calendar(outside.pk, NOW + timedelta(hours=1))
    assert "could not be read (slow)" in caplog.text and "secret" not in caplog.text


@pytest.fixture
def ada(client, clinic):
    """The clinician, signed in."""
    clinic.clinician.user = get_user_model().objects.create_user("ada")
    clinic.clinician.save()
    clinic.clinician.user.groups.add(Group.objects.get(name="Clinician"))
    client.force_login(clinic.clinician.user)
    return client


def test_a_clinician_names_it_sees_how_it_went_and_ends_it(ada, clinic, found):
    page = reverse("clientportal_calendarfeed:clinician", args=[clinic.clinician.pk])
    assert "Last read" not in ada.get(page).content.decode()
    ada.post(page, {"do": "read", "url": URL})
    read_calendar(OutsideCalendar.objects.get().pk, NOW)
    text = ada.get(page).content.decode()
    assert "Read from calendar.example" in text and "Busy once" in text and "secret/basic" not in text
    found[0] = NotFetched(Problem.REFUSED)
    read_calendar(OutsideCalendar.objects.get().pk, NOW + timedelta(hours=1))
    assert "Its server refuses the address" in ada.get(page).content.decode()
    ada.post(page, {"do": "forget"})
    assert not OutsideCalendar.objects.exists() and not OutsideBusy.objects.exists()


@pytest.mark.parametrize("url", ["", "nonsense", "file:///etc/passwd", "https://user:pw@calendar.example/"])
def test_what_is_no_address_is_said_beside_its_field(ada, clinic, found, url):
    page = reverse("clientportal_calendarfeed:clinician", args=[clinic.clinician.pk])
    text = ada.post(page, {"do": "read", "url": url}).content.decode()
    assert "no address of a calendar" in text or "Enter the address" in text
    assert not OutsideCalendar.objects.exists()


def test_without_a_worker_cron_reads_what_is_due(clinic, found, settings, clock):
    set_outside_calendar(clinic.clinician, URL)
    call_command("clientportal_send", verbosity=0)
    assert OutsideBusy.objects.count() == 0  # here a worker does it
    del settings.Q_CLUSTER
    call_command("clientportal_send", verbosity=0)
    assert OutsideBusy.objects.count() == 1
    found[0] = calendar()
    call_command("clientportal_send", verbosity=0)
    assert OutsideBusy.objects.count() == 1  # read only just now
    clock.move_to(NOW + timedelta(minutes=11), tick=False)
    call_command("clientportal_send", verbosity=0)
    assert OutsideBusy.objects.count() == 0


def test_one_that_cannot_be_kept_costs_cron_no_message(clinic, found, settings):
    set_outside_calendar(clinic.clinician, URL)
    found[0] = ValueError("broken")
    del settings.Q_CLUSTER
    call_command("clientportal_send", verbosity=0)
    assert OutsideCalendar.objects.get().read_at is None
