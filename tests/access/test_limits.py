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
from wagtail_clientportal.models import Notification, OutboundMessage
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
        ("::ffff:81.2.69.142", None, 0, PUBLIC),
        ("2a00:1450:4009:81f::200e", None, 0, "2a00:1450:4009:81f::/64"),
    ],
)
def test_an_address_is_counted_from_the_right_and_never_a_private_one(address, forwarded, proxies, expected, settings):
    assert asks(address, forwarded, proxies, settings) == expected


def test_a_throttle_lets_so_many_through_and_begins_again_after_its_period(db):
    limit = {"most": 2, "period": timedelta(minutes=1)}
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
