"""What a client is reminded by, and in which language we write to them."""

from django.utils.translation import gettext as _

from ...actions.set_preferences import set_preferences
from ...outbox.channels.registry import channels_set_up
from ...policies.portal_address import portal_languages
from ..announcements import SAVED, announce
from ..forms import PreferencesForm
from ..screen import screen, signed_in


@screen("GET", "POST")
@signed_in
def preferences(context):
    """Show what is set, and write down what the client changes; of a session for one appointment it is no part."""
    if not context.session.is_full:
        return context.not_found()
    client = context.session.client
    offered = {"channels": _reminders_of(client), "languages": portal_languages(context.site)}
    if context.request.method != "POST":
        return show_form(context, PreferencesForm(client=client, **offered))
    form = PreferencesForm(context.request.POST, client=client, **offered)
    if not form.is_valid():
        return show_form(context, form)
    set_preferences(client, **form.chosen())
    announce(context.request, SAVED)
    return context.redirect("preferences")


def _reminders_of(client) -> list[str]:
    """The keys of the channels by which *client* could be reminded, if they want it."""
    opted_in = {"email": client.email_opt_in and client.email, "sms": client.sms_opt_in and client.mobile_key}
    return [one.key for one in channels_set_up() if opted_in.get(one.key)]


def show_form(context, form):
    return context.render(
        "preferences",
        title=_("Your reminders"),
        form=form,
        errors=form.summary() if form.is_bound else (),
        action=context.url("preferences"),
        has_reminders=bool(form.reminders),
    )
