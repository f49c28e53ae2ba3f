"""Who watches whether messages leave: each sweep at its end, and, because a worker that has stopped tells nobody, the
pages of the admin."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from ..diary.database_errors import takes_no_changes
from ..notifications import trouble
from ..notifications.queue import tell_of_trouble, tell_of_troubles_end
from ..notifications.trouble import WORKER
from ..notifications.wording import in_staff_language
from ..outbox.channels.registry import channel_of, channels
from .finding import Finding
from .sending import channel_in_trouble, worker_stopped

logger = logging.getLogger(__name__)


def after_sweep(now: datetime) -> None:
    """Tell staff of what began to keep messages from leaving, and of what did and is over; each once.

    :param now: when the sweep came to its end (aware); it has been noted.
    """
    _note(WORKER, None, now)
    with in_staff_language():
        # What was in trouble and is gone from this site by now is in none any more.
        gone = trouble.going_on() - {WORKER} - {one.key for one in channels()}
        for key in [*(one.key for one in channels()), *sorted(gone)]:
            channel = channel_of(key)
            _note(key, channel_in_trouble(channel, now) if channel.is_set_up() else None, now)


def at_view(now: datetime) -> list[Finding]:
    """Return what keeps messages from leaving, in two queries where nothing does.

    Staff are told of a worker that has stopped by whoever of them comes first.
    """
    worker = worker_stopped(now)
    if worker:
        _note_where_possible(worker, now)
    going_on = trouble.going_on()
    found = [worker, *(channel_in_trouble(one, now) for one in channels() if one.key in going_on)]
    return [one for one in found if one]


def _note_where_possible(worker: Finding, now: datetime) -> None:
    """While the database takes no changes no sweep comes to its end either: pages are still read then."""
    try:
        _note(WORKER, worker, now)
    except DatabaseError as error:
        if not takes_no_changes(error):
            raise
        logger.warning("that the worker has stopped could not be noted: %s", error)


def _note(key: str, finding: Finding | None, now: datetime) -> None:
    with transaction.atomic():
        if finding is None:
            if trouble.not_seen(key, now):
                tell_of_troubles_end(key, now=now)
        elif trouble.seen(key, now):
            tell_of_trouble(key, what=finding.what, mend=finding.mend, now=now)
