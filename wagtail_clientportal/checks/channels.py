"""Can each channel that ``CHANNELS`` names be used?"""

import re
from collections.abc import Iterator

from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from ..conf import DEFAULTS, SETTINGS_NAME, settings
from ..notifications.trouble import WORKER
from ..outbox.channels.base import Channel
from ..outbox.channels.email import EmailChannel
from ..outbox.channels.registry import channels
from .findings import error


def check_channels() -> Iterator[CheckMessage]:
    """Judge the classes that ``CHANNELS`` names, and let each channel judge its own settings."""
    wrong = [*_no_channels()] or [*_keys_that_clash()]
    yield from wrong
    if not wrong:
        for channel in channels():
            yield from channel.check()


def _no_channels() -> Iterator[CheckMessage]:
    for path in settings.CHANNELS:
        try:
            found = import_string(path)
        except ImportError as failure:
            yield _unusable(f"“{path}” can't be imported: {failure}")
            continue
        if not (isinstance(found, type) and issubclass(found, Channel)):
            yield _unusable(f"“{path}” is no subclass of {Channel.__module__}.Channel.")
        elif not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", found.key) or found.key == WORKER:
            yield _unusable(
                f"the key of “{path}” is {found.key!r}, and has to be one to twenty small letters, digits and "
                f"underscores, beginning with a letter; “{WORKER}” is taken."
            )


def _keys_that_clash() -> Iterator[CheckMessage]:
    keys = [one.key for one in channels()]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield _unusable(f"two channels have the key “{key}”, which stands in the database.")
    if EmailChannel.key not in keys:
        yield _unusable(f"none has the key “{EmailChannel.key}”, by which staff are written to.")


def _unusable(why: str) -> CheckMessage:
    return error(19, f'{SETTINGS_NAME}["CHANNELS"]: {why}', f"The default is {list(DEFAULTS['CHANNELS'])}.")
