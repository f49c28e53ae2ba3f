"""Every screen with an example client, for the editor's preview. It never looks at the session."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from ...access.models import MagicLink
from ...actions import refusals
from ...diary.example import Example
from ...policies.effective import effective_rules
from ...policies.models import PortalSettings
from ..announcements import CANCELLED, CHANGED
from ..examples import RULES, ExampleSession
from ..forms import ContactForm, IdentityForm, MessageForm
from ..screen import portal_off
from ..visit import Visit, site_of
from ..wording import explain
from . import appointments, cancel, change, sign_in, sign_out, stay, verify
from .obstacle import show_obstacle


def show(page, request, mode_name: str):
    """Render *page* as the preview mode (one of ``MODES``) has it."""
    site = site_of(page)
    clinic = PortalSettings.for_site(site)
    visit = Visit(page=page, request=request, site=site, clinic=clinic, now=timezone.now(), is_preview=True)
    example = Example(visit.now, clinic)
    return _SCREENS.get(mode_name, _sign_in)(visit, example)


def _signed_in(visit, example, appointment=None):
    visit.session = ExampleSession(example.client, appointment)
    return visit


def _sign_in(visit, example):
    return sign_in.show_form(visit, ContactForm())


def _sent(visit, example):
    return sign_in.show_sent(visit)


def _verify(visit, example):
    return verify.show_form(visit, IdentityForm(today=visit.now.date()), MagicLink())


def _first_name(visit, example):
    form = IdentityForm(today=visit.now.date(), ask_first_name=True)
    return verify.show_form(visit, form, MagicLink(), ask_first_name=True)


def _ended(visit, example):
    return verify.show_ended(visit)


def _details_missing(visit, example):
    return verify.show_details_missing(visit)


def _list(visit, example):
    upcoming = [example.appointment, example.cancelled_appointment]
    return appointments.show_list(_signed_in(visit, example), upcoming, [example.past_appointment])


def _nothing_upcoming(visit, example):
    return appointments.show_list(_signed_in(visit, example), [], [])


def _only_this(visit, example):
    return _one(_signed_in(visit, example, example.appointment), example)


def _one(visit, example, done=None):
    return appointments.show_one(visit, example.appointment, no_change=None, no_cancel=None, rules=RULES, done=done)


def _appointment(visit, example):
    return _one(_signed_in(visit, example), example)


def _changed(visit, example):
    return _one(_signed_in(visit, example), example, done=CHANGED)


def _cancelled(visit, example):
    example.appointment = example.cancelled_appointment
    return _one(_signed_in(visit, example), example, done=CANCELLED)


def _change(visit, example):
    return change.show_times(_signed_in(visit, example), example.appointment, example.free_minutes())


def _just_gone(visit, example):
    explanation = explain(refusals.SlotTaken(), example.appointment, RULES)
    return change.show_times(_signed_in(visit, example), example.appointment, example.free_minutes(), explanation)


def _no_times(visit, example):
    return change.show_times(_signed_in(visit, example), example.appointment, [])


def _confirm_change(visit, example):
    start = example.day(9, hour=10, minute=45)
    rules = _policy(visit, example)
    return change.show_check(_signed_in(visit, example), example.appointment, start, rules, MessageForm())


def _cancel(visit, example):
    rules = _policy(visit, example)
    return cancel.show_check(_signed_in(visit, example), example.appointment, rules, MessageForm())


def _too_late(visit, example):
    appointment = example.at(example.soon)
    refusal = refusals.TooLateToChange(deadline=appointment.start - RULES.change_window)
    return show_obstacle(_signed_in(visit, example), appointment, explain(refusal, appointment, RULES))


def _stay(visit, example):
    return stay.show_still_here(_signed_in(visit, example))


def _signed_out(visit, example):
    return sign_out.show_signed_out(visit)


def _off(visit, example):
    return portal_off(visit)


def _policy(visit, example):
    """The clinic's own wording, as far as there is a policy."""
    return effective_rules(example.appointment_type, visit.clinic)


# name → (what the editor chooses it by, the screen)
_PREVIEWS = {
    "": (gettext_lazy("Sign in"), _sign_in),
    "sent": (gettext_lazy("Link sent"), _sent),
    "verify": (gettext_lazy("Confirm who you are"), _verify),
    "first_name": (gettext_lazy("Confirm who you are: first name"), _first_name),
    "details_missing": (gettext_lazy("Details missing"), _details_missing),
    "ended": (gettext_lazy("Link can’t be used"), _ended),
    "appointments": (gettext_lazy("Appointments"), _list),
    "nothing_upcoming": (gettext_lazy("Appointments: nothing upcoming"), _nothing_upcoming),
    "appointment": (gettext_lazy("One appointment"), _appointment),
    "only_this": (gettext_lazy("One appointment, by its own link"), _only_this),
    "change": (gettext_lazy("Choose a new time"), _change),
    "just_gone": (gettext_lazy("Time just gone"), _just_gone),
    "no_times": (gettext_lazy("No free times"), _no_times),
    "confirm_change": (gettext_lazy("Check the new time"), _confirm_change),
    "changed": (gettext_lazy("Changed"), _changed),
    "cancel": (gettext_lazy("Cancel"), _cancel),
    "cancelled": (gettext_lazy("Cancelled"), _cancelled),
    "too_late": (gettext_lazy("Too late"), _too_late),
    "stay": (gettext_lazy("Still signed in"), _stay),
    "signed_out": (gettext_lazy("Signed out"), _signed_out),
    "off": (gettext_lazy("Portal off"), _off),
}
MODES = [(name, label) for name, (label, _show) in _PREVIEWS.items()]
_SCREENS = {name: screen for name, (_label, screen) in _PREVIEWS.items()}
