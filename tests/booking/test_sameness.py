"""Whoever books learns nothing of who is a client: the same answers, by the same work, in the same time."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.booking.conftest import Booking
from tests.factories import make_client
from tests.portal.reading import value
from wagtail_clientportal.actions.settle_payment import settle_payment
from wagtail_clientportal.booking.form_key import new_key
from wagtail_clientportal.models import BookingSettings, Hold, Throttle
from wagtail_clientportal.payments.provider import Report, State

from .paying import CONFIRMED, begin, latest

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


@pytest.mark.parametrize("by_link", [True, False])
def test_what_is_booked_looks_the_same_too_by_the_same_work(people, by_link):
    BookingSettings.objects.update(confirm_contact=by_link)
    ends = {}
    for hour, name in enumerate(("warm", "known", "unknown", "almost known", "inactive", "shut out"), start=9):
        Throttle.objects.all().delete()
        people.browser = Browser()
        url = people.details_url(f"2026-11-27T{hour:02}:00:00Z")
        last = people.fill_in(url, **PEOPLE.get(name, {"email": "warm@example.org"}))
        if by_link:
            people.check(last)
            last = people.get(people.link())["Location"]
        form = {"policy_revision": value(people.get(last), "policy_revision")}
        with CaptureQueriesContext(connection) as captured:
            done = people.post(last, form)
            page = people.get(done["Location"]).content.decode()
        assert "Your appointment is booked" in page
        ends[name] = len(captured), re.sub(r"[0-9a-f-]{36}|\d+(:\d\d)?[ap]m|midday|T\d\d:", "…", page)
    del ends["warm"]  # which looked up what is looked up once for a process
    assert all(one == ends["unknown"] for one in ends.values()), {name: count for name, (count, _page) in ends.items()}


def _pay(booking, details, hour, status):
    """Go on to pay and come back, in a browser of its own; return what is seen on the way, but for the hour."""
    Throttle.objects.all().delete()
    booking.browser = Browser()
    url = booking.details_url(f"2026-11-27T{hour:02}:00:00Z")
    form = booking.form(url) | booking.DETAILS | details
    answers = [booking.post(url, form)]
    answers.append(booking.check(answers[-1]["Location"]))
    price = answers[-1]["Location"]
    with CaptureQueriesContext(connection) as captured:
        answers += [booking.get(price), begin(booking, price)]
        asked = len(captured)
    step = answers[-1]["Location"]
    answers += [booking.get(step), booking.post(step, CONFIRMED | {"status": status})]
    back = answers[-1]["Location"]
    answers += [booking.get(back), booking.get(f"{step}&back=1"), booking.get(price)]
    if status == "confirmed":
        answers.append(booking.get(answers[-3]["Location"]))
    typed = {form[name] for name in ("first_name", "last_name", "email", "mobile", "postcode")}
    return [_without_hour(_seen(one, typed)) for one in answers], asked


def _without_hour(seen):
    status, location, headers, body, cookies = seen
    hour = re.compile(r"midday|\d+(:\d\d)?[ap]m|T\d\d(:|%3A)")
    return status, hour.sub("…", location), headers, hour.sub("…", body), cookies


@pytest.mark.parametrize("status", ["confirmed", "rejected"])
def test_with_payment_asked_for_everybody_sees_the_same_to_the_end(people, paying, status):
    _pay(people, {"email": "warm@example.org"}, 9, status)
    hours = iter(range(10, 17))
    answers = {name: _pay(people, details, next(hours), status) for name, details in PEOPLE.items()}
    for name, answer in answers.items():
        assert answer == answers["unknown"], name


def test_what_was_paid_in_vain_looks_the_same_too(people, paying):
    ends = {}
    for hour, name in enumerate(("known", "unknown"), start=10):
        people.browser = Browser()
        price = people.check(people.fill_in(people.details_url(f"2026-11-27T{hour}:00:00Z"), **PEOPLE[name]))[
            "Location"
        ]
        begin(people, price)
        other = make_client(email=f"{name}@elsewhere.example", mobile="")
        Hold.objects.all().delete()
        people.clinic.book(client=other, start=datetime(2026, 11, 27, hour, tzinfo=UTC))
        payment = latest()
        settle_payment(payment, Report(State.PAID, payment.amount, payment.currency, "R-1", {}))
        ends[name] = _without_hour(_seen(people.get(price), {"R-1"}))
    assert "nothing is booked" in str(ends["known"]) and ends["known"] == ends["unknown"]


@pytest.mark.parametrize("whose", ["somebody else’s", "their own"])
def test_a_place_that_is_held_looks_the_same_to_everybody(people, whose):
    """Held by somebody else, or by the same browser for another request of its own."""
    seen = {}
    for name in ("unknown", "known", "inactive"):
        Hold.objects.all().delete()
        Throttle.objects.all().delete()
        people.browser = Browser()
        people.check(people.fill_in(email="other@example.org"))
        assert Hold.objects.count() == 1
        if whose != "their own":
            people.browser = Browser()
        form = {"key": new_key()} | people.DETAILS | PEOPLE[name]
        people.wait(seconds=5)
        answers = [people.post(people.details_url(), form)]
        if whose == "their own":
            answers.append(people.check(answers[-1]["Location"]))
        typed = {form[field] for field in ("first_name", "last_name", "email", "mobile", "postcode")}
        seen[name] = [_seen(one, typed) for one in answers]
    assert seen["known"] == seen["unknown"] == seen["inactive"]
    assert seen["known"][-1][0] == (302 if whose == "their own" else 200)
