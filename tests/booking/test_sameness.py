"""Whoever books learns nothing of who is a client: the same answers, by the same work, in the same time."""

import re
from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.booking.conftest import Booking
from tests.factories import make_client
from tests.portal.reading import value
from wagtail_clientportal.models import BookingSettings, Hold, Throttle

PEOPLE = {
    "known": Booking.KNOWN,
    "unknown": Booking.DETAILS,
    "almost known": Booking.KNOWN | {"postcode": "ZX1 2AB"},
    "inactive": Booking.KNOWN | {"email": "inactive@example.org"},
    "shut out": Booking.KNOWN | {"email": "shut.out@example.org"},
}


@pytest.fixture
def people(booking):
    make_client(email="inactive@example.org", is_active=False)
    make_client(email="shut.out@example.org", portal_access=False)
    return booking


def _seen(response, typed) -> tuple:
    """All that somebody outside can see of an answer, but for tokens, ids and what they typed themselves."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+|[0-9a-f-]{36}', "…", response.content.decode())
    for words in sorted(typed, key=len, reverse=True):
        body = body.replace(words, "…")
    location = re.sub("[0-9a-f-]{36}", "…", response.get("Location", ""))
    headers = {name: one for name, one in response.headers.items() if name not in ("Location", "Content-Length")}
    cookies = {name: len(one.value) for name, one in response.cookies.items()}
    return response.status_code, location, headers, body, cookies


def _ask(booking, details):
    """Fill in and check in a browser of its own; return what is seen, and how much is asked of the database."""
    Hold.objects.all().delete()
    Throttle.objects.all().delete()
    booking.browser = Browser()
    url = booking.details_url()
    form = booking.form(url) | booking.DETAILS | details
    with CaptureQueriesContext(connection) as captured:
        filled_in = booking.post(url, form)
        page = booking.get(filled_in["Location"])
        checked = booking.post(filled_in["Location"], {"policy_revision": value(page, "policy_revision")})
        sent = booking.get(checked["Location"])
    typed = {form[name] for name in ("first_name", "last_name", "email", "mobile", "postcode")}
    typed |= {"3 February 1980", "Sunday", "9 December 1956"}
    return [_seen(one, typed) for one in (filled_in, page, checked, sent)], len(captured)


def test_everybody_sees_the_same_by_the_same_work(people):
    _ask(people, {"email": "warm@example.org"})  # what is looked up once for a process
    answers = {name: _ask(people, details) for name, details in PEOPLE.items()}
    assert [one[0] for one in answers["unknown"][0]] == [302, 200, 302, 200]
    for name, answer in answers.items():
        assert answer == answers["unknown"], name


def _seconds_to_check(booking, details) -> float:
    checked = booking.fill_in(**details)
    data = {"policy_revision": value(booking.get(checked), "policy_revision")}
    began = perf_counter()
    answer = booking.post(checked, data)
    taken = perf_counter() - began
    assert answer.status_code == 302
    Hold.objects.all().delete()
    Throttle.objects.all().delete()
    return taken


def test_the_time_of_the_answer_tells_nothing_either(people):
    for name in PEOPLE:
        _seconds_to_check(people, PEOPLE[name])
    taken = {name: [] for name in ("known", "unknown")}
    for _round in range(30):
        for name in taken:
            taken[name].append(_seconds_to_check(people, PEOPLE[name]))
    medians = {name: median(seconds) for name, seconds in taken.items()}
    assert max(medians.values()) - min(medians.values()) < 0.020, medians


def test_without_confirmation_a_booking_looks_the_same_too(people):
    BookingSettings.objects.update(confirm_contact=False)
    ends = {}
    for hour, name in enumerate(("warm", "known", "unknown"), start=9):
        people.browser = Browser()
        url = people.details_url(f"2026-11-27T{hour:02}:00:00Z")
        checked = people.fill_in(url, **PEOPLE.get(name, {"email": "warm@example.org"}))
        done = people.check(checked)
        page = people.get(done["Location"]).content.decode()
        ends[name] = done.status_code, re.sub(r"[0-9a-f-]{36}|\d+(:\d\d)?[ap]m|midday|T\d\d:", "…", page)
    assert ends["known"] == ends["unknown"]
