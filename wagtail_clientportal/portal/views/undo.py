"""Taking back a cancellation that was made a moment ago."""

from django.utils.translation import gettext as _

from ...actions.refusals import PortalOff, Refused, RefusedBySite, SlotTaken, TooManyChanges
from ...actions.undo_cancellation import undo_cancellation
from ...screens.explanation import Explanation
from ..announcements import RESTORED, announce
from ..screen import own_appointment, portal_off, screen
from .refusal import show_refusal


@screen("POST")
@own_appointment
def undo(context, appointment):
    """Book the appointment again; where it stands already, somebody has pressed twice."""
    try:
        undo_cancellation(appointment, by=context.session.client)
    except PortalOff:
        return portal_off(context)
    except Refused as refusal:
        appointment.refresh_from_db(fields=["start", "end", "busy_until", "holds_place", "status"])
        if not appointment.holds_place:
            return show_refusal(context, appointment, _why_not(refusal))
    else:
        announce(context.request, RESTORED, appointment.public_id)
    return context.redirect("appointment", appointment.public_id)


def _why_not(refusal: Refused) -> Explanation:
    stays = _("Your appointment stays cancelled.")
    match refusal:
        case SlotTaken():
            return Explanation(_("That time has just gone"), (_("Somebody else has it now."), stays))
        case RefusedBySite(sentence=sentence):
            return Explanation(_("That isn’t possible online"), (sentence, stays))
        case TooManyChanges():
            return Explanation(_("You have made many changes in a short time"), (stays,))
    return Explanation(_("It is too late to undo this online"), (stays,))
