"""Six digits in the place of a sign-in link, for the browser that asked for it and for no other."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser

from tests.portal.reading import soup, text
from wagtail_clientportal.access.sign_in_code import code_hash
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.send_link import send_link
from wagtail_clientportal.models import MagicLink, OutboundMessage, PortalSession


def ask(portal, contact="margaret@example.org"):
    portal.post("", {"contact": contact})
    deliver_due(now=portal.now)


def code_in(email):
    return re.search(r"\b[0-9]{6}\b", email.body)[0]


def test_the_code_leads_where_the_link_leads_in_the_browser_that_asked(portal, mailoutbox):
    ask(portal)
    code = code_in(mailoutbox[-1])
    box = soup(portal.get("sent/")).select_one("input[name=code]")
    assert (box["autocomplete"], box["inputmode"]) == ("one-time-code", "numeric")
    answer = portal.post("sent/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer["Location"] == "/portal/verify/"
    assert not PortalSession.objects.exists(), "the identity check still stands before everything"
    assert portal.answer()["Location"] == "/portal/appointments/"


def test_it_works_once(portal, mailoutbox):
    ask(portal)
    code = code_in(mailoutbox[-1])
    portal.post("sent/", {"code": code})
    portal.answer()
    assert "That code doesn’t fit" in text(portal.post("sent/", {"code": code}))


def test_in_another_browser_it_opens_nothing(portal, mailoutbox):
    ask(portal)
    code = code_in(mailoutbox[-1])
    other = Browser()
    assert other.post("/portal/sent/", {"code": code})["Location"] == "/portal/"
    other.post("/portal/", {"contact": "stranger@example.org"})
    assert "That code doesn’t fit" in text(other.post("/portal/sent/", {"code": code}))


def test_it_lives_as_long_as_its_link(portal, mailoutbox):
    ask(portal)
    portal.wait(minutes=11)
    assert "That code doesn’t fit" in text(portal.post("sent/", {"code": code_in(mailoutbox[-1])}))


@pytest.mark.parametrize("contact", ["margaret@example.org", "stranger@example.org"])
def test_after_five_tries_none_counts_whether_the_contact_is_known_or_not(portal, mailoutbox, contact):
    ask(portal, contact)
    right = code_in(mailoutbox[-1]) if mailoutbox else "000000"
    wrong = "000001" if right != "000001" else "000002"
    for _ in range(5):
        assert "That code doesn’t fit" in text(portal.post("sent/", {"code": wrong}))
    assert "tried too often" in text(portal.post("sent/", {"code": right}))


@pytest.mark.parametrize("code", ["", "12345", "12345a", "1234567", "١٢٣٤٥٦"])
def test_what_is_no_code_is_said_so_and_is_no_try(portal, code):
    portal.post("", {"contact": "margaret@example.org"})
    for _ in range(6):
        assert "Enter the six digits" in text(portal.post("sent/", {"code": code}))


def test_nothing_that_is_stored_holds_it(portal, mailoutbox):
    ask(portal)
    code, row, link = code_in(mailoutbox[-1]), OutboundMessage.objects.get(), MagicLink.objects.get()
    assert code not in row.body and "[code]" in row.body
    assert link.code_hash == code_hash(code, link.asked_by) and len(link.asked_by) == 64


def test_whoever_signs_out_leaves_no_code_to_type(portal, mailoutbox):
    ask(portal)
    portal.sign_in()
    portal.post("sign-out/")
    assert portal.post("sent/", {"code": code_in(mailoutbox[0])})["Location"] == "/portal/"


def test_a_link_that_staff_sent_has_no_code(portal, mailoutbox):
    send_link(portal.clinic.client, by=None, channel="email", now=portal.now)
    deliver_due(now=portal.now + timedelta(seconds=1))
    assert "Or type this code" not in mailoutbox[-1].body
