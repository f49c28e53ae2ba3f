"""Why something can't be booked online, in a client's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..actions import refusals
from ..availability.local_days import MINUTE
from ..practice.dates import date_in_words, moment_in_words
from ..practice.models import Location
from ..screens.explanation import Explanation


def explain(refusal: refusals.Refused, location: Location) -> Explanation:
    """Put *refusal* of a booking at *location* into words. The screen adds the phone number."""
    nothing = _("Nothing has been booked yet.")
    match refusal:
        case refusals.SlotTaken():
            return Explanation(_("That time has just gone"), (nothing, _("Please choose another time below.")))
        case refusals.TooSoon(earliest=earliest):
            from_then_on = _("Online we offer times from %(when)s on.")
            return Explanation(
                _("That time can’t be booked"),
                (nothing, from_then_on % {"when": moment_in_words(earliest, location.zone)}),
            )
        case refusals.TooFarAhead(latest=latest):
            until_then = _("Online we offer times up to %(day)s.")
            return Explanation(
                _("That time can’t be booked"),
                (nothing, until_then % {"day": date_in_words(latest - MINUTE, location.zone)}),
            )
        case refusals.SlotNotOffered():
            return Explanation(_("That time can’t be booked"), (nothing, _("Please choose one of the times below.")))
        case refusals.ClinicianNotOnline():
            return Explanation(
                _("This can’t be booked online any more"), (nothing, _("Please choose somebody else, or call us."))
            )
        case refusals.RefusedBySite(sentence=sentence):
            return Explanation(_("That isn’t possible online"), (sentence, nothing))
        case refusals.TooManyChanges():
            return Explanation(
                _("You have made many changes in a short time"),
                (nothing, _("Please try again in an hour, or call us.")),
            )
        case refusals.TooManyRequests():
            return Explanation(
                _("Many bookings were asked for in a short time"),
                (nothing, _("Please try again in an hour, or call us.")),
            )
        case refusals.TooManyUpcoming(limit=limit):
            sentence = ngettext(
                "With %(count)d appointment to come nothing more can be booked online.",
                "With %(count)d appointments to come nothing more can be booked online.",
                limit,
            )
            return Explanation(_("You have appointments to come"), (nothing, sentence % {"count": limit}))
        case refusals.NewClientsNotTaken():
            return Explanation(
                _("Please call us to book"),
                (nothing, _("Online we can only book appointments for people whom we know by these details.")),
            )
        case refusals.RequestLapsed():
            return Explanation(
                _("This booking wasn’t confirmed in time"), (nothing, _("Please choose a time again, or call us."))
            )
        case refusals.PriceChanged():
            return Explanation(
                _("The price changed meanwhile"), (nothing, _("You haven’t paid anything. See what it costs now."))
            )
        case refusals.PaymentNeeded():
            return Explanation(_("This is booked by paying for it"), (nothing, _("Please start again, or call us.")))
        case refusals.Busy():
            return Explanation(_("We are busy at this moment"), (nothing, _("Please press the button below again.")))
        case refusals.CannotSave():
            return Explanation(
                _("We can’t save anything right now"), (nothing, _("Please try again in a few minutes, or call us."))
            )
        case refusals.PolicyChanged():
            return Explanation(
                _("Our policy changed while you were reading it"),
                (nothing, _("Please read it again below, then decide.")),
            )
    return Explanation(_("That isn’t possible online"), (nothing,))
