"""What may be asked of a client, or in their name, only so often; until when that pauses; and how staff end a pause."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wagtail.models import Site

from ..conf import settings
from ..outbox.channels.registry import channels
from ..practice.models import Client
from . import throttle
from .budgets import sign_ins_key
from .links import was_link_minted_since
from .throttle import Throttle

_A_DAY, _AN_HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Pauses:
    """Until when (aware) identity checks and requests for a link are paused; ``None`` where they aren't."""

    checks_until: datetime | None = None
    requests_until: datetime | None = None


def take_check(client: Client, now: datetime) -> bool:
    """Count an identity check against *client*; ``False`` when too many failed within ``IDENTITY_FAILURES_PERIOD``."""
    return throttle.take(
        _checks_key(client),
        limit=settings.IDENTITY_FAILURES_PER_CLIENT,
        period=settings.IDENTITY_FAILURES_PERIOD,
        now=now,
    )


def give_check_back(client: Client) -> None:
    """Take one check back: it wasn't a failed one."""
    throttle.give_back(_checks_key(client))


def forget_checks(client: Client) -> None:
    """Begin again at none."""
    throttle.forget(_checks_key(client))


def take_request(contact: str, site: Site, now: datetime) -> bool:
    """Count a request for a sign-in link to *site*; ``False`` when *contact* (a key) is to get none.

    Beyond ``LINK_REQUESTS_PER_CONTACT`` there is still one whenever the last works no more, or is older than
    ``LINK_REQUESTS_PACE``: whoever asks in somebody's name all day long keeps them from nothing.
    """
    counted = []
    for limit, period in settings.LINK_REQUESTS_PER_CONTACT:
        key = _requests_key(contact, period)
        if not throttle.take(key, limit=limit, period=period, now=now):
            for one in counted:
                throttle.give_back(one)
            return not was_link_minted_since(now - settings.LINK_REQUESTS_PACE, contact, site, now)
        counted.append(key)
    return True


def take_booking(contact: str, ip: str | None, now: datetime) -> bool:
    """Count an online booking that is to be confirmed by *contact* (a key); ``False`` when that, or the address *ip*,
    had as many within the hour as it may.
    """
    limits = {f"booking:contact:{throttle.nameless(contact)}": settings.BOOKING_REQUESTS_PER_CONTACT}
    if ip:
        limits[f"booking:ip:{ip}"] = settings.BOOKING_REQUESTS_PER_IP
    return all(throttle.take(key, limit=limit, period=_AN_HOUR, now=now) for key, limit in limits.items())


def pauses(client: Client, now: datetime) -> Pauses:
    """Return what is paused for *client* now."""
    contacts, checks_key = _contacts(client), _checks_key(client)
    limits = {checks_key: (settings.IDENTITY_FAILURES_PER_CLIENT, settings.IDENTITY_FAILURES_PERIOD)}
    limits |= {
        sign_ins_key(channel, contact): (limit, _A_DAY)
        for channel in channels()
        if (limit := channel.budgets.sign_ins_for_one_contact) is not None
        for contact in contacts
    }
    limits |= {
        _requests_key(contact, period): (limit, period)
        for limit, period in settings.LINK_REQUESTS_PER_CONTACT
        for contact in contacts
    }
    ends = {
        one.key: one.since + limits[one.key][1]
        for one in Throttle.objects.filter(key__in=limits)
        if one.count >= limits[one.key][0]
    }
    checks_end = ends.pop(checks_key, now)
    requests_end = max(ends.values(), default=now)
    return Pauses(checks_end if checks_end > now else None, requests_end if requests_end > now else None)


def lift(client: Client) -> None:
    """End the pauses of *client*; what is counted begins again at none."""
    forget_checks(client)
    for contact in _contacts(client):
        forget_requests(contact)


def forget_requests(contact: str) -> None:
    """Forget what was asked for with *contact* (a key)."""
    for channel in channels():
        throttle.forget(sign_ins_key(channel, contact))
    for _limit, period in settings.LINK_REQUESTS_PER_CONTACT:
        throttle.forget(_requests_key(contact, period))


def _contacts(client: Client) -> list[str]:
    return [key for key in (client.email_key, client.mobile_key) if key]


def _checks_key(client: Client) -> str:
    return f"identity:client:{client.pk}"


def _requests_key(contact: str, period: timedelta) -> str:
    return f"links:contact:{throttle.nameless(contact)}:{period.total_seconds():.0f}"
