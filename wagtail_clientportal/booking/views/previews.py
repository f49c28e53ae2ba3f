"""Every screen of online booking with examples, for the editor's preview. It never looks at a session."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions import refusals
from ...diary.example import Example
from ...diary.models import BookingRequest
from ...policies.models import PortalSettings
from ...practice.models import Clinician, Location
from ...practice.online_offer import offered_types
from ...screens.screen_context import site_of
from ..booking_context import BookingContext
from ..choice import Choice
from ..screen import booking_off
from ..wording import explain
from . import check, confirm, details, done, sent, what, when

_NOBODYS, _NOBODY_ELSES = -1, -2  # pks that no record has: an address has to say something


def show(page, request, mode_name: str):
    """Render *page* as the preview mode (one of ``MODES``) has it, whether online booking is on or off."""
    site = site_of(page)
    portal_settings = PortalSettings.for_site(site)
    context = BookingContext(
        page=page, request=request, site=site, portal_settings=portal_settings, now=timezone.now(), is_preview=True
    )
    example = Example(context.now, portal_settings)
    for one in (example.appointment_type, example.location, example.clinician):
        one.pk = _NOBODYS
    return _SCREENS.get(mode_name, _what)(context, example)


def _choice(example, *, is_located=True) -> Choice:
    other = Location(
        pk=_NOBODY_ELSES,
        name=_("Other rooms"),
        address=_("2 Example Street\nExampleton"),
        timezone=example.location.timezone,
    )
    example.clinician.introduction = _("Has looked after backs and knees for twenty years.")
    clinicians = [example.clinician, Clinician(pk=_NOBODY_ELSES, name=_("Bea Lind"))]
    where = example.location if is_located else None
    return Choice(example.appointment_type, where, None, [example.location, other], clinicians, is_as_asked=True)


def _asked(context, example) -> BookingRequest:
    client = example.client
    return BookingRequest(
        site=context.site,
        appointment_type=example.appointment_type,
        location=example.location,
        clinician=example.clinician,
        start=example.appointment.start,
        first_name=client.first_name,
        last_name=client.last_name,
        email=client.email,
        mobile=client.mobile,
        date_of_birth=client.date_of_birth,
        postcode=client.postcode,
    )


def _what(context, example):
    types = list(offered_types(context.site)) if context.site else []
    return what.show_types(context, types or [example.appointment_type], {})


def _where(context, example):
    return when.show_free(context, _choice(example, is_located=False), [])


def _when(context, example):
    return when.show_free(context, _choice(example), example.free_minutes())


def _just_gone(context, example):
    explanation = explain(refusals.SlotTaken(), example.location)
    gone = example.day(9, hour=11)
    return when.show_free(context, _choice(example), example.free_minutes(), explanation, instead_of=gone)


def _no_times(context, example):
    return when.show_free(context, _choice(example), [])


def _details(context, example):
    return details.show_blank(context, _choice(example), example.appointment.start)


def _check(context, example):
    return check.show_check(context, _asked(context, example))


def _sent(context, example):
    return sent.show_sent(context, _asked(context, example))


def _confirm(context, example):
    return confirm.show_question(context, _asked(context, example))


def _lapsed(context, example):
    asked = _asked(context, example)
    return check.refuse(context, asked, refusals.RequestLapsed(), confirm.show_question)


def _link_ended(context, example):
    return confirm.show_link_ended(context)


def _new_clients_not_taken(context, example):
    asked = _asked(context, example)
    return check.refuse(context, asked, refusals.NewClientsNotTaken(), confirm.show_question)


def _done(context, example):
    asked = _asked(context, example)
    asked.appointment = example.appointment
    return done.show_done(context, asked)


def _changed_since(context, example):
    asked = _asked(context, example)
    asked.appointment = example.cancelled_appointment
    return done.show_changed_since(context, asked)


def _off(context, example):
    return booking_off(context)


# name → (what the editor chooses it by, the screen)
_PREVIEWS = {
    "": (gettext_lazy("What for"), _what),
    "where": (gettext_lazy("Where"), _where),
    "when": (gettext_lazy("With whom, day and time"), _when),
    "just_gone": (gettext_lazy("Time just gone"), _just_gone),
    "no_times": (gettext_lazy("No free times"), _no_times),
    "details": (gettext_lazy("Details"), _details),
    "check": (gettext_lazy("Check"), _check),
    "sent": (gettext_lazy("Link sent"), _sent),
    "confirm": (gettext_lazy("Behind the link"), _confirm),
    "lapsed": (gettext_lazy("Not confirmed in time"), _lapsed),
    "link_ended": (gettext_lazy("Link can’t be used"), _link_ended),
    "new_clients_not_taken": (gettext_lazy("New clients asked to call"), _new_clients_not_taken),
    "done": (gettext_lazy("Booked"), _done),
    "changed_since": (gettext_lazy("Changed since"), _changed_since),
    "off": (gettext_lazy("Online booking off"), _off),
}
MODES = [(name, label) for name, (label, _show) in _PREVIEWS.items()]
_SCREENS = {name: screen for name, (_label, screen) in _PREVIEWS.items()}
