"""Cancelling an appointment: the clinic's policy, a message if one likes, one deliberate press."""

from django.utils.translation import gettext as _

from ...actions import refusals
from ...actions.cancel import cancel
from ...diary.models import AppointmentEvent
from .. import drafts
from ..announcements import CANCELLED, announce
from ..forms import MessageForm
from ..permission import last_event, refusal_to_cancel, terms_for
from ..presenters import present
from ..screen import own_appointment, portal_off, screen
from ..wording import explain
from .obstacle import show_obstacle


@screen("GET", "POST")
@own_appointment
def confirm(visit, appointment):
    """Show the policy on GET, cancel the appointment on POST."""
    terms = terms_for(visit, appointment)
    if visit.request.method == "POST":
        return _cancel(visit, appointment, terms)
    if refusal := refusal_to_cancel(visit, appointment, terms):
        return show_obstacle(visit, appointment, explain(refusal, appointment, terms.rules))
    return show_check(visit, appointment, terms.rules, drafts.form_for(visit.request, appointment.public_id, visit.now))


def _cancel(visit, appointment, terms):
    posted, form = visit.request.POST, MessageForm(visit.request.POST)
    try:
        if refusal := refusal_to_cancel(visit, appointment, terms):
            raise refusal
        if not form.is_valid():
            return show_check(visit, appointment, terms.rules, form)
        cancel(
            appointment,
            message=form.cleaned_data["message"],
            by=visit.session.client,
            policy_revision=posted.get("policy_revision"),
        )
    except refusals.Refused as refusal:
        return _refused(visit, appointment, form, refusal)
    drafts.forget(visit.request)
    announce(visit.request, CANCELLED, appointment.public_id)
    return visit.redirect("appointment", appointment.public_id)


def _refused(visit, appointment, form, refusal):
    appointment.refresh_from_db(fields=["start", "end", "busy_until", "holds_place", "status"])
    event = last_event(appointment)
    if event and event.kind == AppointmentEvent.Kind.CANCELLED and not appointment.holds_place:
        # The same form sent twice: what it asked for has happened.
        announce(visit.request, CANCELLED, appointment.public_id)
        return visit.redirect("appointment", appointment.public_id)
    terms = terms_for(visit, appointment)
    explanation = explain(refusal, appointment, terms.rules)
    match refusal:
        case refusals.PortalOff():
            return portal_off(visit)
        case refusals.PolicyChanged():
            return show_check(visit, appointment, terms.rules, form, explanation)
    return show_obstacle(visit, appointment, explanation, unsent=form.message_so_far())


def show_check(visit, appointment, rules, form, explanation=None):
    """Ask once more. Nothing is cancelled yet."""
    return visit.render(
        "cancel",
        title=_("Cancel this appointment?"),
        appointment=present(visit, appointment),
        policy=rules,
        form=form,
        errors=form.summary() if form.is_bound else (),
        explanation=explanation,
        action=visit.url("cancel", appointment.public_id),
        draft_url=visit.url("draft", appointment.public_id),
    )
