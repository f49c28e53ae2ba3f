"""Check what was typed, before a link is sent or, where the clinic wants none, before it is booked."""

from django.utils.translation import gettext as _

from ...access.booking_browser import own_holds
from ...actions import refusals
from ...actions.ask_to_confirm import ask_to_confirm
from ...actions.confirm_booking import confirm_booking
from ...actions.steps.permitted import Terms, check_policy_shown
from ...policies.effective import effective_rules
from ...practice.dates import full_day_in_words
from ...screens import typed_before
from ..paying import pays_first
from ..screen import booking_off, own_booking, screen
from ..summary import summary_of
from ..wording import explain
from .refusal import show_refusal


@screen("GET", "POST")
@own_booking(by_link=False)
def check(context, asked):
    if onwards := already(context, asked):
        return onwards
    if asked.has_lapsed(context.now):
        return refuse(context, asked, refusals.RequestLapsed(), show_check)
    if context.request.method != "POST":
        return show_check(context, asked)
    try:
        return _go_on(context, asked)
    except refusals.Refused as refusal:
        return refuse(context, asked, refusal, show_check)


def already(context, asked):
    """Return where a booking that went its way leads to; ``None`` for one that waits to be checked."""
    if asked.state == asked.State.BOOKED:
        return context.redirect("done", asked.public_id)
    return context.redirect("sent", asked.public_id) if asked.asked_at else None


def refuse(context, asked, refusal, ask_again):
    """Say why nothing was booked: ask once more where that can help, else lead to the times of the same type, place and
    person.

    :param ask_again: shows the form again, with an explanation.
    """
    explanation = explain(refusal, asked.location)
    match refusal:
        case refusals.PortalOff():
            return booking_off(context)
        case refusals.PolicyChanged() | refusals.Busy() | refusals.CannotSave():
            return ask_again(context, asked, explanation)
        case refusals.TooManyRequests():
            return show_refusal(context, explanation, status=429)
        case refusals.NewClientsNotTaken() | refusals.TooManyUpcoming():
            return show_refusal(context, explanation)  # another time would be refused as well
    return show_refusal(context, explanation, again=_times_url(context, asked))


def show_check(context, asked, explanation=None):
    return context.render(
        "check",
        title=_("Check your booking"),
        appointment=summary_of(context, asked),
        asked=asked,
        born=full_day_in_words(asked.date_of_birth),
        policy=effective_rules(asked.appointment_type, context.portal_settings),
        explanation=explanation,
        asks_to_confirm=context.rules.asks_to_confirm,
        pays_first=pays_first(asked),
        action=context.url("check", asked.public_id),
        back=_details_url(context, asked),
    )


def _go_on(context, asked):
    policy_revision = context.request.POST.get("policy_revision")
    if not context.rules.asks_to_confirm and pays_first(asked):
        return context.redirect("pay", asked.public_id)
    if not context.rules.asks_to_confirm:
        confirm_booking(
            asked,
            policy_revision=policy_revision,
            ip=context.client_ip(),
            own_holds=own_holds(context.request.session),
            now=context.now,
        )
        typed_before.forget(context.request)
        return context.redirect("done", asked.public_id)
    rules = effective_rules(asked.appointment_type, context.portal_settings)
    check_policy_shown(Terms(context.site, context.portal_settings, rules), policy_revision)
    ask_to_confirm(asked, ip=context.client_ip(), own_holds=own_holds(context.request.session), now=context.now)
    typed_before.forget(context.request)
    return context.redirect("sent", asked.public_id)


def _chosen(asked) -> dict:
    query = {"type": asked.appointment_type_id, "location": asked.location_id}
    return query if asked.with_anyone else query | {"clinician": asked.clinician_id}


def _times_url(context, asked) -> str:
    return context.url("when", **_chosen(asked), **{"from": asked.location.local(asked.start).date().isoformat()})


def _details_url(context, asked) -> str:
    return context.url("details", **_chosen(asked), start=asked.start.isoformat().replace("+00:00", "Z"))
