"""Follow the link that we sent: one page, whoever the address belongs to."""

from django.utils.translation import gettext as _

from ...actions import refusals
from ...conf import settings
from ...practice.durations import duration_in_words
from ..paying import pays_first
from ..screen import own_booking, screen
from ..summary import summary_of
from .check import refuse
from .pay import may_pay


@screen("GET")
@own_booking(by_link=False)
def sent(context, asked):
    if asked.state == asked.State.BOOKED:
        return context.redirect("done", asked.public_id)
    if pays_first(asked) and may_pay(context, asked):
        return context.redirect("pay", asked.public_id)
    if asked.asked_at is None:
        return context.redirect("check", asked.public_id)
    if asked.has_lapsed(context.now):
        return refuse(context, asked, refusals.RequestLapsed(), show_sent)
    return show_sent(context, asked)


def show_sent(context, asked):
    return context.render(
        "sent",
        title=_("One more step: follow our link"),
        appointment=summary_of(context, asked),
        email=asked.email,
        kept_for=duration_in_words(settings.BOOKING_HOLD),
    )
