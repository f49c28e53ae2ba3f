"""Nothing tells a stranger who is a client, nor why a link is dead."""

import re
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.factories import make_client
from tests.portal import test_link
from tests.portal.reading import soup, text, value
from wagtail_clientportal.access.links import inert_url
from wagtail_clientportal.models import MagicLink, PortalPolicy, PortalSession
from wagtail_clientportal.outbox.unsubscribe import unsubscribe_url

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


def _seen(response, typed: str = "") -> tuple:
    """All that somebody outside can see of an answer, but for the CSRF token, which is a new one each time, and for
    what they typed themselves.
    """
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    headers = dict(response.headers)
    if typed:
        headers["Content-Length"] = int(headers["Content-Length"]) - body.count(typed) * len(typed)
        body = body.replace(typed, "")
        headers = {name: str(one).replace(typed, "") for name, one in headers.items()}
    cookies = {name: len(cookie.value) for name, cookie in response.cookies.items()}
    return response.status_code, tuple(headers.items()), body, tuple(cookies.items())


def _ask(contact: str) -> tuple:
    browser = Browser()
    with CaptureQueriesContext(connection) as captured:
        answer = browser.post("/portal/", {"contact": contact})
    return _seen(answer), len(captured), _seen(browser.get(answer["Location"]), contact)


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


ON_ONE_DATABASE = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the time is judged on SQLite: everybody's queries are the same on each"
)
ASKED_FOR = ["known", "unknown", "inactive", "incomplete"]


def _seconds(do) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def _median_seconds(kinds: dict) -> dict:
    """The median of 200 of each kind, taken in turns, so that whatever slows the machine down slows all of them."""
    for do in kinds.values():
        do()
    taken = {name: [] for name in kinds}
    for _round in range(200):
        for name, do in kinds.items():
            taken[name].append(_seconds(do))
    return {name: median(seconds) for name, seconds in taken.items()}


@ON_ONE_DATABASE
def test_the_time_of_the_answer_tells_nothing_either(people, django_capture_on_commit_callbacks):
    browser = Browser()

    def ask(contact):
        # With what is done once the row is saved, as in a request.
        with django_capture_on_commit_callbacks(execute=True):
            assert browser.post("/portal/", {"contact": contact}).status_code == 302

    medians = _median_seconds({name: lambda name=name: ask(CONTACTS[name]) for name in ASKED_FOR})
    assert max(medians.values()) - min(medians.values()) < 0.020, medians


@ON_ONE_DATABASE
def test_the_time_of_a_dead_links_answer_does_not_tell_whether_it_ever_lived(portal):
    dead = {"never made": test_link._never_made(portal), "used": test_link._used(portal)}
    medians = _median_seconds({name: lambda url=url: Browser().get(url) for name, url in dead.items()})
    assert max(medians.values()) - min(medians.values()) < 0.020, medians


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
        ended = redirect["Location"].partition("ended=")[2]
        assert len(ended) == 64
        page = browser.get(redirect["Location"])
        answer = browser.post("/portal/new-link/", {"ended": ended})
        told = _seen(browser.get(answer["Location"]))
        answers.append((_seen(redirect, ended), _seen(page, ended), _seen(answer), told))
    assert answers[0] == answers[1]


def _names_of_other_things(portal) -> dict[str, str]:
    """All that a client, or somebody who reads the database, finds and could try at the door in a token's place."""
    portal.get(portal.sign_in_link())
    link = MagicLink.objects.get()
    portal.sign_in()
    page = soup(portal.get("appointments/"))
    policy = PortalPolicy.objects.get()
    return {
        "the name of a link": str(link.public_id),
        "the hash of a token": link.token_hash,
        "the name of a session": page.select_one("[data-cp-key]")["data-cp-key"],
        "the cookie of a session": portal.browser.cookies["sessionid"].value,
        "the browser that used a link": MagicLink.objects.exclude(used_by_cookie_hash="").get().used_by_cookie_hash,
        "a form's own token": value(portal.get(), "csrfmiddlewaretoken"),
        "an appointment": str(portal.clinic.appointment.public_id),
        "a policy": str(policy.live_revision_id),
        "a preview's link": inert_url(portal.clinic.site).split("/p/")[1].strip("/"),
        "a link to unsubscribe": unsubscribe_url(portal.clinic.client, portal.clinic.site).rstrip("/").split("/")[-1],
        "the word in such a link": "unsubscribe",
    }


def test_what_anything_else_is_named_by_is_no_link(portal):
    for what, name in _names_of_other_things(portal).items():
        browser = Browser()
        assert browser.get(f"/p/{name}/")["Location"].startswith("/portal/verify/?ended="), what
        assert "can’t be used any more" in text(browser.post("/portal/verify/", portal.ANSWERS)), what


def test_what_anything_else_is_named_by_does_not_pass_for_a_link_in_the_form(portal):
    names = _names_of_other_things(portal)
    names["a token"] = portal.appointment_link().split("/")[2]
    browser = Browser()
    browser.get(portal.appointment_link())
    for what, name in names.items():
        answer = browser.post("/portal/verify/", portal.ANSWERS | {"link": name})
        assert "can’t be used any more" in text(answer), what
    assert browser.get("/portal/appointments/").status_code == 302


def test_the_name_of_a_link_that_another_browser_followed_opens_nothing(portal):
    portal.get(portal.appointment_link())
    mine = {"link": value(portal.get("verify/"), "link")}
    stranger = Browser()
    stranger.get(portal.sign_in_link())
    assert "can’t be used any more" in text(stranger.post("/portal/verify/", portal.ANSWERS | mine))
    assert not PortalSession.objects.exists()


def test_a_magic_link_in_the_place_of_a_link_to_unsubscribe_changes_nothing(portal):
    for link in (portal.appointment_link(), portal.sign_in_link()):
        token = link.split("/")[2]
        assert Browser().post(f"/p/unsubscribe/{token}/").status_code in (200, 302, 403, 404)
    portal.clinic.client.refresh_from_db()
    assert portal.clinic.client.email_reminders


def test_an_appointment_link_never_opens_the_rest_though_a_sign_in_link_waits_beside_it(portal):
    later = portal.clinic.book(start=portal.now + timedelta(days=9))
    portal.get(portal.sign_in_link())
    portal.get(portal.appointment_link())
    form = {"link": value(portal.get("verify/"), "link")}
    portal.answer(**form)
    assert portal.get(portal.of(portal.clinic.appointment)).status_code == 200
    assert portal.get(portal.of(later)).status_code == 404
