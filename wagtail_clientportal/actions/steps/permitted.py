"""May this client do this to this appointment now? Asked by the actions, and by screens that say why not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wagtail.models import Site

from ...compiled_once import compiled_once
from ...conf import settings
from ...diary.models import Appointment
from ...diary.queries import changes_by_client, done_by_clients
from ...policies.cancellation_window import judge_cancellation
from ...policies.change_window import judge_change
from ...policies.effective import effective_rules
from ...policies.models import PortalSettings
from ...policies.rules import PolicyRules
from ...policies.window import Reason
from ...practice.models import Client
from ..refusals import (
    CancellationsDisabled,
    ChangesDisabled,
    ClinicianNotOnline,
    NoChangesLeft,
    NotAllowed,
    NotCurrent,
    PolicyChanged,
    PortalOff,
    TooLateToCancel,
    TooLateToChange,
    TooManyChanges,
)

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Terms:
    """On what terms an appointment stands: its clinic's site, that site's settings, the rules that apply to it."""

    site: Site | None
    portal_settings: PortalSettings
    rules: PolicyRules


def terms_of(appointment: Appointment) -> Terms:
    """Return the terms of *appointment*, by its location's site and never by a request."""
    site = appointment.location.portal_site
    portal_settings = PortalSettings.for_site(site)
    return Terms(site, portal_settings, effective_rules(appointment.appointment_type, portal_settings))


def check_client_may_change(appointment: Appointment, client: Client, terms: Terms, now: datetime) -> None:
    """Raise the refusal that stands between *client* and a change of *appointment* at *now* (aware), if any.

    :raises NotAllowed, PortalOff, NotCurrent, ClinicianNotOnline, ChangesDisabled, TooLateToChange, NoChangesLeft,
        TooManyChanges:
    """
    _check_client_may_touch(appointment, client, terms, now)
    if not (appointment.clinician.available_online and appointment.clinician.is_active):
        raise ClinicianNotOnline
    verdict = judge_change(terms.rules, start=appointment.start, now=now)
    if verdict.reason is Reason.DISABLED:
        raise ChangesDisabled
    if not verdict.permitted:
        raise TooLateToChange(deadline=verdict.deadline)
    limit = terms.rules.max_changes
    if limit is not None and changes_by_client(appointment).count() >= limit:
        raise NoChangesLeft(limit=limit)
    check_rate_limit(client, now)


def check_rate_limit(client: Client, now: datetime) -> None:
    """
    :raises TooManyChanges: when *client* did as much within the hour before *now* (aware) as one may.
    """
    limit = settings.CHANGES_PER_CLIENT
    done = _done_by_client(client.pk, now - _HOUR)
    if len(done) >= limit:
        raise TooManyChanges(again_at=done[limit - 1].at + _HOUR)


@compiled_once
def _done_by_client(client_id, since):
    return done_by_clients(since).filter(appointment__client=client_id).only("at")


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


def check_client_is_known(appointment: Appointment, client: Client, terms: Terms) -> None:
    """
    :raises NotAllowed: when *appointment* isn't this client's, or the portal doesn't know them any more.
    :raises PortalOff: when the portal is off.
    """
    known = appointment.client  # read under the lock, not the instance that asks
    if known.pk != client.pk or not (known.is_active and known.portal_access):
        raise NotAllowed
    if not terms.portal_settings.enabled:
        raise PortalOff


def _check_client_may_touch(appointment: Appointment, client: Client, terms: Terms, now: datetime) -> None:
    check_client_is_known(appointment, client, terms)
    if not appointment.is_current(now):
        raise NotCurrent
