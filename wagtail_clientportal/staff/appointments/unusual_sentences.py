"""What is unusual about a place in the diary, in sentences for staff."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...availability.models import TimeOff
from ...diary.models import Appointment
from ...diary.unusual import Reason, Unusual, not_theirs
from ..common.local_time import clock, day_and_time, span
from ..common.reach import reaches

# These hold at any time.
_NEVER = {
    Reason.TYPE: gettext_lazy("%(clinician)s doesn’t do “%(type)s”."),
    Reason.LOCATION: gettext_lazy("%(clinician)s doesn’t work at %(location)s."),
}


def why_never_free(clinician, appointment_type, location) -> list[str]:
    """Return why *clinician* has no free time for that type there in any week, a sentence for each reason."""
    values = {"clinician": clinician, "type": appointment_type, "location": location}
    return [_NEVER[one.reason] % values for one in not_theirs(clinician, appointment_type, location)]


def sentences_for(found: list[Unusual], appointment: Appointment, user) -> list[str]:
    """Return a sentence for each of *found*, as far as *user* may know.

    :param appointment: as it would stand there.
    """
    return [_sentence(one, appointment, user) for one in found]


def _sentence(one: Unusual, appointment: Appointment, user) -> str:
    values = {
        "client": appointment.client.full_name,
        "clinician": appointment.clinician.name,
        "location": appointment.location.name,
        "type": appointment.appointment_type.name,
    }
    match one.reason:
        case Reason.PAST:
            when = day_and_time(appointment.start, appointment.location.zone)
            return _("%(when)s is in the past.") % {"when": when}
        case Reason.TYPE | Reason.LOCATION:
            return _NEVER[one.reason] % values
        case Reason.HOURS:
            return _("It is outside %(clinician)s’s working hours at %(location)s.") % values
        case Reason.TIME_OFF:
            return _time_off(one.record, appointment)
        case Reason.OUTSIDE:
            return _("%(clinician)s’s other calendar says that they are busy then.") % values
        case Reason.TAKEN:
            return _taken(one.record, values, user)
        case Reason.HELD:
            return _("Somebody is booking this time with %(clinician)s online at this moment.") % values
        case Reason.CLIENT_ELSEWHERE:
            return _elsewhere(one.record, values, user)


def _time_off(off: TimeOff, appointment: Appointment) -> str:
    zone = (off.location or appointment.location).zone
    values = {"who": off.clinician or off.location, "when": span(off.start, off.end, zone)}
    if off.clinician:
        sentence = _("%(who)s has time off: %(when)s.") % values
    elif off.location:
        sentence = _("%(who)s is closed: %(when)s.") % values
    else:
        sentence = _("Everybody has time off: %(when)s.") % values
    return f"{sentence} ({off.reason})" if off.reason else sentence


def _taken(other: Appointment, values: dict[str, str], user) -> str:
    if not reaches(user, other):
        return _("%(clinician)s has another appointment at that time.") % values
    return _("%(clinician)s has an appointment with %(other)s: %(when)s.") % {
        "clinician": values["clinician"],
        "other": other.client.full_name,
        "when": _when(other),
    }


def _elsewhere(other: Appointment, values: dict[str, str], user) -> str:
    if not reaches(user, other):
        return _("%(client)s has another appointment at that time.") % values
    return _("%(client)s has another appointment then, with %(clinician)s at %(location)s: %(when)s.") % {
        "client": values["client"],
        "clinician": other.clinician.name,
        "location": other.location.name,
        "when": _when(other),
    }


def _when(appointment: Appointment) -> str:
    """When it is; what is kept free behind it may be all that is in the way."""
    zone = appointment.location.zone
    when = span(appointment.start, appointment.end, zone)
    if not appointment.buffer:
        return when
    return _("%(when)s, then busy until %(until)s") % {"when": when, "until": clock(appointment.busy_until, zone)}
