"""Somebody who pays with the library's dummy provider, which believes whatever its form says."""

from tests.portal.reading import text, value
from wagtail_clientportal.models import Payment

PROVIDER = "wagtail_clientportal.payments.django_payments.DjangoPayments"
CONFIRMED = {"status": "confirmed", "fraud_status": "unknown", "gateway_response": "3ds-disabled"}


def take_money(settings, **values):
    """Let the site take money online."""
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"PAYMENT_PROVIDER": PROVIDER} | values


def latest():
    return Payment.objects.latest("pk")


def to_the_price(booking):
    """Go as far as the page that says what it costs; return its URL."""
    url = booking.ask()
    assert "/pay/" in url
    return url


def to_the_price_of(booking, *, start, **details):
    return booking.check(booking.fill_in(booking.details_url(start), **details))["Location"]


def begin(booking, url=None, **values):
    """Press the button there; return where the way to the provider is shown."""
    url = url or to_the_price(booking)
    page = booking.get(url)
    form = {name: value(page, name) for name in ("amount", "policy_revision")}
    return booking.post(url, form | values)


def begun(booking):
    answer = begin(booking)
    assert answer.status_code == 302, text(answer)
    return answer["Location"]
