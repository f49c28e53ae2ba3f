"""Why something can't be done, and what to do instead, in the staff's words: for every screen of theirs."""

from enum import Enum, auto

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...actions import refusals
from ...outbox.channels.registry import channel_of


class Doing(Enum):
    """What somebody on the staff was about to do, where a refusal means something else for it."""

    ARRANGE = auto()
    BOOK = auto()
    MOVE = auto()
    UNDO_CANCELLATION = auto()
    SEND_APPOINTMENT_LINK = auto()
    SEND_SIGN_IN_LINK = auto()
    MERGE = auto()
    ANONYMISE = auto()


def why_not(refusal: refusals.Refused, doing: Doing, *, client_name: str = "") -> str:
    """Put *refusal* into a sentence. Every refusal that staff can meet has its own.

    :param client_name: of whom the sentence speaks, where the screen is about one client.
    """
    name = {"name": client_name}
    match refusal, doing:
        case refusals.Busy(), _doing:
            return _("Somebody else is changing this diary at this moment. Nothing was changed. Try again.")
        case refusals.CannotSave(), _doing:
            return _("The database takes no changes at the moment. Nothing was changed. Try again in a few minutes.")
        case ((refusals.UnusualPlace() | refusals.UnusualPlaces()), _doing):
            return _("Nothing is saved yet. This is unusual:")
        case refusals.SlotTaken(), _doing:
            return _("Somebody else has just taken this place. Nothing was changed. Choose another time.")
        case refusals.SlotNotOffered(), Doing.MOVE:
            return _("That is where the appointment is already. Choose another time, clinician or location.")
        case refusals.SlotNotOffered(), _doing:
            return _("With its buffer an appointment of this type would take longer than 24 hours.")
        case refusals.NotCurrent(), Doing.UNDO_CANCELLATION:
            return _("There is no cancellation to undo: something else was done to this appointment since.")
        case refusals.NotCurrent(), Doing.SEND_APPOINTMENT_LINK:
            return _("A link opens only an appointment that is still to come and holds its place in the diary.")
        case refusals.NotCurrent(), _doing:
            return _("This appointment doesn't hold a place in the diary any more, so there is nothing to change.")
        case ((refusals.AlreadyAnonymised() | refusals.NotAllowed()), Doing.MERGE):
            return _("One of the records was anonymised or merged in the meantime. Nothing was merged.")
        case refusals.OnlyOneEach(models=models), _doing:
            return _(
                "Nothing was merged: both records have something of which a client can have only one (%(what)s). "
                "Change or delete it in one of them, then merge."
            ) % {"what": get_text_list([str(model._meta.verbose_name) for model in models], _("and"))}
        case refusals.AlreadyAnonymised(), _doing:
            return _("This record was anonymised before. There is nothing left to take away.")
        case refusals.StillExpected(appointments=number), _doing:
            return ngettext(
                "This person still has %(count)d appointment to come. Cancel it first, then anonymise.",
                "This person still has %(count)d appointments to come. Cancel them first, then anonymise.",
                number,
            ) % {"count": number}
        case refusals.AlreadyDecided(), _doing:
            return _("Somebody else decided about this refund in the meantime. Nothing was changed. Look at it again.")
        case refusals.WrongAmount(), _doing:
            return _("That isn’t an amount that can be paid. Fill in another one.")
        case refusals.NotAllowed(), _doing:
            return _("That isn't possible for this appointment.")
        case refusals.ClientInactive(), _doing:
            return _("No link was sent: %(name)s’s record is not active. Edit it and tick “Active” first.") % name
        case refusals.PortalAccessOff(), _doing:
            return _("No link was sent: %(name)s has no portal access. Switch it on first.") % name
        case refusals.PortalOff(), _doing:
            return _("No link was sent: the portal is off. Whoever may change its settings can switch it on.")
        case refusals.DetailsMissing(), _doing:
            return (
                _(
                    "No link was sent: without date of birth and postcode %(name)s could not sign in. "
                    "Fill them in first."
                )
                % name
            )
        case refusals.NoContact(channel=key), _doing:
            return _("No link was sent. %(why)s Fill it in first.") % {"why": channel_of(key).no_address}
    return _("That isn't possible. Nothing was changed.")
