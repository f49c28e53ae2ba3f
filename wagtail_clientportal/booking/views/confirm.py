"""Where the link leads: a GET books nothing, one deliberate press does."""

from django.utils.translation import gettext as _

from ...access.booking_browser import note_begun, own_holds
from ...actions import refusals
from ...actions.confirm_booking import confirm_booking
from ...conf import settings
from ...policies.effective import effective_rules
from ...practice.durations import duration_in_words
from ...screens import typed_before
from ..paying import pays_first
from ..screen import own_booking, screen
from ..summary import summary_of
from .check import refuse


@screen("GET", "POST")
@own_booking(by_link=True)
def confirm(context, asked):
    if asked.state == asked.State.BOOKED:
        return context.redirect("done", asked.public_id)
    if asked.has_lapsed(context.now):
        return refuse(context, asked, refusals.RequestLapsed(), show_question)
    if pays_first(asked):
        return context.redirect("pay", asked.public_id)
    if context.request.method != "POST":
        return show_question(context, asked)
    try:
        confirm_booking(
            asked,
            policy_revision=context.request.POST.get("policy_revision"),
            own_holds=own_holds(context.request.session),
            now=context.now,
        )
    except refusals.Refused as refusal:
        return refuse(context, asked, refusal, show_question)
    note_begun(context.request.session, asked)
    typed_before.forget(context.request)
    return context.redirect("done", asked.public_id)


@screen("GET")
def link_ended(context):
    """Where a link leads that came too late, or was never made: nobody's booking is looked at."""
    return show_link_ended(context)


def show_link_ended(context):
    return context.render(
        "link_ended",
        title=_("This link can’t be used any more"),
        works_for=duration_in_words(settings.BOOKING_REQUEST_LIFETIME),
        sign_in_url=context.sign_in_url,
    )


def show_question(context, asked, explanation=None):
    return context.render(
        "confirm",
        title=_("Book this appointment?"),
        appointment=summary_of(context, asked),
        policy=effective_rules(asked.appointment_type, context.portal_settings),
        explanation=explanation,
        action=context.url("confirm", asked.public_id),
    )
