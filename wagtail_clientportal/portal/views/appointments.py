"""What a client has arranged: the list, and one of them."""

import re

from django.utils.translation import gettext as _

from ...communications.queue import said_last
from ...outbox.outbound_message import Channel, OutboundMessage
from ...practice.dates import moment_in_words
from ..announcements import CANCELLED, CHANGED, take_about
from ..permission import refusal_to_cancel, refusal_to_change, terms_for
from ..presenters import present
from ..screen import appointments_of, own_appointment, screen, signed_in
from ..wording import explain

PREVIOUS_ON_A_PAGE = 20


@screen("GET")
@signed_in
def appointments(visit):
    """All that the session opens: what is to come first, then what was, newest first."""
    found, number = appointments_of(visit), _page_number(visit.request.GET.get("page", ""))
    upcoming = found.filter(end__gt=visit.now).order_by("start", "pk")
    previous = found.filter(end__lte=visit.now).order_by("-start", "-pk")
    before = (number - 1) * PREVIOUS_ON_A_PAGE
    # One more than is shown tells whether there are more, without counting them all.
    return show_list(visit, upcoming, list(previous[before : before + PREVIOUS_ON_A_PAGE + 1]), number)


@screen("GET")
@own_appointment
def appointment(visit, appointment):
    terms = terms_for(visit, appointment)
    return show_one(
        visit,
        appointment,
        no_change=refusal_to_change(visit, appointment, terms),
        no_cancel=refusal_to_cancel(visit, appointment, terms),
        rules=terms.rules,
        done=take_about(visit.request, appointment.public_id),
    )


def show_list(visit, upcoming, previous, number=1):
    """:param previous: appointments that were, newest first; what exceeds a page says that there is another.
    :param number: which page of them this is.
    """
    return visit.render(
        "appointments",
        title=_("Your appointments") if visit.session.is_full else _("Your appointment"),
        upcoming=[present(visit, one) for one in upcoming],
        previous=[present(visit, one) for one in previous[:PREVIOUS_ON_A_PAGE]],
        newer=number - 1,
        older=number + 1 if len(previous) > PREVIOUS_ON_A_PAGE else None,
        number=number,
    )


def show_one(visit, appointment, *, no_change, no_cancel, rules, done=None):
    """Show an appointment and what can be done with it.

    :param no_change: the refusal that stands against a change, ``None`` if it can be changed.
    :param no_cancel: the same for a cancellation.
    :param done: code of what has just been done with it.
    """
    is_current = appointment.is_current(visit.now)
    refusals = [refusal for refusal in (no_change, no_cancel) if refusal] if is_current else []
    public_id = appointment.public_id
    done_now = _done(done, appointment)
    return visit.render(
        "appointment",
        title=_("Your appointment"),
        tab_title=done_now["heading"] if done_now else _("Your appointment"),
        appointment=present(visit, appointment),
        is_current=is_current,
        change_url=visit.url("change", public_id) if is_current and not no_change else None,
        cancel_url=visit.url("cancel", public_id) if is_current and not no_cancel else None,
        calendar_url=visit.url("calendar", public_id),
        obstacles=[explain(refusal, appointment, rules) for refusal in refusals],
        done=done_now,
    )


def _done(code, appointment) -> dict | None:
    if code == CHANGED:
        sentence = _("It is now on %(when)s.") % {"when": moment_in_words(appointment.start, appointment.location.zone)}
        return {"heading": _("Your appointment has been changed"), "sentences": [sentence, _on_its_way(appointment)]}
    if code == CANCELLED:
        return {
            "heading": _("Your appointment has been cancelled"),
            "sentences": [_("You don’t need to do anything else."), _on_its_way(appointment)],
        }
    return None


def _on_its_way(appointment) -> str:
    """Say which way the confirmation comes; nothing where none will."""
    channels = {Channel.EMAIL}  # of an example, which is never saved
    if appointment.pk:
        waiting_or_sent = [OutboundMessage.Status.WAITING, OutboundMessage.Status.SENT]
        channels = set(said_last(appointment).filter(status__in=waiting_or_sent).values_list("channel", flat=True))
    if channels == {Channel.EMAIL, Channel.SMS}:
        return _("A confirmation is on its way to you by email and by text message.")
    if channels == {Channel.EMAIL}:
        return _("A confirmation is on its way to you by email.")
    return _("A confirmation is on its way to you by text message.") if channels else ""


def _page_number(text: str) -> int:
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,4}", text) else 1
