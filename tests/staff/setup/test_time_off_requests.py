"""A clinician sees their own hours and asks for time off; whoever may add it grants or declines."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, make_clinician, make_location
from wagtail_clientportal.models import Appointment, TimeOff, TimeOffRequest, TimetabledHours, WorkingHours

OWN, REQUESTS = "clientportal_timeoffrequest:index", "clientportal_timeoffrequest:requests"


@pytest.fixture
def sign_in(client, db):
    """A function that signs somebody of a group in and returns Django's test client."""

    def sign_in(name, group):
        user, _made = get_user_model().objects.get_or_create(username=name, first_name=name.title())
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        client.user = user
        return client

    return sign_in


@pytest.fixture
def ada(sign_in, clinic):
    browser = sign_in("ada", "Clinician")
    clinic.clinician.user = browser.user
    clinic.clinician.save()
    return browser


def ask(browser, **values):
    return browser.post(reverse(OWN), {"first_day": "25/11/2026", "reason": "Dentist"} | values)


def page(browser, name=OWN):
    return browser.get(reverse(name)).content.decode()


def decide(browser, decision):
    data = {"request": TimeOffRequest.objects.get().pk, "decision": decision}
    return browser.post(reverse(REQUESTS), data, follow=True).content.decode()


def test_a_clinician_sees_the_week_the_dates_that_differ_and_time_off(ada, clinic):
    TimetabledHours.objects.create(
        clinician=clinic.clinician, location=clinic.location, date=NOW.date(), start="10:00", end="14:00"
    )
    TimeOff.objects.create(clinician=clinic.clinician, start=NOW, end=NOW + timedelta(hours=3), reason="Course")
    WorkingHours.objects.create(clinician=clinic.clinician, weekday=0, start="18:00", end="20:00")
    ben = make_clinician(name="Ben")
    TimeOff.objects.create(clinician=ben, start=NOW, end=NOW + timedelta(hours=3), reason="Ben’s own affair")
    shown = page(ada)
    assert "Monday: 09:00–17:00, 18:00–20:00<" in shown and "Tuesday: 09:00–17:00<" in shown
    assert "Monday 23 November 2026: 10:00–14:00, Harbour Rooms" in shown
    assert "Course" in shown and "Ben’s own affair" not in shown


def test_what_a_clinician_asks_for_changes_nothing_until_it_is_granted(ada, sign_in, clinic):
    ask(ada)
    assert "Dentist" in page(ada) and "Asked for" in page(ada)
    assert not TimeOff.objects.exists()

    rita = sign_in("rita", "Clinic receptionist")
    assert "1 request for time off" in page(rita, "wagtailadmin_home")
    shown = page(rita, REQUESTS)
    assert "Ada Osei" in shown and "Wed 25 Nov 2026" in shown
    assert "1 appointment lies in this time." in shown
    shown = decide(rita, "grant")
    assert "Ada Osei has time off: Wed 25 Nov 2026." in shown
    assert "1 appointment lies within this time off, and stays." in shown
    [off] = TimeOff.objects.all()
    assert (off.clinician, off.reason) == (clinic.clinician, "Dentist")
    assert (off.start, off.end) == (NOW.replace(day=25, hour=0), NOW.replace(day=26, hour=0))
    assert Appointment.objects.get().holds_place
    assert "Granted: Mon 23 Nov 2026, 08:00, by Rita" in page(sign_in("ada", "Clinician"))


def test_a_declined_request_lays_nothing_and_says_by_whom(ada, sign_in):
    ask(ada)
    assert "is declined" in decide(sign_in("rita", "Clinic receptionist"), "decline")
    assert not TimeOff.objects.exists()
    assert "Declined: Mon 23 Nov 2026, 08:00, by Rita" in page(sign_in("ada", "Clinician"))


def test_of_two_who_decide_the_first_counts(ada, sign_in):
    ask(ada)
    decide(sign_in("rita", "Clinic receptionist"), "decline")
    assert "This was decided before" in decide(sign_in("mia", "Clinic manager"), "grant")
    assert not TimeOff.objects.exists()


def test_what_nobody_has_decided_can_be_withdrawn_and_nothing_else(ada):
    ask(ada)
    pk = TimeOffRequest.objects.get().pk
    TimeOffRequest.objects.update(state="granted")
    ada.post(reverse(OWN), {"withdraw": pk})
    assert TimeOffRequest.objects.exists()
    TimeOffRequest.objects.update(state="asked")
    ada.post(reverse(OWN), {"withdraw": pk})
    assert not TimeOffRequest.objects.exists()


def test_nobody_withdraws_a_colleagues(ada, sign_in, clinic):
    ben = make_clinician(name="Ben")
    other = TimeOffRequest.objects.create(
        clinician=ben, start=NOW, end=NOW + timedelta(days=1), asked_at=NOW, reason="Ben’s own affair"
    )
    ada.post(reverse(OWN), {"withdraw": other.pk})
    assert TimeOffRequest.objects.exists() and "Ben’s own affair" not in page(ada)
    assert ada.get(reverse(REQUESTS)).status_code == 302  # it isn't theirs to decide


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"first_day": "20/11/2026"}, "This is over."),
        ({"first_day": ""}, "This field is required."),
        ({"last_day": "24/11/2026"}, "The end has to be later than the start."),
    ],
)
def test_days_that_make_no_sense_are_refused_beside_the_field(ada, values, told):
    shown = ask(ada, **values).content.decode()
    assert told in shown and shown.count(" autofocus") == 1
    assert not TimeOffRequest.objects.exists()


def test_however_many_ask_the_database_is_asked_as_often(ada, sign_in, clinic):
    mill = make_location(name="The Mill")
    clinic.book(start=NOW + timedelta(days=1), location=mill)
    clinic.book(start=NOW - timedelta(days=1))  # before all of them

    def ask(clinician, number):
        when = {"start": NOW, "end": NOW + timedelta(days=10), "asked_at": NOW}
        TimeOffRequest.objects.bulk_create(
            TimeOffRequest(clinician=clinician, location=location, **when)
            for location in (None, mill)
            for _ in range(number)
        )

    def queries(browser, name):
        page(browser, name)  # what is looked up once a process
        with CaptureQueriesContext(connection) as captured:
            page(browser, name)
        return len(captured)

    ask(clinic.clinician, 1)
    few = queries(ada, OWN)
    ask(clinic.clinician, 10)
    assert queries(ada, OWN) == few
    rita = sign_in("rita", "Clinic receptionist")
    many = queries(rita, REQUESTS)
    shown = page(rita, REQUESTS)
    assert shown.count("2 appointments lie in this time.") == shown.count("1 appointment lies in this time.") == 11
    ask(make_clinician(name="Ben"), 10)
    assert queries(rita, REQUESTS) == many
