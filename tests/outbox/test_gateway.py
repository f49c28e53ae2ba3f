"""Texts by a gateway's URL, against a real HTTP server."""

import json
import logging
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest
from apprise.plugins.twilio import NotifyTwilio
from django.test import override_settings

from wagtail_clientportal.outbox.backends.sms import locmem
from wagtail_clientportal.outbox.backends.sms.apprise import SmsBackend
from wagtail_clientportal.outbox.channels import sending
from wagtail_clientportal.outbox.channels.registry import channel_of
from wagtail_clientportal.outbox.rendered_message import RenderedMessage

from .gateway import CUT, SILENCE, Gateway

HOW_TO = Path(__file__).resolve().parent.parent.parent / "docs/how-to/text-messages.md"
NUMBER = "+447700900123"
BODY = "Harbour Clinic: see you on 1 December at 2:30pm, “Ada” 👋\nhttp://localhost/p/4fWq/ {to} \\n 100% :smile:"
KEY = "event:12:template:3:sms"


@pytest.fixture
def gateway():
    gateway = Gateway()
    with sending_by(f"json://127.0.0.1:{gateway.port}/to/{{to}}?+Idempotency-Key={{key}}"):
        yield gateway
    gateway.close()


def sending_by(url):
    return override_settings(
        WAGTAIL_CLIENTPORTAL={
            "SMS_BACKEND": "wagtail_clientportal.outbox.backends.sms.apprise.SmsBackend",
            "SMS_GATEWAY_URL": url,
        }
    )


def send(to=NUMBER, body=BODY, key=KEY):
    return sending.send(channel_of("sms"), RenderedMessage("", body), to=to, key=key)


def test_a_text_arrives_as_it_is_with_its_number_and_its_key(gateway):
    assert send() == (True, "", "", False)
    [request] = gateway.requests
    assert request.path in (f"/to/{NUMBER}", "/to/%2B447700900123")
    assert request.headers["Idempotency-Key"] == KEY
    arrived = json.loads(request.body.decode("utf-8"))
    assert arrived["message"] == BODY and arrived["title"] == ""


def test_a_long_text_is_neither_cut_nor_split(gateway):
    send(body="word " * 2000 + "end")
    [request] = gateway.requests
    assert json.loads(request.body)["message"] == "word " * 2000 + "end"


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_text_that_the_gateway_will_never_take_is_not_tried_again(gateway, status):
    gateway.answer = status
    assert send() == (False, "", f"The gateway refused the text ({status}).", True)


@pytest.mark.parametrize("status", [401, 402, 408, 429, 500, 503])
def test_what_may_pass_is_tried_again(gateway, status):
    gateway.answer = status
    assert send() == (False, "", f"The gateway refused the text ({status}).", False)


def test_a_redirect_is_not_taken_for_success(gateway):
    gateway.answer, gateway.headers = 302, {"Location": f"http://127.0.0.1:{gateway.port}/elsewhere"}
    assert not send().ok
    assert len(gateway.requests) == 1


def test_a_gateway_that_never_answers_is_given_up_and_tried_again(gateway):
    gateway.answer = SILENCE
    with sending_by(f"json://127.0.0.1:{gateway.port}/{{to}}?rto=0.2"):
        assert send() == (False, "", "The gateway did not answer.", False)


def test_an_answer_that_breaks_off_is_none(gateway):
    gateway.answer = CUT
    assert send() == (False, "", "The gateway did not answer.", False)


def test_a_gateway_that_is_down_is_tried_again(gateway):
    with sending_by("json://127.0.0.1:1/{to}"):
        assert send() == (False, "", "The gateway did not answer.", False)


def test_a_slow_gateway_gets_the_time_that_a_url_without_one_gives_it():
    with sending_by("json://127.0.0.1:1/{to}"):
        assert SmsBackend().gateway(NUMBER).request_timeout == (4.0, 15)
    with sending_by("json://127.0.0.1:1/{to}?rto=3&cto=1"):
        assert SmsBackend().gateway(NUMBER).request_timeout == (1.0, 3.0)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "nowhere://host/{to}", "json://127.0.0.1/without-number", "json:///{to}"]
)
def test_a_url_that_names_no_gateway_is_said_by_the_settings_name(url):
    with sending_by(url):
        assert send() == (False, "", "The setting SMS_GATEWAY_URL is not a gateway's URL.", True)


def test_what_is_put_into_the_url_stays_in_its_place(gateway):
    send(to="+44 7700/9?x=1&+Evil=1,json://127.0.0.1", body="Hello", key="a b&+Evil=1?{to}")
    [request] = gateway.requests
    assert request.headers["Evil"] is None
    assert request.headers["Idempotency-Key"] == "a b&+Evil=1?{to}"


def in_the_docs():
    """The gateways' URLs that the page about texts gives, with words that look like a clinic's own."""
    words = {
        "ACCOUNT_SID": "AC" + "0" * 32,
        "AUTH_TOKEN": "1" * 32,
        "API_KEY": "abc12345",
        "API_SECRET": "abcdef123456",
    }
    words |= {"FROM_NUMBER": "+15005550006", "USERNAME": "clinic"}
    text = HOW_TO.read_text(encoding="utf-8")
    for url in re.findall(r"^\| [^|]+ \| `(\S+://\S+)` \|$", text, re.MULTILINE):
        for word, value in words.items():
            url = url.replace(word, value)
        yield url


@pytest.mark.parametrize("url", list(in_the_docs()))
def test_each_url_in_the_docs_is_a_gateway_that_texts_the_client(url):
    with sending_by(url):
        gateway = SmsBackend().gateway(NUMBER)
    assert len(gateway) == 1
    assert NUMBER.strip("+") in unquote(gateway.url())


@pytest.mark.parametrize("answer", [200, 400, 503, SILENCE, CUT])
def test_no_log_holds_the_number_the_text_or_the_url(gateway, answer, caplog):
    caplog.set_level(1)
    for name in ("apprise", "urllib3", "wagtail_clientportal"):
        caplog.set_level(1, logger=name)
    gateway.answer = answer
    patience = "?rto=0.2" if answer == SILENCE else ""
    with sending_by(f"json://user:hunter2@127.0.0.1:{gateway.port}/{{to}}{patience}"):
        send()
    assert gateway.arrived.wait(timeout=30)
    assert not [one for one in caplog.messages if "7700900123" in one or "Ada" in one or "hunter2" in one]


def test_what_others_do_with_apprise_is_logged_as_before(gateway, caplog):
    send()
    logging.getLogger("apprise").warning("somebody else's")
    assert "somebody else's" in caplog.messages


@pytest.mark.parametrize(("code", "permanent"), [(21211, True), (20429, False)])
def test_twilio_says_by_codes_of_its_own_what_is_wrong(gateway, monkeypatch, code, permanent):
    monkeypatch.setattr(NotifyTwilio, "notify_sms_url", f"http://127.0.0.1:{gateway.port}/")
    gateway.answer = 400
    gateway.text = json.dumps({"code": code, "message": f"The 'To' number {NUMBER} is not valid"}).encode()
    with sending_by(f"twilio://AC{'0' * 32}:{'1' * 32}@+15005550006/{{to}}"):
        assert send() == (False, "", f"The gateway refused the text ({code}).", permanent)
    [request] = gateway.requests
    assert dict(parse_qsl(request.body.decode())) == {"Body": BODY, "From": "+15005550006", "To": NUMBER}


@override_settings(WAGTAIL_CLIENTPORTAL={})
def test_a_site_without_a_gateway_says_so_and_does_not_try_again():
    assert not channel_of("sms").is_set_up()
    result = send()
    assert (result.ok, result.permanent) == (False, True) and "SMS_BACKEND" in result.error_code


def test_a_backend_of_the_sites_own_is_told_the_key(monkeypatch):
    class SmsBackend(locmem.SmsBackend):
        def send(self, to, body):
            assert self.key == KEY
            return super().send(to, body)

    locmem.outbox.clear()
    monkeypatch.setattr(locmem, "SmsBackend", SmsBackend)
    assert send().ok
    assert locmem.outbox == [(NUMBER, BODY)]


def test_a_backend_that_raises_tells_no_number(monkeypatch):
    def fail(self, to, body):
        raise ValueError(f"no route to {to}")

    monkeypatch.setattr(locmem.SmsBackend, "send", fail)
    assert send() == (False, "", "ValueError", False)
