"""What may a client do with an appointment, and if not, why? The rules are the actions' own; here they are asked."""

from ..actions.permitted import Terms, check_client_may_cancel, check_client_may_change
from ..actions.refusals import Refused
from ..diary.models import AppointmentEvent
from ..policies.effective import effective_rules


def terms_for(visit, appointment) -> Terms:
    """Return the terms of one of the visit's own appointments: those stand at the visit's own clinic."""
    return Terms(visit.site, visit.clinic, effective_rules(appointment.appointment_type, visit.clinic))


def refusal_to_change(visit, appointment, terms: Terms) -> Refused | None:
    """Return why *appointment* can't be changed now, or ``None`` if it can."""
    return _refusal(check_client_may_change, visit, appointment, terms)


def refusal_to_cancel(visit, appointment, terms: Terms) -> Refused | None:
    """Return why *appointment* can't be cancelled now, or ``None`` if it can."""
    return _refusal(check_client_may_cancel, visit, appointment, terms)


def last_event(appointment) -> AppointmentEvent | None:
    """The last line of the appointment's history, if it is the client's own doing: tells a form sent twice."""
    event = AppointmentEvent.objects.filter(appointment_id=appointment.pk).order_by("at", "pk").last()
    return event if event and event.by_kind == AppointmentEvent.By.CLIENT else None


def _refusal(check, visit, appointment, terms):
    try:
        check(appointment, visit.session.client, terms, visit.now)
    except Refused as refusal:
        return refusal
    return None
