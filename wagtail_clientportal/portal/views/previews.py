"""Every screen with an example client, for the editor's preview. It never looks at the session."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from ...access.models import MagicLink
from ...actions import refusals
from ...diary.example import Example
from ...policies.effective import effective_rules
from ...policies.models import PortalSettings
from ...screens.forms import MessageForm
from ...screens.screen_context import site_of
from ..announcements import CANCELLED, CHANGED
from ..examples import RULES, ExampleSession
from ..forms import ContactForm, IdentityForm, PreferencesForm
from ..portal_context import PortalContext
from ..screen import portal_off
from ..wording import explain
from . import appointments, cancel, change, preferences, sign_in, sign_out, stay, verify
from .refusal import show_refusal


def show(page, request, mode_name: str):
    """Render *page* as the preview mode (one of ``MODES``) has it."""
    site = site_of(page)
    portal_settings = PortalSettings.for_site(site)
    context = PortalContext(
        page=page, request=request, site=site, portal_settings=portal_settings, now=timezone.now(), is_preview=True
    )
    example = Example(context.now, portal_settings)
    return _SCREENS.get(mode_name, _sign_in)(context, example)


def _signed_in(context, example, appointment=None):
    context.session = ExampleSession(example.client, appointment)
    return context


def _sign_in(context, example):
    return sign_in.show_form(context, ContactForm())


def _sent(context, example):
    return sign_in.show_sent(context)


def _verify(context, example):
    return verify.show_form(context, IdentityForm(today=context.now.date()), MagicLink())


def _first_name(context, example):
    form = IdentityForm(today=context.now.date(), ask_first_name=True)
    return verify.show_form(context, form, MagicLink(), ask_first_name=True)


def _ended(context, example):
    return verify.show_ended(context)


def _details_missing(context, example):
    return verify.show_details_missing(context)


def _list(context, example):
    previous = [example.cancelled_appointment, example.past_appointment]
    return appointments.show_list(_signed_in(context, example), [example.appointment], previous)


def _nothing_upcoming(context, example):
    return appointments.show_list(_signed_in(context, example), [], [])


def _only_this(context, example):
    return _one(_signed_in(context, example, example.appointment), example)


def _one(context, example, done=None):
    return appointments.show_one(context, example.appointment, no_change=None, no_cancel=None, rules=RULES, done=done)


def _appointment(context, example):
    return _one(_signed_in(context, example), example)


def _changed(context, example):
    return _one(_signed_in(context, example), example, done=CHANGED)


def _cancelled(context, example):
    example.appointment = example.cancelled_appointment
    return _one(_signed_in(context, example), example, done=CANCELLED)


def _change(context, example):
    return change.show_times(_signed_in(context, example), example.appointment, example.free_minutes())


def _just_gone(context, example):
    explanation = explain(refusals.SlotTaken(), example.appointment, RULES)
    free, gone = example.free_minutes(), example.day(9, hour=11)
    return change.show_times(_signed_in(context, example), example.appointment, free, explanation, instead_of=gone)


def _no_times(context, example):
    return change.show_times(_signed_in(context, example), example.appointment, [])


def _confirm_change(context, example):
    start = example.day(9, hour=10, minute=45)
    rules = _policy(context, example)
    return change.show_check(_signed_in(context, example), example.appointment, start, rules, MessageForm())


def _cancel(context, example):
    rules = _policy(context, example)
    return cancel.show_check(_signed_in(context, example), example.appointment, rules, MessageForm())


def _too_late(context, example):
    appointment = example.at(example.soon)
    refusal = refusals.TooLateToChange(deadline=appointment.start - RULES.change_window)
    return show_refusal(_signed_in(context, example), appointment, explain(refusal, appointment, RULES))


def _preferences(context, example):
    form = PreferencesForm(client=example.client, channels=["email", "sms"], languages=[])
    return preferences.show_form(_signed_in(context, example), form)


def _stay(context, example):
    return stay.show_still_here(_signed_in(context, example))


def _signed_out(context, example):
    return sign_out.show_signed_out(context)


def _off(context, example):
    return portal_off(context)


def _policy(context, example):
    """The clinic's own wording, as far as there is a policy."""
    return effective_rules(example.appointment_type, context.portal_settings)


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
    "preferences": (gettext_lazy("Reminders"), _preferences),
    "stay": (gettext_lazy("Still signed in"), _stay),
    "signed_out": (gettext_lazy("Signed out"), _signed_out),
    "off": (gettext_lazy("Portal off"), _off),
}
MODES = [(name, label) for name, (label, _show) in _PREVIEWS.items()]
_SCREENS = {name: screen for name, (_label, screen) in _PREVIEWS.items()}
