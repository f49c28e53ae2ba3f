"""Moving an appointment: choose a time, check it, confirm it."""

import re
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _

from ...actions import refusals
from ...actions.change import change
from ...diary.free_slots import find_free_slots, is_within_hours
from ...diary.models import AppointmentEvent
from .. import drafts
from ..announcements import CHANGED, announce
from ..forms import MessageForm
from ..month_and_week import MonthAndWeek
from ..permission import last_event, refusal_to_change, terms_for
from ..presenters import present, present_start
from ..screen import own_appointment, portal_off, screen
from ..wording import explain, what_ends_with
from .obstacle import show_obstacle

# Further than any clinic's horizon, at which find_free_slots stops by itself.
_FAR = timedelta(days=731)

_ISO_8601 = re.compile(r"[0-9TWZ:+.-]{1,40}", re.ASCII)


@screen("GET")
@own_appointment
def choose_time(visit, appointment):
    terms = terms_for(visit, appointment)
    if refusal := refusal_to_change(visit, appointment, terms):
        return show_obstacle(visit, appointment, explain(refusal, appointment, terms.rules))
    return show_times(visit, appointment, _free(visit, appointment))


@screen("GET", "POST")
@own_appointment
def confirm(visit, appointment):
    """Check the answers on GET, move the appointment on POST."""
    terms = terms_for(visit, appointment)
    if visit.request.method == "POST":
        return _move(visit, appointment, terms)
    if refusal := refusal_to_change(visit, appointment, terms):
        return show_obstacle(visit, appointment, explain(refusal, appointment, terms.rules))
    start, free = parse_start(visit.request.GET.get("start"), visit.now), _free(visit, appointment)
    if start is None or start.timestamp() / 60 not in set(free):
        refusal = _gone_or_never_offered(visit, appointment, start)
        return show_times(visit, appointment, free, explain(refusal, appointment, terms.rules))
    return show_check(
        visit, appointment, start, terms.rules, drafts.form_for(visit.request, appointment.public_id, visit.now)
    )


def _move(visit, appointment, terms):
    posted = visit.request.POST
    start, form = parse_start(posted.get("start"), visit.now), MessageForm(posted)
    try:
        if refusal := refusal_to_change(visit, appointment, terms):
            raise refusal
        if start is None:
            raise refusals.SlotNotOffered
        if not form.is_valid():
            if not _is_within_hours(visit, appointment, start):
                raise refusals.SlotNotOffered
            return show_check(visit, appointment, start, terms.rules, form)
        change(
            appointment,
            start,
            message=form.cleaned_data["message"],
            by=visit.session.client,
            policy_revision=posted.get("policy_revision"),
        )
    except refusals.Refused as refusal:
        return _refused(visit, appointment, start, form, refusal)
    drafts.forget(visit.request)
    announce(visit.request, CHANGED, appointment.public_id)
    return visit.redirect("appointment", appointment.public_id)


def _refused(visit, appointment, start, form, refusal):
    appointment.refresh_from_db(fields=["start", "end", "busy_until", "holds_place", "status"])
    event = last_event(appointment)
    if event and event.kind == AppointmentEvent.Kind.CHANGED and start == event.new_start == appointment.start:
        # The same form sent twice: what it asked for has happened.
        announce(visit.request, CHANGED, appointment.public_id)
        return visit.redirect("appointment", appointment.public_id)
    terms = terms_for(visit, appointment)
    explanation = explain(refusal, appointment, terms.rules)
    match refusal:
        case refusals.PortalOff():
            return portal_off(visit)
        case refusals.PolicyChanged():
            return show_check(visit, appointment, start, terms.rules, form, explanation)
        case refusals.SlotTaken() | refusals.SlotNotOffered():
            drafts.keep_posted(visit.request, visit.session.client, appointment.public_id, visit.now)
            if isinstance(refusal, refusals.SlotNotOffered):
                # A time that was offered a moment ago is gone, not wrong.
                refusal = _gone_or_never_offered(visit, appointment, start)
                explanation = explain(refusal, appointment, terms.rules)
            return show_times(visit, appointment, _free(visit, appointment), explanation)
    return show_obstacle(visit, appointment, explanation, unsent=form.message_so_far())


def _gone_or_never_offered(visit, appointment, start) -> refusals.Refused:
    offered = start is not None and _is_within_hours(visit, appointment, start)
    return refusals.SlotTaken() if offered else refusals.SlotNotOffered()


def _is_within_hours(visit, appointment, start) -> bool:
    return is_within_hours(
        appointment.clinician,
        appointment.appointment_type,
        appointment.location,
        start,
        ignoring=appointment,
        now=visit.now,
    )


def parse_start(text: str | None, now: datetime) -> datetime | None:
    """Return the time that an ISO 8601 text with a zone means, in UTC; ``None`` for what can't be a start at all."""
    if not _ISO_8601.fullmatch(text or ""):  # fromisoformat takes any character between date and time
        return None
    try:
        start = datetime.fromisoformat(text)
        start = start.astimezone(UTC) if start.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return start if start and now - _FAR < start < now + _FAR else None


def _free(visit, appointment) -> list[int]:
    """Every start that the appointment could move to, in minutes since 1970 UTC: one call for the whole horizon."""
    clinician = appointment.clinician
    found = find_free_slots(
        [clinician],
        appointment.appointment_type,
        appointment.location,
        visit.now,
        visit.now + _FAR,
        ignoring=appointment,
        now=visit.now,
    )
    return found[clinician.pk]


def show_times(visit, appointment, minutes, explanation=None):
    """Show a month with the free days, and the times of the seven days from the one chosen.

    :param minutes: free starts, sorted, in minutes since 1970 UTC.
    :param explanation: why the time chosen before can't be had.
    """
    view = present(visit, appointment)
    if not minutes:
        return visit.render(
            "no_times", title=_("No free times at the moment"), appointment=view, explanation=explanation
        )
    zone = appointment.location.zone
    times = MonthAndWeek(
        minutes,
        zone=zone,
        today=visit.now.astimezone(zone).date(),
        chosen=_chosen(visit.request.GET.get("from")),
        url=visit.url("change", appointment.public_id),
    )
    return visit.render(
        "change",
        title=_("Choose a new time"),
        appointment=view,
        explanation=explanation,
        times=times,
        confirm_url=visit.url("confirm_change", appointment.public_id),
    )


def show_check(visit, appointment, start, rules, form, explanation=None):
    """Show the old time and the new one. Nothing is changed yet."""
    return visit.render(
        "confirm_change",
        title=_("Check your new time"),
        appointment=present(visit, appointment),
        new=present_start(appointment, start),
        start=start.isoformat().replace("+00:00", "Z"),
        policy=rules,
        afterwards=what_ends_with(start, rules, visit.now),
        form=form,
        errors=form.summary() if form.is_bound else (),
        explanation=explanation,
        action=visit.url("confirm_change", appointment.public_id),
        draft_url=visit.url("draft", appointment.public_id),
        back=visit.url(
            "change", appointment.public_id, **{"from": appointment.location.local(start).date().isoformat()}
        ),
    )


def _chosen(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
