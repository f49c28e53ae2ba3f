"""Check that whoever follows a link is one of the clients whom it could open."""

import logging
import time
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from ..access import limits, throttle
from ..access.candidates import candidates
from ..access.identity import Answers, first_name_fits, fits
from ..access.magic_link import MagicLink
from ..conf import settings
from ..notifications.queue import tell_of_ambiguity, tell_of_burst
from ..policies.models import PortalSettings
from ..practice.models import Client
from .refusals import (
    ChecksPaused,
    DetailsMissing,
    FirstNameNeeded,
    IdentityMismatch,
    LinkEnded,
    PortalOff,
    StillAmbiguous,
)

_TEN_MINUTES, _HOUR = timedelta(minutes=10), timedelta(hours=1)

logger = logging.getLogger(__name__)


def check_link(link: MagicLink, now: datetime, cookie_hash: str = "") -> list[Client]:
    """Return the clients whom *link* could open, one of whom the answers have to fit.

    :param cookie_hash: of the browser that asks, as ``access.cookie_hash`` gives it.
    :raises PortalOff: the portal is off.
    :raises LinkEnded: the link can't be used any more, or leads to nobody any more.
    :raises DetailsMissing: the clinic lacks the date of birth or postcode of everybody it could open.
    """
    if not PortalSettings.for_site(link.portal_site).enabled:
        raise PortalOff
    clients = candidates(link) if link.is_alive(now, cookie_hash) else []
    if not clients:
        raise LinkEnded
    if not any(client.has_identity for client in clients):
        raise DetailsMissing
    return clients


def verify_identity(
    link: MagicLink,
    *,
    date_of_birth: date,
    postcode: str,
    first_name: str = "",
    ip: str | None = None,
    cookie_hash: str = "",
    now: datetime | None = None,
) -> Client:
    """Return the one client behind *link* whom the answers fit. A sign-in link is used up by that, for everybody but a
    browser that sends the same form again at once.

    An attempt is counted before the answers are looked at, so that many guesses at once are no more than five.
    Having to ask for the first name is no failed check: the attempt is given back.

    :param link: a link that this browser followed.
    :param first_name: "" unless it was asked for.
    :param ip: the address that asks, as ``access.client_ip`` gives it; after many failures it is answered slowly.
    :param cookie_hash: of the browser that asks; "" for nobody who could ask again.
    :param now: aware datetime; by default the clock.
    :raises LinkEnded: the link can't be used any more.
    :raises PortalOff: the portal is off.
    :raises ChecksPaused: too many failed checks lately against whom the link could open.
    :raises DetailsMissing: the clinic's record lacks what is compared.
    :raises FirstNameNeeded: the answers fit several clients.
    :raises StillAmbiguous: they do so even with the first name; staff are told.
    :raises IdentityMismatch: they fit nobody.
    """
    now = now or timezone.now()
    clients = check_link(link, now, cookie_hash)
    if ip and throttle.is_exhausted(_ip_key(ip), limit=settings.IDENTITY_FAILURES_PER_IP, period=_HOUR, now=now):
        time.sleep(settings.IDENTITY_DELAY.total_seconds())
    _count_attempt(link)
    open_clients = [client for client in clients if limits.take_check(client, now)]
    if not open_clients:
        _give_attempt_back(link, [])
        raise ChecksPaused

    answers = Answers(date_of_birth, postcode, first_name)
    # Among all of them: a twin whose checks are paused must not be taken for the other one.
    fitting = [client for client in clients if fits(client, answers)]
    if len(fitting) > 1 and _any_open(fitting, open_clients):
        if not first_name.strip():
            _give_attempt_back(link, open_clients)
            raise FirstNameNeeded
        fitting = [client for client in fitting if first_name_fits(client, answers)]
        if len(fitting) > 1 and _any_open(fitting, open_clients):
            tell_of_ambiguity(
                fitting, portal_settings=PortalSettings.for_site(link.portal_site), key=str(link.public_id), now=now
            )
            raise StillAmbiguous
    if not _any_open(fitting, open_clients):
        _note_failure(link, ip, now)
        left = settings.IDENTITY_FAILURES_PER_LINK - _failures(link)
        logger.info("identity check failed behind link %s, %s attempts left", link.pk, left)
        raise IdentityMismatch(attempts_left=max(left, 0))

    # Before the link is used: right answers that come a moment too late for it are no failed check either.
    for client in open_clients:
        limits.give_check_back(client)
    _use(link, fitting[0], cookie_hash, now)
    limits.forget_checks(fitting[0])
    if address := _was_sent_to(link, fitting[0]):
        fitting[0].note_proved(address)
    logger.info("identity check passed for client %s behind link %s", fitting[0].pk, link.pk)
    return fitting[0]


def _was_sent_to(link: MagicLink, client: Client) -> str:
    """Return the contact that *link* was sent to; "" where it may have been either."""
    if link.contact:
        return link.contact
    return "" if client.email and client.mobile else client.email or client.mobile


def _count_attempt(link: MagicLink) -> None:
    limit = settings.IDENTITY_FAILURES_PER_LINK
    if not MagicLink.objects.filter(pk=link.pk, failures__lt=limit).update(failures=F("failures") + 1):
        raise LinkEnded


def _any_open(fitting: list[Client], open_clients: list[Client]) -> bool:
    """Whether the answers may count at all: right ones of a client whose checks are paused look like wrong ones."""
    return any(client in open_clients for client in fitting)


def _note_failure(link: MagicLink, ip: str | None, now: datetime) -> None:
    """Count a failed check against the address it came from and for the whole site; alert staff to a burst."""
    if ip:
        throttle.take(_ip_key(ip), limit=settings.IDENTITY_FAILURES_PER_IP, period=_HOUR, now=now)
    site, alert = link.portal_site, settings.IDENTITY_FAILURES_ALERT
    if not throttle.take(f"identity:site:{site.pk}", limit=alert - 1, period=_TEN_MINUTES, now=now):
        tell_of_burst(alert, portal_settings=PortalSettings.for_site(site), now=now)


def _ip_key(ip: str) -> str:
    return f"identity:ip:{ip}"


def _give_attempt_back(link: MagicLink, clients: list[Client]) -> None:
    MagicLink.objects.filter(pk=link.pk, failures__gt=0).update(failures=F("failures") - 1)
    for client in clients:
        limits.give_check_back(client)


def _failures(link: MagicLink) -> int:
    return MagicLink.objects.values_list("failures", flat=True).get(pk=link.pk)


def _use(link: MagicLink, client: Client, cookie_hash: str, now: datetime) -> None:
    row, use = (
        MagicLink.objects.filter(pk=link.pk),
        {"failures": 0, "last_used_at": now, "used_by_cookie_hash": cookie_hash},
    )
    if link.kind == MagicLink.Kind.APPOINTMENT:
        row.update(**use)
        return
    if row.filter(used_at=None, revoked_at=None, expires_at__gt=now).update(used_at=now, **use):
        return
    # The first time may have been this browser's too, for the same client: a form that was sent twice.
    if not row.get().is_alive(now, cookie_hash) or link.sessions.exclude(client=client).exists():
        raise LinkEnded
