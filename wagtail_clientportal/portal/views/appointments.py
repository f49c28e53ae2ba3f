"""What a client has arranged: the list, and one of them."""

import re

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.undo_cancellation import last_cancellation
from ...communications.calendar_links import calendar_links, directions_url
from ...communications.queue import messages_about_last_event
from ...compiled_once import compiled_once
from ...conf import settings
from ...diary.queries import is_taken
from ...outbox.channels.email import EmailChannel
from ...outbox.channels.registry import channels
from ...outbox.outbound_message import OutboundMessage
from ...policies.effective import effective_rules
from ...practice.dates import moment_in_words, time_in_words
from ...screens.paid import paid_for
from ...screens.presenters import present
from ..announcements import CANCELLED, CHANGED, RESTORED, take_about
from ..permission import on_offer, refusal_to_cancel, refusal_to_change, terms_for
from ..screen import of_session, opened, own_appointment, screen, signed_in
from ..wording import explain_both, how_long_it_holds

PREVIOUS_ON_A_PAGE = 20
# Nearly every client has so few in all: one question brings them.
_FEW = 60
# What a card of the list says: a third of what is known of an appointment and of all that it names.
_CARD_FIELDS = (
    "client",
    "public_id",
    "start",
    "end",
    "holds_place",
    "clinician__name",
    "clinician__available_online",
    "clinician__is_active",
    "location__name",
    "location__address",
    "location__phone",
    "location__timezone",
    "appointment_type__name",
    "appointment_type__policy",
    "status__name",
)


@screen("GET")
@signed_in
def appointments(context):
    """All that the session opens: what is to come, the nearest first, then what was or won't be, newest first."""
    number = _page_number(context.request.GET.get("page", ""))
    upcoming, previous = _upcoming_and_previous(context)
    before = (number - 1) * PREVIOUS_ON_A_PAGE
    # One more than is shown tells whether there are more, without counting them all.
    return show_list(context, upcoming, list(previous[before : before + PREVIOUS_ON_A_PAGE + 1]), number)


def _upcoming_and_previous(context):
    """Return both in their order: as lists, or as querysets for a client who has many."""
    few = of_session(_few, context)
    if len(few) > _FEW:
        newest = of_session(_newest, context)
        is_upcoming = Q(end__gt=context.now, holds_place=True)
        return newest.filter(is_upcoming).reverse(), newest.exclude(is_upcoming)
    upcoming = [one for one in few if one.end > context.now and one.holds_place]
    return upcoming[::-1], [one for one in few if one not in upcoming]


def _newest(*whose, **session):
    """All that the session opens, the newest first."""
    return opened(*whose, **session).only(*_CARD_FIELDS).order_by("-start", "-pk")


@compiled_once
def _few(client_id, site_id, appointment_id, **session):
    return _newest(client_id, site_id, appointment_id, **session)[: _FEW + 1]


@screen("GET")
@own_appointment
def appointment(context, appointment):
    terms = terms_for(context, appointment)
    return show_one(
        context,
        appointment,
        no_change=refusal_to_change(context, appointment, terms),
        no_cancel=refusal_to_cancel(context, appointment, terms),
        rules=terms.rules,
        done=take_about(context.request, appointment.public_id),
    )


def show_list(context, upcoming, previous, number=1):
    """:param previous: those that were or won't be, newest first; what exceeds a page says that there is another.
    :param number: which page of them this is.
    """
    return context.render(
        "appointments",
        title=_("Your appointments") if context.session.is_full else _("Your appointment"),
        booking_url=context.booking_url(),
        preferences_url=context.url("preferences") if context.session.is_full else "",
        calendar_feed_url=context.url("calendar_feed") if context.session.is_full else "",
        upcoming=_with_what_can_be_done(context, upcoming),
        previous=[present(context, one) for one in previous[:PREVIOUS_ON_A_PAGE]],
        newer=number - 1,
        older=number + 1 if len(previous) > PREVIOUS_ON_A_PAGE else None,
        number=number,
    )


def _with_what_can_be_done(context, upcoming) -> list[tuple]:
    """Pairs: an appointment in words, and what the button to it says."""
    rules = {}  # of a policy: nearly all appointments are under one
    several_zones = len({one.location.timezone for one in upcoming}) > 1
    pairs = []
    for one in upcoming:
        policy = one.appointment_type.policy_id
        if policy not in rules:
            rules[policy] = effective_rules(one.appointment_type, context.portal_settings)
        can_do = on_offer(context, one, rules[policy]) if one.start > context.now else (False, False)
        pairs.append((present(context, one, among_others=several_zones), _BUTTONS[can_do]))
    return pairs


# (can be changed, can be cancelled) → what the button says
_BUTTONS = {
    (True, True): gettext_lazy("Change or cancel"),
    (True, False): gettext_lazy("View or change"),
    (False, True): gettext_lazy("View or cancel"),
    (False, False): gettext_lazy("View"),
}


def show_one(context, appointment, *, no_change, no_cancel, rules, done=None):
    """Show an appointment and what can be done with it.

    :param no_change: the refusal that stands against a change, ``None`` if it can be changed.
    :param no_cancel: the same for a cancellation.
    :param done: code of what has just been done with it.
    """
    is_current = appointment.is_current(context.now)
    paid = _paid(appointment)
    can_change, can_cancel = is_current and not no_change, is_current and not no_cancel
    public_id = appointment.public_id
    done_now = _done(done, appointment)
    return context.render(
        "appointment",
        title=_("Your appointment"),
        tab_title=done_now["heading"] if done_now else _("Your appointment"),
        appointment=present(context, appointment),
        is_current=is_current,
        paid=paid,
        policy=rules if paid and not appointment.holds_place else None,
        change_url=context.url("change", public_id) if can_change else None,
        cancel_url=context.url("cancel", public_id) if can_cancel else None,
        calendar_url=context.url("calendar", public_id),
        calendar_links=calendar_links(appointment, context.portal_settings),
        directions_url=directions_url(appointment.location) if is_current else "",
        holds=how_long_it_holds(appointment, rules, can_change=can_change, can_cancel=can_cancel),
        calls=bool(is_current and (no_change or no_cancel)) or not appointment.holds_place,
        refusals=explain_both(no_change, no_cancel, appointment, rules) if is_current else [],
        done=done_now,
        undo_until="" if appointment.holds_place else _undo_until(context, appointment),
        undo_url=context.url("undo", public_id),
    )


def _undo_until(context, appointment) -> str:
    """Until when, by the clocks of the place, what was just cancelled can be booked again; "" where it can't."""
    zone = appointment.location.zone
    if not appointment.pk:  # an example, which is never saved
        return time_in_words(context.now + settings.UNDO_CANCELLATION, zone)
    cancellation = last_cancellation(appointment, context.now)
    clinician, start, end = appointment.clinician_id, appointment.start, appointment.busy_until
    if cancellation is None or is_taken(clinician, start, end, ignoring=appointment.pk, now=context.now):
        return ""
    return time_in_words(cancellation.at + settings.UNDO_CANCELLATION, zone)


def _done(code, appointment) -> dict | None:
    if code == CHANGED:
        sentence = _("It is now on %(when)s.") % {"when": moment_in_words(appointment.start, appointment.location.zone)}
        return {"heading": _("Your appointment has been changed"), "sentences": [sentence, _on_its_way(appointment)]}
    if code == CANCELLED:
        return {
            "heading": _("Your appointment has been cancelled"),
            "sentences": [_("You don’t need to do anything else."), _on_its_way(appointment)],
        }
    if code == RESTORED:
        sentence = _("It is on %(when)s, as it was.") % {
            "when": moment_in_words(appointment.start, appointment.location.zone)
        }
        return {"heading": _("Your appointment is booked again"), "sentences": [sentence, _on_its_way(appointment)]}
    return None


def _on_its_way(appointment) -> str:
    """Say which way the confirmation comes; nothing where none will."""
    keys = {EmailChannel.key}  # of an example, which is never saved
    if appointment.pk:
        waiting_or_sent = [OutboundMessage.Status.WAITING, OutboundMessage.Status.SENT]
        keys = set(
            messages_about_last_event(appointment).filter(status__in=waiting_or_sent).values_list("channel", flat=True)
        )
    nouns = [str(one.noun) for one in channels() if one.key in keys]
    if not nouns:
        return ""
    return _("A confirmation is on its way to you by %(channels)s.") % {"channels": get_text_list(nouns, _("and"))}


def _page_number(text: str) -> int:
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,4}", text) else 1


def _paid(appointment) -> list[str]:
    """What was paid for it, a line each: "£20.00 (Online)"."""
    return [f"{one.amount_in_words} ({one.get_method_display()})" for one in paid_for(appointment)]
