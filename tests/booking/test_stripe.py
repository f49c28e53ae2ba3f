"""django-payments behind the contract: Stripe, whose API stands in for itself on this machine, and the settings."""

import hashlib
import hmac
import json
import threading
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.http import HttpResponse
from payments import core

from tests.portal.reading import soup, text
from tests.test_checks import found
from wagtail_clientportal.models import Appointment, OutboundMessage, Payment, Refund
from wagtail_clientportal.payments.django_payments import DjangoPayments
from wagtail_clientportal.payments.provider import Heard, Report, State

from .paying import PROVIDER, begun, latest, take_money, to_the_price

stripe = pytest.importorskip("stripe")
SECRET = "whsec_for_tests"


class StripeOnLoopback(BaseHTTPRequestHandler):
    asked: list = []
    status = 200

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append((self.path, form))
        answer = {"id": "cs_test_1", "object": "checkout.session", "url": "https://checkout.stripe.example/c/1"}
        answer |= {"payment_status": "unpaid", "status": "open", "customer_details": {"email": "nia@example.org"}}
        body = json.dumps(answer if self.status == 200 else {"error": {"message": "no"}}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quietly."""


@pytest.fixture
def stub(settings, monkeypatch):
    """Stripe's API on loopback, and a site that uses it."""
    StripeOnLoopback.asked, StripeOnLoopback.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), StripeOnLoopback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(stripe, "api_base", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(stripe, "max_network_retries", 0)
    monkeypatch.setattr(core, "PROVIDER_CACHE", {})
    values = {"api_key": "sk_test_1", "endpoint_secret": SECRET}
    settings.PAYMENT_VARIANTS = {"stripe": ("payments.stripe.StripeProviderV3", values)}
    yield StripeOnLoopback
    server.shutdown()
    server.server_close()


@pytest.fixture
def by_stripe(paying, stub, settings):
    take_money(settings, PAYMENT_VARIANT="stripe")
    return paying


def event(kind="checkout.session.completed", **session):
    about = {"id": "cs_test_1", "object": "checkout.session", "client_reference_id": str(latest().public_id)}
    about |= {"status": "complete", "payment_status": "paid", "amount_total": 2000, "currency": "gbp"}
    about |= {"customer_details": {"name": "Nia Nettle", "email": "nia@example.org"}}
    return {"id": "evt_1", "object": "event", "type": kind, "data": {"object": about | session}}


def send(browser, what, secret=SECRET, url="/p/payment/", **headers):
    body = json.dumps(what)
    at = int(time.time())
    signed = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={at},v1={signed}"} | headers
    return browser.post(url, body, content_type="application/json", headers=headers)


def test_the_client_goes_to_stripes_page_and_is_booked_when_stripe_says_so(by_stripe, stub):
    step = begun(by_stripe)
    page = by_stripe.get(step)
    assert page["Refresh"] == "0; url=https://checkout.stripe.example/c/1"
    assert "Go on to pay" in text(page)
    [(path, form)] = stub.asked
    assert path == "/v1/checkout/sessions" and form["line_items[0][price_data][unit_amount]"] == ["2000"]
    assert form["success_url"] == form["cancel_url"] and form["success_url"][0].startswith("http://localhost/book/pay/")
    assert "Nettle" not in str(form) and "Physio" not in str(form)
    assert "Your appointment is booked as soon as" in text(by_stripe.get(form["success_url"][0][16:]))
    assert send(by_stripe.browser, event()).status_code == 200
    payment = Payment.objects.get()
    assert (payment.state, payment.reference) == ("paid", "cs_test_1") and payment.appointment
    assert "Nettle" not in str(payment.provider_data) and "checkout.stripe" not in str(payment.provider_data)
    assert send(by_stripe.browser, event()).status_code == 200 and Appointment.objects.count() == 2


def test_what_is_noted_meanwhile_says_nothing_of_who_pays(by_stripe):
    begun(by_stripe)
    assert "nia@" not in str(Payment.objects.get().provider_data)


@pytest.mark.parametrize(
    ("secret", "headers"),
    [("whsec_other", {}), (SECRET, {"Stripe-Signature": ""}), (SECRET, {"Stripe-Signature": "t=1,v1=0"})],
)
def test_a_report_with_a_wrong_signature_is_refused_and_changes_nothing(by_stripe, secret, headers):
    begun(by_stripe)
    for url in ("/p/payment/", f"/p/payment/{latest().public_id}/"):
        assert send(by_stripe.browser, event(), secret, url, **headers).status_code == 400
    assert Payment.objects.get().state == "waiting" and Appointment.objects.count() == 1


@pytest.mark.parametrize("session", [{"amount_total": 200}, {"currency": "eur"}])
def test_another_amount_than_was_asked_for_is_refused_and_told(by_stripe, session):
    step = begun(by_stripe)
    for _twice in range(2):
        assert send(by_stripe.browser, event(**session)).status_code == 400
    assert Payment.objects.get().state == "waiting" and not Refund.objects.exists()
    assert Appointment.objects.count() == 1
    [told] = OutboundMessage.objects.filter(about="staff")
    came = "£2.00" if "amount_total" in session else "€20.00"
    assert "To be paid: £20.00." in told.body and f"reports: {came}." in told.body
    assert f"{came} was paid. We had asked for £20.00" in text(by_stripe.get(step))


def test_a_client_who_comes_back_by_such_a_report_is_led_to_their_own_page(by_stripe, monkeypatch):
    begun(by_stripe)
    payment = latest()
    heard = Heard(Report(State.PAID, Decimal(2), "GBP", "R-1", {}), HttpResponse())
    monkeypatch.setattr(DjangoPayments, "hear", lambda *_given: heard)
    answer = by_stripe.get(f"/p/payment/{payment.public_id}/")
    assert answer.status_code == 302 and "/pay/" in answer["Location"]


def test_a_session_that_ran_out_frees_the_place(by_stripe):
    begun(by_stripe)
    lapsed = event("checkout.session.expired", status="expired", payment_status="unpaid")
    assert send(by_stripe.browser, lapsed).status_code == 200
    assert Payment.objects.get().state == "failed"


def test_a_transfer_that_takes_days_is_waited_for(by_stripe):
    begun(by_stripe)
    send(by_stripe.browser, event(payment_status="unpaid"))
    assert Payment.objects.get().state == "waiting"


@pytest.mark.parametrize("what", [{}, {"data": {"object": {}}}, {"data": {"object": {"client_reference_id": "x"}}}])
def test_a_signed_report_that_says_nothing_is_refused(by_stripe, what):
    begun(by_stripe)
    assert send(by_stripe.browser, {"object": "event"} | what).status_code == 400


def test_where_stripe_refuses_nothing_is_booked_and_the_page_says_so(by_stripe, stub):
    stub.status = 402
    url = to_the_price(by_stripe)
    page = by_stripe.get(url)
    values = {one["name"]: one["value"] for one in _hidden(page)}
    assert "We can’t reach our payment provider" in text(by_stripe.post(url, values))
    assert Payment.objects.get().amount == Decimal(20)


def _hidden(page):
    return soup(page).select("form[method=post] input[type=hidden][name]")


# -- The settings


def portal(**values):
    return {"PAYMENT_PROVIDER": PROVIDER} | values


def test_a_provider_that_isnt_there_is_named_with_how_to_get_it():
    assert "pip install" in found(WAGTAIL_CLIENTPORTAL=portal(PAYMENT_PROVIDER="clinic.Till"))["E023"]
    no_provider = portal(PAYMENT_PROVIDER="datetime.date")
    assert "is no subclass" in found(WAGTAIL_CLIENTPORTAL=no_provider)["E023"]


def test_a_variant_that_isnt_there_is_named():
    assert "'shop'" in found(WAGTAIL_CLIENTPORTAL=portal(PAYMENT_VARIANT="shop"))["E024"]


def test_the_dummy_provider_is_warned_of_where_it_is_no_trial():
    assert "believes whoever" in found(WAGTAIL_CLIENTPORTAL=portal())["W012"]
    assert not found(WAGTAIL_CLIENTPORTAL=portal(), DEBUG=True)


def test_a_provider_whose_reports_arent_signed_is_refused():
    variants = {"default": ("payments.stripe.StripeProviderV3", {"api_key": "x", "secure_endpoint": False})}
    assert "without a signature" in found(WAGTAIL_CLIENTPORTAL=portal(), PAYMENT_VARIANTS=variants)["E025"]
