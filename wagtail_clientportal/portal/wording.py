"""Why something can't be done online, in a client's words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..actions import refusals
from ..availability.local_days import MINUTES_IN_A_DAY
from ..policies.cancellation_window import judge_cancellation
from ..policies.change_window import judge_change
from ..policies.rules import PolicyRules
from ..policies.window import Reason
from ..practice.dates import moment_in_words

_MINUTES_IN_AN_HOUR = 60


@dataclass(frozen=True)
class Explanation:
    """What is the matter, and the sentences that say why."""

    heading: str
    sentences: tuple[str, ...] = ()


def duration_in_words(duration: timedelta) -> str:
    """Return "24 hours", "3 days", "1 hour 30 minutes".

    Up to three days in hours: over a clock change 48 hours aren't two days by the clock.
    """
    minutes = round(duration.total_seconds() / 60)
    if minutes > 3 * MINUTES_IN_A_DAY and minutes % MINUTES_IN_A_DAY == 0:
        days = minutes // MINUTES_IN_A_DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    hours, rest = divmod(minutes, _MINUTES_IN_AN_HOUR)
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest})
    return " ".join(parts)


def explain(refusal: refusals.Refused, appointment, rules: PolicyRules) -> Explanation:
    """Put *refusal* of a change or a cancellation of *appointment* into words. The screen adds the phone number."""
    clinician = {"clinician": appointment.clinician.name}
    match refusal:
        case refusals.TooLateToChange(deadline=deadline):
            return Explanation(
                _("It is too late to change this appointment online"),
                (_change_rule(rules.change_window), _deadline(deadline, appointment)),
            )
        case refusals.TooLateToCancel(deadline=deadline):
            return Explanation(
                _("It is too late to cancel this appointment online"),
                (_cancellation_rule(rules.cancellation_window), _deadline(deadline, appointment)),
            )
        case refusals.ChangesDisabled():
            return Explanation(
                _("This appointment can’t be changed online"),
                (_("We don’t offer online changes for this kind of appointment."),),
            )
        case refusals.CancellationsDisabled():
            return Explanation(
                _("This appointment can’t be cancelled online"),
                (_("We don’t offer online cancellations for this kind of appointment."),),
            )
        case refusals.ClinicianNotOnline():
            return Explanation(
                _("This appointment can’t be changed online"),
                (_("The times of %(clinician)s aren’t offered online at the moment.") % clinician,),
            )
        case refusals.NotCurrent():
            why = (
                _("It has already begun, or is over.")
                if appointment.holds_place
                else _("It has been cancelled, or has ended in another way.")
            )
            return Explanation(_("This appointment can’t be changed or cancelled any more"), (why,))
        case refusals.SlotTaken():
            return Explanation(
                _("That time has just gone"), (_still(appointment), _("Please choose another time below."))
            )
        case refusals.SlotNotOffered():
            return Explanation(
                _("That time can’t be booked"), (_still(appointment), _("Please choose one of the times below."))
            )
        case refusals.PolicyChanged():
            return Explanation(
                _("Our policy changed while you were reading it"),
                (_("Nothing has been changed yet. Please read it again below, then decide."),),
            )
    return Explanation(_("That isn’t possible online"), (_still(appointment),))


def what_ends_with(start: datetime, rules: PolicyRules, now: datetime) -> list[str]:
    """Return what a client should know before they move an appointment to *start*: what they can't do afterwards."""
    no_change = judge_change(rules, start=start, now=now).reason is Reason.TOO_LATE
    no_cancel = judge_cancellation(rules, start=start, now=now).reason is Reason.TOO_LATE
    if no_change and no_cancel:
        return [
            _("This time is soon: after this you can’t change or cancel it online any more. You can still call us.")
        ]
    if no_change:
        return [_("This time is soon: after this you can’t change it online any more. You can still call us.")]
    if no_cancel:
        return [_("This time is soon: after this you can’t cancel it online any more. You can still call us.")]
    return []


def _change_rule(window: timedelta) -> str:
    if not window:
        return _("Appointments can be changed online until they start.")
    return _("Appointments can be changed online until %(window)s before they start.") % {
        "window": duration_in_words(window)
    }


def _cancellation_rule(window: timedelta) -> str:
    if not window:
        return _("Appointments can be cancelled online until they start.")
    return _("Appointments can be cancelled online until %(window)s before they start.") % {
        "window": duration_in_words(window)
    }


def _deadline(deadline, appointment) -> str:
    return _("For this appointment that was %(deadline)s.") % {
        "deadline": moment_in_words(deadline, appointment.location.zone)
    }


def _still(appointment) -> str:
    return _("Your appointment is still on %(when)s.") % {
        "when": moment_in_words(appointment.start, appointment.location.zone)
    }
