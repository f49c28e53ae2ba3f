"""May one more message go by a channel today? Asking counts it."""

from datetime import datetime, timedelta

from ..outbox.channels.base import Channel
from . import throttle

_A_DAY = timedelta(days=1)


def sign_ins_key(channel: Channel, contact: str) -> str:
    """Name the count of the sign-in links that somebody asked for with *contact* (a key) and that went by *channel*."""
    return f"{channel.key}:sign_in:{throttle.nameless(contact)}"


def one_more_sign_in(channel: Channel, contact: str, site_id: int | None, now: datetime) -> bool:
    """Of those that somebody asked for: for one contact (a key), and at one site."""
    for_one, at_site = channel.budgets.sign_ins_for_one_contact, channel.budgets.sign_ins
    return _take(sign_ins_key(channel, contact), for_one, now) and _take(
        f"{channel.key}:sign_in:site:{site_id}", at_site, now
    )


def one_more_to_client(channel: Channel, client_id: int, now: datetime) -> bool:
    """About any of one client's appointments."""
    return _take(f"{channel.key}:client:{client_id}", channel.budgets.to_one_client, now)


def one_more_reminder(channel: Channel, site_id: int | None, now: datetime) -> bool:
    return _take(f"{channel.key}:reminders:{site_id}", channel.budgets.reminders, now)


def one_more_of_the_others(channel: Channel, site_id: int | None, now: datetime) -> bool:
    return _take(f"{channel.key}:others:{site_id}", channel.budgets.others, now)


def one_more_test(channel: Channel, user, now: datetime) -> bool:
    """Sent by *user*, of the staff, to themselves."""
    return _take(f"{channel.key}:test:{user.pk}", channel.budgets.tests_by_one_user, now)


def _take(key: str, limit: int | None, now: datetime) -> bool:
    return limit is None or throttle.take(key, limit=limit, period=_A_DAY, now=now)
