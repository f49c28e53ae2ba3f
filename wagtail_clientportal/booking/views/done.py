"""Booked: when, where, and what can be done with it."""

from django.utils.translation import gettext as _

from ...communications.channels_for import why_not
from ...outbox.channels.email import EmailChannel
from ...outbox.models import OutboundMessage
from ...screens.calendar_file import calendar_file
from ...screens.paid import paid_for
from ..screen import own_booking, screen
from ..summary import summary_of


@screen("GET")
@own_booking(by_link=False)
def done(context, asked):
    if asked.appointment is None:
        return context.redirect("check", asked.public_id)
    return show_done(context, asked) if asked.stands_as_asked else show_changed_since(context, asked)


def show_changed_since(context, asked):
    """How it stands now is told to whoever proves who they are: this browser may have done no more than begin it."""
    title = _("This appointment was changed since")
    return context.render("changed_since", title=title, **_where_to_manage(context, asked))


def show_done(context, asked):
    return context.render(
        "done",
        title=_("Your appointment is booked"),
        appointment=summary_of(context, asked),
        **_what_was_paid(asked),
        calendar_url=context.url("calendar", asked.public_id),
        **_where_to_manage(context, asked),
    )


def _what_was_paid(asked) -> dict:
    # What somebody else's choices say isn't told to whoever typed their name and address.
    client = asked.client
    return {
        "paid": ", ".join(one.amount_in_words for one in paid_for(asked.appointment)),
        "has_receipt": client is None or not why_not(client, EmailChannel.key, OutboundMessage.About.PAID),
    }


def _where_to_manage(context, asked) -> dict:
    return {
        "manage_url": context.manage_url(asked.appointment),
        "is_somebody_elses": context.client not in (None, asked.appointment.client),
    }


@screen("GET")
@own_booking(by_link=False)
def calendar(context, asked):
    """The appointment for the client's own calendar."""
    if asked.appointment is None or not asked.stands_as_asked:
        return context.not_found()
    return calendar_file(context, asked.appointment)
