"""Which channels has this site? Those that the setting ``CHANNELS`` names, in its order."""

from functools import cache

from django.utils.module_loading import import_string

from ...conf import settings
from .base import Channel
from .removed import RemovedChannel


def channels() -> list[Channel]:
    """Return all of them, set up or not."""
    return _made(tuple(settings.CHANNELS))


def channels_set_up() -> list[Channel]:
    """Return those by which this site sends."""
    return [one for one in channels() if one.is_set_up()]


def channel_of(key: str) -> Channel:
    """Return the channel with this key; one that the site has no longer is there to say so."""
    return next((one for one in channels() if one.key == key), None) or RemovedChannel(key)


def channel_chosen(key: str) -> Channel:
    """Return the channel that a form or an address names by its key; where it names none, the first."""
    return next((one for one in channels() if one.key == key), channels()[0])


def channel_for(contact: str) -> Channel:
    """Return the channel by which whoever types *contact* (a key) gets a sign-in link; the site may have none."""
    return next((one for one in channels() if one.takes_contact(contact)), None) or RemovedChannel("")


def channel_choices() -> list[tuple[str, str]]:
    """Return key and label of each, for the fields that hold one: a site's own need no migration."""
    return [(one.key, one.label) for one in channels()]


@cache
def _made(paths: tuple[str, ...]) -> list[Channel]:
    return [import_string(path)() for path in paths]
