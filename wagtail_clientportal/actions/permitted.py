"""May this client do this to this appointment now? Asked by the actions, and by screens that say why not."""

from dataclasses import dataclass
from datetime import datetime

from wagtail.models import Site

from ..diary.models import Appointment
from ..policies.cancellation_window import judge_cancellation
from ..policies.change_window import judge_change
from ..policies.effective import effective_rules
from ..policies.models import PortalSettings
from ..policies.rules import PolicyRules
from ..policies.window import Reason
from ..practice.models import Client
from .refusals import (
    CancellationsDisabled,
    ChangesDisabled,
    ClinicianNotOnline,
    NotAllowed,
    NotCurrent,
    PolicyChanged,
    PortalOff,
    TooLateToCancel,
    TooLateToChange,
)


@dataclass(frozen=True)
class Terms:
    """On what terms an appointment stands: its clinic's site, that site's settings, the rules that apply to it."""

    site: Site | None
    settings: PortalSettings
    rules: PolicyRules


def terms_of(appointment: Appointment) -> Terms:
    """Return the terms of *appointment*, by its location's site and never by a request."""
    site = appointment.location.portal_site
    settings = PortalSettings.for_site(site)
    return Terms(site, settings, effective_rules(appointment.appointment_type, settings))


def check_client_may_change(appointment: Appointment, client: Client, terms: Terms, now: datetime) -> None:
    """Raise the refusal that stands between *client* and a change of *appointment* at *now* (aware), if any.

    :raises NotAllowed, PortalOff, NotCurrent, ClinicianNotOnline, ChangesDisabled, TooLateToChange:
    """
    _check_client_may_touch(appointment, client, terms, now)
    if not (appointment.clinician.available_online and appointment.clinician.is_active):
        raise ClinicianNotOnline
    verdict = judge_change(terms.rules, start=appointment.start, now=now)
    if verdict.reason is Reason.DISABLED:
        raise ChangesDisabled
    if not verdict.permitted:
        raise TooLateToChange(deadline=verdict.deadline)


def check_client_may_cancel(appointment: Appointment, client: Client, terms: Terms, now: datetime) -> None:
    """Raise the refusal that stands between *client* and cancelling *appointment* at *now* (aware), if any.

    :raises NotAllowed, PortalOff, NotCurrent, CancellationsDisabled, TooLateToCancel:
    """
    _check_client_may_touch(appointment, client, terms, now)
    verdict = judge_cancellation(terms.rules, start=appointment.start, now=now)
    if verdict.reason is Reason.DISABLED:
        raise CancellationsDisabled
    if not verdict.permitted:
        raise TooLateToCancel(deadline=verdict.deadline)


def check_policy_shown(terms: Terms, policy_revision: str | int | None) -> bool:
    """Compare what the client's form was rendered with to what is in force. Return whether the form said anything.

    :param policy_revision: the revision's pk as the form carried it ("" for a policy without one); ``None`` where the
        form had no such field.
    :raises PolicyChanged: when it is another one.
    """
    if policy_revision is None:
        return False
    if str(policy_revision) != str(terms.rules.revision_id or ""):
        raise PolicyChanged
    return True


def _check_client_may_touch(appointment: Appointment, client: Client, terms: Terms, now: datetime) -> None:
    known = appointment.client  # read under the lock, not the instance that asks
    if known.pk != client.pk or not (known.is_active and known.portal_access):
        raise NotAllowed
    if not terms.settings.enabled:
        raise PortalOff
    if not appointment.is_current(now):
        raise NotCurrent
