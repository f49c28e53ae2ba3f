import itertools
from datetime import date, timedelta

import pytest
from django.test import RequestFactory

from tests.factories import NOW, make_client
from wagtail_clientportal.access import throttle
from wagtail_clientportal.access.client_ip import client_ip
from wagtail_clientportal.access.links import find_link, mint_appointment_link
from wagtail_clientportal.actions import refusals, verify_identity
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.request_link import may_request_link, request_link
from wagtail_clientportal.models import MagicLink, Notification, OutboundMessage
from wagtail_clientportal.outbox.backends import email
from wagtail_clientportal.outbox.backends.result import SendResult
from wagtail_clientportal.outbox.backends.sms import locmem

PUBLIC = "81.2.69.142"
WRONG = {"date_of_birth": date(1956, 12, 8), "postcode": "SW1A 1AA"}


def asks(address, forwarded=None, proxies=0, settings=None):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "TRUSTED_PROXIES": proxies}
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return client_ip(RequestFactory().get("/", REMOTE_ADDR=address, **headers))


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "expected"),
    [
        (PUBLIC, None, 0, PUBLIC),
        (PUBLIC, "1.1.1.1", 0, PUBLIC),  # anybody can write that header
        ("10.0.0.1", f"1.1.1.1, {PUBLIC}", 1, PUBLIC),
        ("10.0.0.1", f"{PUBLIC}, 10.0.0.2", 2, PUBLIC),
        ("10.0.0.1", None, 1, None),
        ("10.0.0.1", "1.1.1.1", 2, None),
        ("127.0.0.1", None, 0, None),
        ("10.0.0.1", None, 0, None),
        ("10.0.0.1", "nonsense", 1, None),
        ("10.0.0.1", f"{PUBLIC}:5678", 1, PUBLIC),
        ("10.0.0.1", f'"{PUBLIC}:5678"', 1, PUBLIC),
        ("10.0.0.1", "[2a00:1450:4009:81f::200e]:5678", 1, "2a00:1450:4009:81f::/64"),
        ("10.0.0.1", '"[2a00:1450:4009:81f::200e]"', 1, "2a00:1450:4009:81f::/64"),
        ("10.0.0.1", "2a00:1450:4009:81f::200e", 1, "2a00:1450:4009:81f::/64"),
        ("10.0.0.1", "[::ffff:81.2.69.142]:5678", 1, PUBLIC),
        ("10.0.0.1", "[::1]:5678", 1, None),
        ("10.0.0.1", "10.0.0.9:5678", 1, None),
        ("10.0.0.1", "[]:5678", 1, None),
        ("10.0.0.1", f"{PUBLIC}:x", 1, None),
        ("10.0.0.1", "[\0]", 1, None),
        ("10.0.0.1", "１.２.３.４", 1, None),
        ("::ffff:81.2.69.142", None, 0, PUBLIC),
        ("2a00:1450:4009:81f::200e", None, 0, "2a00:1450:4009:81f::/64"),
    ],
)
def test_an_address_is_counted_from_the_right_and_never_a_private_one(address, forwarded, proxies, expected, settings):
    assert asks(address, forwarded, proxies, settings) == expected


def test_a_throttle_lets_so_many_through_and_begins_again_after_its_period(db):
    limit = {"limit": 2, "period": timedelta(minutes=1)}
    assert [throttle.take("k", **limit, now=NOW) for _ in range(3)] == [True, True, False]
    almost = NOW + timedelta(seconds=59)
    assert not throttle.take("k", **limit, now=almost) and throttle.is_exhausted("k", **limit, now=almost)
    later = NOW + timedelta(minutes=1)
    assert not throttle.is_exhausted("k", **limit, now=later) and throttle.take("k", **limit, now=later)


def test_twenty_requests_a_minute_from_an_address(db):
    assert all(may_request_link(PUBLIC, now=NOW) for _ in range(20))
    assert not may_request_link(PUBLIC, now=NOW)
    assert may_request_link(PUBLIC, now=NOW + timedelta(minutes=1))
    assert all(may_request_link(None, now=NOW) for _ in range(30))


def test_the_page_says_to_wait_a_minute(clinic, client):
    ask = {"data": {"contact": "somebody@example.org"}, "REMOTE_ADDR": PUBLIC}
    for _ in range(20):
        assert client.post("/portal/", **ask).status_code == 302
    response = client.post("/portal/", **ask)
    assert response.status_code == 429 and response["Retry-After"] == "60"
    assert "wait a minute" in response.content.decode()
    assert OutboundMessage.objects.count() == 20


def guess(clinic, ip=PUBLIC):
    another = clinic.book(client=make_client(email="", mobile=""), overbooked=True)
    link = find_link(mint_appointment_link(another, NOW), NOW)
    with pytest.raises(refusals.IdentityMismatch):
        verify_identity.verify_identity(link, **WRONG, ip=ip, now=NOW)


def test_after_thirty_failures_an_address_is_answered_slowly_and_never_refused(clinic, monkeypatch):
    pauses = []
    monkeypatch.setattr(verify_identity.time, "sleep", pauses.append)
    for _ in range(30):
        guess(clinic)
    assert pauses == []
    guess(clinic)
    guess(clinic, ip=None)
    assert pauses == [3]


def test_a_hundred_failures_in_ten_minutes_are_told_once(clinic, admin_user, settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "IDENTITY_FAILURES_ALERT": 4}
    for _ in range(3):
        guess(clinic, ip=None)
    assert not Notification.objects.exists()
    for _ in range(3):
        guess(clinic, ip=None)
    assert Notification.objects.get().kind == "failed_checks"


def texted(clinic, times, contact="07700 900123", now=NOW):
    locmem.outbox.clear()
    for turn in range(times):
        request_link(contact, clinic.site, now=now + timedelta(hours=turn))
        deliver_due(now=now + timedelta(hours=turn))
    return len(locmem.outbox)


def test_five_sign_in_texts_a_day_to_a_number(clinic):
    assert texted(clinic, 7) == 5
    assert "limit" in OutboundMessage.objects.latest("pk").last_error
    assert texted(clinic, 1, now=NOW + timedelta(days=1)) == 1


def asked(clinic, *minutes):
    """Ask for a link so many minutes after ``NOW``, and return at which of them one was sent."""
    sent = []
    for minute in minutes:
        now = NOW + timedelta(minutes=minute)
        request_link("margaret@example.org", clinic.site, now=now)
        sent += [minute] * deliver_due(now=now).sent
    return sent


def test_whoever_asks_in_somebodys_name_all_day_long_keeps_them_from_no_link_for_longer_than_one_works(clinic):
    sent = asked(clinic, *range(180))
    assert sent[:3] == [0, 1, 2]
    assert max(later - earlier for earlier, later in itertools.pairwise(sent)) == 10
    assert len([minute for minute in sent if minute >= 60]) <= 20


def test_a_contact_that_asked_often_is_sent_one_more_as_soon_as_it_has_none_that_works(clinic):
    assert asked(clinic, 0, 0, 0, 9) == [0, 0, 0]
    assert asked(clinic, 10) == [10]
    assert asked(clinic, 11) == []
    MagicLink.objects.update(used_at=NOW)
    assert asked(clinic, 12) == [12]


def test_a_link_that_lives_long_is_sent_again_at_a_slow_pace(clinic, settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "SIGN_IN_LINK_LIFETIME": timedelta(hours=5)}
    assert asked(clinic, 0, 0, 0, 20, 21) == [0, 0, 0, 20, 21]
    assert asked(clinic, 22, 35, 36, 37, 50, 51) == [36, 51]


def test_a_message_that_is_tried_again_is_no_further_request(clinic, monkeypatch):
    monkeypatch.setattr(email, "send", lambda **values: SendResult(False, error_code="away"))
    request_link("margaret@example.org", clinic.site, now=NOW)
    for minute in range(5):
        deliver_due(now=NOW + timedelta(minutes=minute))
    monkeypatch.undo()
    assert asked(clinic, 6, 6, 6) == [6, 6]


def test_sign_in_texts_have_a_budget_of_their_own(clinic, settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "SMS_SIGN_INS_PER_DAY": 1}
    make_client(email="", mobile="07700 900456")
    assert texted(clinic, 1) == 1
    assert texted(clinic, 1, contact="07700 900456") == 0


def test_texts_go_to_allowed_countries_alone(clinic, settings):
    make_client(email="", mobile="+33 6 39 98 12 34")
    assert texted(clinic, 1, contact="+33 6 39 98 12 34") == 0
    assert "country" in OutboundMessage.objects.latest("pk").last_error
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "SMS_COUNTRY_CODES": (44, 33)}
    assert texted(clinic, 1, contact="+33 6 39 98 12 34") == 1
