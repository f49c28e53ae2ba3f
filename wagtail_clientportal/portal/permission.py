"""What may a client do with an appointment, and if not, why? The rules are the actions' own; here they are asked."""

from ..actions.refusals import Refused
from ..actions.steps.permitted import Terms, check_client_may_cancel, check_client_may_change
from ..diary.models import AppointmentEvent
from ..policies.cancellation_window import judge_cancellation
from ..policies.change_window import judge_change
from ..policies.effective import effective_rules
from ..policies.rules import PolicyRules


def terms_for(context, appointment) -> Terms:
    """Return the terms of one of the client's own appointments, which stand at the screen's own clinic."""
    return Terms(
        context.site, context.portal_settings, effective_rules(appointment.appointment_type, context.portal_settings)
    )


def refusal_to_change(context, appointment, terms: Terms) -> Refused | None:
    """Return why *appointment* can't be changed now, or ``None`` if it can."""
    return _refusal(check_client_may_change, context, appointment, terms)


def refusal_to_cancel(context, appointment, terms: Terms) -> Refused | None:
    """Return why *appointment* can't be cancelled now, or ``None`` if it can."""
    return _refusal(check_client_may_cancel, context, appointment, terms)


def on_offer(context, appointment, rules: PolicyRules) -> tuple[bool, bool]:
    """Return whether a list may promise that *appointment* can be changed, and cancelled: by its rules and the clock.

    Its own page asks the rest, which takes a question to the database for each.
    """
    clinician = appointment.clinician
    can_change = judge_change(rules, start=appointment.start, now=context.now).permitted
    can_cancel = judge_cancellation(rules, start=appointment.start, now=context.now).permitted
    return can_change and clinician.available_online and clinician.is_active, can_cancel


def was_moved_there(appointment, start) -> bool:
    """Whether the client has moved *appointment* to *start* and it stands there: tells a form that is sent or shown
    again after what it asks for has happened.
    """
    if start != appointment.start or not appointment.holds_place:
        return False
    event = _last(appointment, AppointmentEvent.Kind.CHANGED)
    return event is not None and event.new_start == start


def was_cancelled(appointment) -> bool:
    """Whether the client has cancelled *appointment*; the same for a form that cancels."""
    return not appointment.holds_place and _last(appointment, AppointmentEvent.Kind.CANCELLED) is not None


def _last(appointment, kind: AppointmentEvent.Kind) -> AppointmentEvent | None:
    """The last event of that kind, if it is the client's own doing."""
    event = AppointmentEvent.objects.filter(appointment_id=appointment.pk, kind=kind).order_by("at", "pk").last()
    return event if event and event.by_kind == AppointmentEvent.By.CLIENT else None


def _refusal(check, context, appointment, terms):
    try:
        check(appointment, context.session.client, terms, context.now)
    except Refused as refusal:
        return refusal
    return None
