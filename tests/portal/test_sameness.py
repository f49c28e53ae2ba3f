"""Nothing tells a stranger who is a client, nor why a link is dead."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.factories import make_client
from tests.portal import test_link
from tests.portal.reading import soup, text

CONTACTS = {
    "known": "margaret@example.org",
    "unknown": "stranger@example.org",
    "inactive": "inactive@example.org",
    "incomplete": "incomplete@example.org",
    "shut out": "shut.out@example.org",
    "shared": "twins@example.org",
    "by mobile": "07700 900123",
    "unknown mobile": "07700 900999",
}


@pytest.fixture
def people(clinic):
    make_client(email=CONTACTS["inactive"], mobile="", is_active=False)
    make_client(email=CONTACTS["incomplete"], mobile="", postcode="")
    make_client(email=CONTACTS["shut out"], mobile="", portal_access=False)
    make_client(email=CONTACTS["shared"], mobile="", first_name="Ann")
    make_client(email=CONTACTS["shared"], mobile="", first_name="Bea")


def _seen(response) -> tuple:
    """All that somebody outside can see of an answer, but for the CSRF token, which is a new one each time."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    cookies = {name: len(cookie.value) for name, cookie in response.cookies.items()}
    return response.status_code, tuple(response.headers.items()), body, tuple(cookies.items())


def _ask(contact: str) -> tuple:
    browser = Browser()
    with CaptureQueriesContext(connection) as captured:
        answer = browser.post("/portal/", {"contact": contact})
    return _seen(answer), len(captured), _seen(browser.get(answer["Location"]))


def test_every_contact_gets_the_same_answer_by_the_same_work(portal, people):
    _ask("warm@example.org")  # what is looked up once for a process
    answers = {name: _ask(contact) for name, contact in CONTACTS.items()}
    assert answers["known"][0][0] == 302
    for name, answer in answers.items():
        assert answer == answers["unknown"], name


def test_the_next_request_after_the_limit_gets_the_same_answer_too(portal, people):
    _ask("warm@example.org")
    first = _ask(CONTACTS["known"])
    for _ in range(5):
        last = _ask(CONTACTS["known"])
    assert last[0] == first[0] and last[2] == first[2]


def test_sending_what_was_asked_for_changes_nothing_that_a_stranger_sees(portal, people, mailoutbox):
    before = {name: _ask(contact)[0] for name, contact in CONTACTS.items()}
    call_command("clientportal_send")
    assert {mail.to[0] for mail in mailoutbox} >= {CONTACTS["known"], CONTACTS["shared"]}
    assert {name: _ask(contact)[0] for name, contact in CONTACTS.items()} == before


def _tampered(portal):
    token = portal.appointment_link().split("/")[2]
    return f"/p/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}/"


DEAD = [
    _tampered,
    test_link._expired,
    test_link._used,
    test_link._revoked,
    test_link._guessed_to_death,
    test_link._of_an_inactive_client,
    test_link._never_made,
    test_link._strange,
]


@pytest.mark.parametrize("made", DEAD, ids=lambda made: made.__name__.strip("_"))
def test_every_dead_link_gets_one_identical_answer_and_page(portal, made):
    url, never_made = made(portal), "/p/zzzzzzzzzzzzzzzzzzzzzz/"
    answers = []
    for one in (url, never_made):
        browser = Browser()
        redirect = browser.get(one)
        answers.append((_seen(redirect), _seen(browser.get(redirect["Location"]))))
    assert answers[0] == answers[1]


def test_what_a_session_or_a_policy_is_named_by_is_no_link(portal):
    """Identifiers that a client can see elsewhere are tried at the door in a token's place."""
    portal.sign_in()
    page = soup(portal.get("appointments/"))
    key = page.select_one("[data-cp-key]")["data-cp-key"]
    browser = Browser()
    wrong = [key, str(portal.clinic.appointment.public_id), "portal"]
    answers = {browser.get(f"/p/{one}/")["Location"] for one in wrong}
    assert answers == {"/portal/verify/?ended=1"}
    assert "can’t be used any more" in text(browser.get("/portal/verify/", {"link": key}))
