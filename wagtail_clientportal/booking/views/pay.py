"""To the payment provider and back. Looking books and charges nothing: paying begins with one deliberate press."""

import uuid
from decimal import Decimal, InvalidOperation

from django.db.models import Q
from django.utils.translation import gettext as _

from ...access.booking_browser import has_followed, own_holds
from ...actions import refusals
from ...actions.ask_to_pay import ask_to_pay
from ...actions.settle_payment import settle_payment
from ...conf import settings
from ...diary.models import Hold, Payment
from ...payments.provider import ProviderFailed, Step
from ...policies.effective import effective_rules
from ...practice.dates import time_in_words
from ...practice.durations import duration_in_words
from ...practice.money import price_in_words
from ...screens import typed_before
from ...screens.explanation import Explanation
from ..paying import next_step, note_where_back, pays_first
from ..screen import own_booking, screen
from ..summary import summary_of
from ..wording import explain
from .check import refuse

State = Payment.State


@screen("GET", "POST")
@own_booking(by_link=False)
def pay(context, asked):
    if asked.state == asked.State.BOOKED:
        return context.redirect("done", asked.public_id)
    if not may_pay(context, asked):
        return context.redirect("sent", asked.public_id)
    payment = _payment_named(context, asked)
    if came_in := _what_came_in(asked):
        return _show_in_vain(context, asked, came_in)
    if not pays_first(asked):
        return _costs_nothing(context, asked)
    if context.request.method == "POST":
        return _answer(context, asked, payment) if payment else _begin(context, asked)
    if payment is None or payment.state == State.FAILED:
        if asked.has_lapsed(context.now):
            return refuse(context, asked, refusals.RequestLapsed(), show_price)
        return show_price(context, asked, _why_failed() if payment else None)
    return _show_waiting(context, asked) if "back" in context.request.GET else _show_step(context, asked, payment)


def _costs_nothing(context, asked):
    """It is booked without paying by now."""
    if has_followed(context.request.session, asked.public_id):
        return context.redirect("confirm", asked.public_id)
    return refuse(context, asked, refusals.PriceChanged(), show_price)


def may_pay(context, asked) -> bool:
    """Whether it is known as far as the clinic wants who asks: by a session, by the link, or without any proof."""
    proved = asked.client is not None or has_followed(context.request.session, asked.public_id)
    return proved or not context.rules.asks_to_confirm


def show_price(context, asked, explanation=None):
    """Say what it costs before it is booked, with a button that begins the payment."""
    amount = asked.appointment_type.to_pay
    return context.render(
        "pay",
        title=_("Pay and book"),
        appointment=summary_of(context, asked),
        amount=price_in_words(amount),
        amount_shown=str(amount),  # as it is read again, whatever the language
        price=price_in_words(asked.appointment_type.price) if asked.appointment_type.price != amount else "",
        policy=effective_rules(asked.appointment_type, context.portal_settings),
        kept_for=duration_in_words(settings.BOOKING_HOLD),
        explanation=explanation,
        action=context.url("pay", asked.public_id),
    )


def _begin(context, asked):
    posted = context.request.POST
    try:
        payment = ask_to_pay(
            asked,
            amount_shown=_amount(posted.get("amount")),
            policy_revision=posted.get("policy_revision"),
            ip=context.client_ip(),
            own_holds=own_holds(context.request.session),
            now=context.now,
        )
    except refusals.PriceChanged as refusal:
        return show_price(context, asked, explain(refusal, asked.location))
    except refusals.Refused as refusal:
        return refuse(context, asked, refusal, show_price)
    typed_before.forget(context.request)
    here = context.url("pay", asked.public_id, payment=payment.public_id)
    note_where_back(payment, f"{context.site.root_url}{_path_of(here)}&back=1")
    return _go(context, asked, payment, here)


def _go(context, asked, payment: Payment, here: str):
    """Have the provider begin, note what it says, and lead to the page that shows the way on."""
    try:
        step = next_step(payment)
        settle_payment(payment, step.report, now=context.now)
    except ProviderFailed:
        return show_price(context, asked, _why_unreachable())
    except refusals.WrongAmount:
        return context.redirect("pay", asked.public_id)  # which says what came in
    except refusals.Refused as refusal:
        return refuse(context, asked, refusal, show_price)
    return context.redirect("pay", asked.public_id, payment=payment.public_id)


def _answer(context, asked, payment: Payment):
    """Hand on what was sent with the provider's own form."""
    if payment.state != State.WAITING:
        return context.redirect("pay", asked.public_id, payment=payment.public_id)
    try:
        step = next_step(payment, context.request.POST)
        settle_payment(payment, step.report, now=context.now)
    except ProviderFailed:
        return show_price(context, asked, _why_unreachable())
    except refusals.WrongAmount:
        return context.redirect("pay", asked.public_id)  # which says what came in
    except refusals.Refused as refusal:
        return refuse(context, asked, refusal, show_price)
    if step.form is not None:
        return _show_form(context, asked, payment, step)
    return context.redirect("pay", asked.public_id, payment=payment.public_id, back=1)


def _show_step(context, asked, payment: Payment):
    try:
        step = next_step(payment)
    except ProviderFailed:
        return show_price(context, asked, _why_unreachable())
    if step.form is not None:
        return _show_form(context, asked, payment, step)
    response = context.render(
        "pay_elsewhere", title=_("Pay with our payment provider"), amount=payment.amount_in_words, go_to=step.go_to
    )
    # Not a redirect: after a form a browser would hold it to the page's own "form-action".
    response["Refresh"] = f"0; url={step.go_to}"
    return response


def _show_form(context, asked, payment: Payment, step: Step):
    hold = Hold.objects.filter(key=asked.hold_key, expires_at__gt=context.now).first()
    elsewhere = getattr(step.form, "action", "")
    mistaken = [step.form[name] for name in step.form.errors if name in step.form.fields] if step.form.is_bound else []
    return context.render(
        "pay_form",
        title=_("Pay %(amount)s") % {"amount": payment.amount_in_words},
        appointment=summary_of(context, asked),
        # The provider's own sentences don't say which field they are about.
        errors=[(field.auto_id, f"{field.label}: {field.errors[0]}") for field in mistaken],
        form=step.form,
        kept_until=time_in_words(hold.expires_at, asked.location.zone) if hold else "",
        action=elsewhere or context.url("pay", asked.public_id, payment=payment.public_id),
        is_ours=not elsewhere,
        method=getattr(step.form, "method", "post"),
    )


def _show_waiting(context, asked):
    return context.render(
        "pay_waiting",
        title=_("We are waiting for your payment"),
        look_again=context.request.get_full_path(),
        pay_again=context.url("pay", asked.public_id),
    )


def _what_came_in(asked) -> Payment | None:
    """Return the payment that came in, in full or otherwise, and booked nothing."""
    came_in = asked.payments.filter(Q(state=State.PAID) | Q(reported_amount__isnull=False)).order_by("-pk")
    return max(came_in, key=lambda one: one.state == State.PAID, default=None)


def _show_in_vain(context, asked, payment: Payment):
    """Paid for, and not booked."""
    is_other = payment.state != State.PAID
    return context.render(
        "paid_in_vain",
        title=_("Your payment came in, but nothing is booked"),
        amount=payment.reported_in_words if is_other else payment.amount_in_words,
        amount_asked=payment.amount_in_words if is_other else "",
        reference=payment.reference,
        policy=effective_rules(asked.appointment_type, context.portal_settings),
        again=context.url("when", type=asked.appointment_type_id, location=asked.location_id),
    )


def _payment_named(context, asked) -> Payment | None:
    try:
        name = uuid.UUID(context.request.GET.get("payment", ""))
    except ValueError:
        return None
    found = Payment.objects.select_related("booking_request__site", "booking_request__client")
    return found.filter(public_id=name, booking_request=asked).first()


def _amount(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _path_of(url: str) -> str:
    """Without the host, where Wagtail put one in front: the provider is told the site's own."""
    return "/" + url.split("://", 1)[-1].split("/", 1)[-1] if "://" in url else url


def _why_failed() -> Explanation:
    return Explanation(
        _("Your payment didn’t go through"),
        (_("Nothing was taken, and nothing has been booked yet."), _("Please try again, or call us.")),
    )


def _why_unreachable() -> Explanation:
    return Explanation(
        _("We can’t reach our payment provider"),
        (_("Nothing has been booked yet."), _("Please try again in a few minutes, or call us.")),
    )
