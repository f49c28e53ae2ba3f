"""Any of the providers that django-payments speaks to. Nothing else imports that library.

Its providers are written for a model of its own. They are handed something in its place that keeps what they write in
memory, so that a payment is settled by our action alone, under the diary lock, and never halfway through their code.
"""

import json
import logging
from decimal import Decimal

from django.conf import settings as django_settings
from django.core.checks import Error, Warning
from payments import FraudStatus, PaymentStatus, PurchasedItem, RedirectNeeded
from payments.core import provider_factory
from payments.models import PaymentAttributeProxy

from ..conf import settings
from .provider import Charge, Heard, NotFromProvider, Provider, ProviderFailed, Report, State, Step

logger = logging.getLogger(__name__)

_FAILED = (PaymentStatus.REJECTED, PaymentStatus.ERROR, PaymentStatus.CANCELLED)
_DUMMY = "payments.dummy.DummyProvider"
# Of what a provider notes about its session the rest says who paid, from which address and by which card.
_KEPT_OF_SESSION = ("id", "url", "payment_intent", "payment_status", "amount_total", "currency")


class DjangoPayments(Provider):
    def next_step(self, charge, answers):
        known = _Known(charge)
        try:
            form = _library().get_form(known, data=answers)
        except RedirectNeeded as needed:
            return Step(known.report(), go_to=str(needed))
        except Exception as error:  # each provider raises its own library's
            logger.warning("the payment provider failed: %s", type(error).__name__)  # its text may say who pays
            raise ProviderFailed from error
        return Step(known.report(), form=form)

    def named_in(self, request):
        try:
            return str(_library().get_token_from_request(payment=None, request=request))
        except Exception as error:
            raise NotFromProvider from error

    def hear(self, charge, request):
        known = _Known(charge)
        try:
            answer = _library().process_data(known, request)
        except Exception as error:
            raise NotFromProvider from error
        return Heard(known.report(), answer)

    def check(self):
        handler, values = _variant()
        if not handler:
            yield Error(
                f"PAYMENT_VARIANTS has no {settings.PAYMENT_VARIANT!r}, by which money is to be taken.",
                hint='For trying out:\n    PAYMENT_VARIANTS = {"default": ("payments.dummy.DummyProvider", {})}',
                id="wagtail_clientportal.E024",
            )
        if handler == _DUMMY and not django_settings.DEBUG:
            yield Warning(
                "The dummy payment provider believes whoever says that they have paid.",
                hint="Use it for trying out alone, and set up one that takes money in PAYMENT_VARIANTS.",
                id="wagtail_clientportal.W012",
            )
        if not values.get("secure_endpoint", True) and not django_settings.DEBUG:
            yield Error(
                "The payment provider’s reports are believed without a signature: anybody could say that they paid.",
                hint='Take "secure_endpoint" out of PAYMENT_VARIANTS, and set "endpoint_secret".',
                id="wagtail_clientportal.E025",
            )


def _library():
    return provider_factory(settings.PAYMENT_VARIANT)


class _Known:
    """A charge as the library's providers know a payment: they read and write these names."""

    def __init__(self, charge: Charge):
        self.charge = charge
        self.pk = self.token = charge.name
        self.variant = settings.PAYMENT_VARIANT
        self.total, self.currency, self.description = charge.amount, charge.currency, charge.description
        self.tax = self.delivery = Decimal(0)
        self.transaction_id = charge.reference
        self.status = charge.data.get("status", PaymentStatus.WAITING)
        self.extra_data = json.dumps(charge.data.get("extra", {}))
        self.captured_amount = Decimal(0)
        self.fraud_status, self.message = FraudStatus.UNKNOWN, ""
        self.customer_ip_address = None
        self.billing_email = charge.email
        self.billing_first_name = self.billing_last_name = self.billing_phone = ""
        self.billing_address_1 = self.billing_address_2 = self.billing_city = self.billing_postcode = ""
        self.billing_country_code = self.billing_country_area = ""

    @property
    def attrs(self):
        return PaymentAttributeProxy(self)

    def change_status(self, status, message=""):
        self.status, self.message = status, message

    def change_fraud_status(self, status, message="", commit=True):
        self.fraud_status = status

    def save(self, **kwargs):
        """Nothing is stored here."""

    def get_purchased_items(self):
        yield PurchasedItem(self.description, 1, self.total, self.currency, "appointment")

    def get_process_url(self):
        return self.charge.report_url

    def get_success_url(self):
        return self.charge.back_url

    get_failure_url = get_success_url

    def report(self) -> Report:
        extra = json.loads(self.extra_data)
        session = extra.get("session")
        if isinstance(session, dict):
            session = extra["session"] = {name: session[name] for name in _KEPT_OF_SESSION if name in session}
        state = State.WAITING
        if self.status == PaymentStatus.CONFIRMED:
            state = State.PAID
        elif self.status in _FAILED:
            state = State.FAILED
        amount, currency = self._taken(session)
        return Report(state, amount, currency, self.transaction_id, {"status": self.status, "extra": extra})

    def _taken(self, session) -> tuple[Decimal, str]:
        # The library takes for granted that what was asked is what came in. Where the provider says, it is read.
        if isinstance(session, dict) and session.get("amount_total") is not None and session.get("currency"):
            currency = str(session["currency"]).upper()
            minor_units = _library().convert_amount(currency, 1)
            return Decimal(session["amount_total"]) / minor_units, currency
        return self.captured_amount or self.total, self.currency


def _variant() -> tuple[str, dict]:
    """Return the dotted path of the library's provider, and what it is made with; "" where none is named."""
    variants = getattr(django_settings, "PAYMENT_VARIANTS", None) or {}
    return variants.get(settings.PAYMENT_VARIANT) or ("", {})
