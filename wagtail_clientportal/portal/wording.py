"""Why something can't be done online, in a client's words."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..actions import refusals
from ..availability.local_days import EPOCH, MINUTE, minute_from
from ..policies.cancellation_window import judge_cancellation
from ..policies.change_window import judge_change
from ..policies.rules import PolicyRules
from ..policies.window import Reason
from ..practice.dates import date_in_words, moment_in_words
from ..practice.durations import duration_in_words
from ..screens.explanation import Explanation


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
        case refusals.RefusedBySite(sentence=sentence):
            return Explanation(_("That isn’t possible online"), (sentence, _still(appointment)))
        case refusals.TooManyChanges(again_at=again_at):
            return Explanation(
                _("You have made many changes in a short time"),
                (_still(appointment), _again(again_at, appointment)),
            )
        case refusals.NoChangesLeft(limit=limit):
            often = ngettext(
                "You can change an appointment online once, and you have done so.",
                "You can change an appointment online %(count)d times, and you have done so.",
                limit,
            )
            return Explanation(
                _("This appointment can’t be changed online any more"),
                (often % {"count": limit}, _still(appointment)),
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
        case refusals.TooSoon(earliest=earliest):
            from_then_on = _("Online we offer times from %(when)s on.") % {"when": _beginning(earliest, appointment)}
            return Explanation(_("That time can’t be booked"), (_still(appointment), from_then_on))
        case refusals.TooFarAhead(latest=latest):
            last_day = date_in_words(latest - MINUTE, appointment.location.zone)
            until_then = _("Online we offer times up to %(day)s.") % {"day": last_day}
            return Explanation(_("That time can’t be booked"), (_still(appointment), until_then))
        case refusals.SlotNotOffered():
            return Explanation(
                _("That time can’t be booked"), (_still(appointment), _("Please choose one of the times below."))
            )
        case refusals.Busy():
            return Explanation(
                _("We are busy at this moment"),
                (_still(appointment), _("Nothing has been changed yet. Please press the button below again.")),
            )
        case refusals.CannotSave():
            return Explanation(
                _("We can’t save anything right now"),
                (_still(appointment), _("Nothing has been changed. Please try again in a few minutes, or call us.")),
            )
        case refusals.PolicyChanged():
            return Explanation(
                _("Our policy changed while you were reading it"),
                (_("Nothing has been changed yet. Please read it again below, then decide."),),
            )
    return Explanation(_("That isn’t possible online"), (_still(appointment),))


def explain_both(no_change, no_cancel, appointment, rules: PolicyRules) -> list[Explanation]:
    """Put into words why *appointment* can't be changed, nor cancelled, now; what holds for both is said once.

    :param no_change: the refusal that stands against a change, ``None`` where there is none.
    :param no_cancel: the same for a cancellation.
    """
    match no_change, no_cancel:
        case refusals.TooLateToChange(deadline=deadline), refusals.TooLateToCancel(deadline=other) if deadline == other:
            window = rules.change_window
            rule = (
                _("Appointments can be changed or cancelled online until %(window)s before they start.")
                if window
                else _("Appointments can be changed or cancelled online until they start.")
            )
            return [
                Explanation(
                    _("It is too late to change or cancel this appointment online"),
                    (rule % {"window": duration_in_words(window)}, _deadline(deadline, appointment)),
                )
            ]
        case refusals.ChangesDisabled(), refusals.CancellationsDisabled():
            return [
                Explanation(
                    _("This appointment can’t be changed or cancelled online"),
                    (_("We don’t offer online changes or cancellations for this kind of appointment."),),
                )
            ]
    return [explain(refusal, appointment, rules) for refusal in (no_change, no_cancel) if refusal]


def how_long_it_holds(appointment, rules: PolicyRules, *, can_change: bool, can_cancel: bool) -> list[str]:
    """Return until when a client may do with *appointment* what they can do now."""
    zone = appointment.location.zone
    change_until = moment_in_words(appointment.start - rules.change_window, zone)
    cancel_until = moment_in_words(appointment.start - rules.cancellation_window, zone)
    if can_change and can_cancel and change_until == cancel_until:
        return [_("You can change or cancel online until %(deadline)s.") % {"deadline": change_until}]
    sentences = []
    if can_change:
        sentences.append(_("You can change it online until %(deadline)s.") % {"deadline": change_until})
    if can_cancel:
        sentences.append(_("You can cancel it online until %(deadline)s.") % {"deadline": cancel_until})
    return sentences


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


def _again(moment: datetime, appointment) -> str:
    return _("You can change it online again from %(when)s. If it can’t wait, call us.") % {
        "when": _minute(moment, appointment)
    }


def _minute(moment: datetime, appointment) -> str:
    """The next whole minute: the page says no seconds."""
    return moment_in_words(EPOCH + minute_from(moment) * MINUTE, appointment.location.zone)


def _beginning(moment: datetime, appointment) -> str:
    """The day alone where *moment* is its midnight, which many read as the end of it."""
    local = appointment.location.local(moment)
    is_midnight = (local.hour, local.minute) == (0, 0)
    return date_in_words(moment, appointment.location.zone) if is_midnight else _minute(moment, appointment)


def _still(appointment) -> str:
    return _("Your appointment is still on %(when)s.") % {
        "when": moment_in_words(appointment.start, appointment.location.zone)
    }
