"""A site may say no to what a client asks for, in a sentence of its own: a Wagtail hook, asked under the diary lock."""

from datetime import datetime
from enum import StrEnum

from wagtail import hooks

from ...diary.models import Appointment
from ...practice.models import Client
from ..refusals import RefusedBySite

HOOK = "clientportal_check_action"


class Action(StrEnum):
    """What a client asks for, as the hook is told it."""

    BOOK = "book"
    CHANGE = "change"
    CANCEL = "cancel"


def check_site_permits(
    action: Action, *, client: Client, appointment: Appointment | None, start: datetime, now: datetime
) -> None:
    """Ask the site's own ``fn(action, *, client, appointment, start, now)``, which sees how things are before anything
    is changed.

    :param appointment: as it stands; ``None`` for a booking.
    :param start: aware datetime: when it would be; for a cancellation, when it is.
    :raises RefusedBySite: with the first sentence that one of them returns.
    """
    for fn in hooks.get_hooks(HOOK):
        if sentence := fn(str(action), client=client, appointment=appointment, start=start, now=now):
            raise RefusedBySite(sentence=str(sentence))
