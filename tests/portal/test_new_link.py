"""A new link in one tap, in the place of one that has ended."""

import pytest

from tests.portal import test_link
from tests.portal.reading import soup, text, value
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import MagicLink, OutboundMessage


def ask(portal, link):
    page = portal.get(portal.get(link)["Location"])
    form = soup(page).select_one("form[action='/portal/new-link/']")
    assert form.select_one("button").get_text() == "Send me a new link"
    return portal.post("new-link/", {"ended": value(page, "ended")})


@pytest.mark.parametrize("made", [test_link._expired, test_link._revoked, test_link._guessed_to_death])
def test_a_new_link_goes_to_where_the_clinic_writes_today(portal, made, mailoutbox):
    link = made(portal)
    client = portal.clinic.client
    client.email = "hale@example.org"
    client.save()
    MagicLink.objects.filter(kind="sign_in").update(contact="hale@example.org")
    answer = ask(portal, link)
    assert "a new one is on its way to where the clinic writes to you" in text(portal.get(answer["Location"]))
    deliver_due(now=portal.now)
    assert mailoutbox[-1].to == ["hale@example.org"] and "/p/" in mailoutbox[-1].body


def test_looking_at_the_page_sends_nothing(portal):
    link = test_link._expired(portal)
    portal.get(portal.get(link)["Location"])
    portal.browser.head(link)
    assert not OutboundMessage.objects.exists()
    assert portal.get("new-link/").status_code == 405


@pytest.mark.parametrize("made", [test_link._never_made, test_link._strange])
def test_a_link_that_never_was_gets_the_same_answer_and_nothing_is_sent(portal, made):
    assert ask(portal, made(portal))["Location"] == "/portal/sent/?replaced=1"
    assert not OutboundMessage.objects.exists()


def test_of_a_client_whom_the_portal_does_not_know_nothing_is_sent(portal, mailoutbox):
    assert ask(portal, test_link._of_an_inactive_client(portal))["Location"] == "/portal/sent/?replaced=1"
    deliver_due(now=portal.now)
    assert not mailoutbox


@pytest.mark.parametrize("mobile", ["", "ask her son"])
def test_where_the_clinic_has_nothing_to_write_to_the_answer_is_the_same(portal, mobile):
    link = test_link._revoked(portal)
    type(portal.clinic.client).objects.update(email="", mobile=mobile)
    assert ask(portal, link)["Location"] == "/portal/sent/?replaced=1"
    assert not OutboundMessage.objects.exists()


def test_it_is_limited_as_every_request_for_a_link(portal, mailoutbox):
    link = test_link._revoked(portal)
    for _ in range(5):
        ask(portal, link)
        deliver_due(now=portal.now)
    assert len(mailoutbox) == 3


def test_what_is_no_hash_leads_to_the_front_door(portal):
    assert portal.post("new-link/", {"ended": "1"})["Location"] == "/portal/"
