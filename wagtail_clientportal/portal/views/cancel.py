"""Cancelling an appointment: the clinic's policy, a message if one likes, one deliberate press."""

from django.utils.translation import gettext as _

from ...actions.cancel import cancel
from ...screens.presenters import present
from ..announcements import CANCELLED
from ..permission import on_offer, refusal_to_cancel, was_cancelled
from ..screen import own_appointment, screen
from .attempt import Attempt


@screen("GET", "POST")
@own_appointment
def confirm(context, appointment):
    """Show the policy on GET, cancel the appointment on POST."""
    return _Cancellation(context, appointment).answer()


class _Cancellation(Attempt):
    announcement = CANCELLED

    def act(self, **values):
        cancel(self.appointment, **values)

    def has_happened(self):
        return was_cancelled(self.appointment)

    def blocked_by(self):
        return refusal_to_cancel(self.context, self.appointment, self.terms)

    def show_check(self, form, explanation=None):
        can_change, _can_cancel = on_offer(self.context, self.appointment, self.terms.rules)
        return show_check(self.context, self.appointment, self.terms.rules, form, explanation, can_change=can_change)


def show_check(context, appointment, rules, form, explanation=None, *, can_change=True):
    """Ask once more. Nothing is cancelled yet.

    :param can_change: whether another time could do as well.
    """
    return context.render(
        "cancel",
        title=_("Cancel this appointment?"),
        appointment=present(context, appointment),
        policy=rules,
        form=form,
        errors=form.summary() if form.is_bound else (),
        explanation=explanation,
        change_url=context.url("change", appointment.public_id) if can_change else None,
        action=context.url("cancel", appointment.public_id),
        draft_url=context.url("draft", appointment.public_id),
    )
