"""Where the payment provider reports, and some send the client back by."""

import logging
import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from ...actions import refusals
from ...actions.settle_payment import settle_payment
from ...diary.models import Payment
from ...payments.provider import NotFromProvider, Provider, provider
from ..paying import charge_of, where_back

logger = logging.getLogger(__name__)


@csrf_exempt
@never_cache
def about_one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A report to the address of one payment."""
    return _settle(request, _provider(), public_id)


@csrf_exempt
@never_cache
def about_any(request: HttpRequest) -> HttpResponse:
    """A report to the one address for all: which payment it is about, the report says."""
    if request.method != "POST":
        raise Http404
    asked = _provider()
    try:
        public_id = uuid.UUID(asked.named_in(request))
    except (NotFromProvider, ValueError):
        return _refused("unreadable, or not signed")
    return _settle(request, asked, public_id)


def _provider() -> Provider:
    if (found := provider()) is None:
        raise Http404
    return found


def _settle(request: HttpRequest, asked: Provider, public_id: uuid.UUID) -> HttpResponse:
    payments = Payment.objects.select_related("booking_request__site", "booking_request__client")
    payment = payments.filter(public_id=public_id, method=Payment.Method.ONLINE).first()
    if payment is None:
        raise Http404
    try:
        heard = asked.hear(charge_of(payment), request)
        settle_payment(payment, heard.report, now=timezone.now())
    except NotFromProvider:
        return _back_or_refused(request, payment, "not signed")
    except refusals.WrongAmount:
        return _back_or_refused(request, payment, "another amount")
    except (refusals.Busy, refusals.CannotSave):
        return HttpResponse(status=503, headers={"Retry-After": "60"})  # seconds
    return heard.answer


def _back_or_refused(request: HttpRequest, payment: Payment, why: str) -> HttpResponse:
    """A client who comes back by it is told on their own page how things are."""
    return HttpResponseRedirect(where_back(payment)) if request.method == "GET" else _refused(why)


def _refused(why: str) -> HttpResponse:
    logger.warning("a payment report was refused: %s", why)
    return HttpResponse(status=400)
