"""Do messages leave? Asked of the database alone, in a query or two each, so that every page of the admin can ask."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..conf import settings
from ..outbox.channels.base import Channel
from ..outbox.channels.registry import channels_set_up
from ..outbox.heartbeat import SWEEP, last_beat
from ..outbox.models import OutboundMessage
from ..policies.models import PortalSettings
from ..practice.dates import moment_in_words
from ..practice.location import default_timezone
from .finding import Finding

Status = OutboundMessage.Status


def worker_stopped(now: datetime) -> Finding | None:
    """Say so where no sweep has come to its end for ``SWEEP_ALERT``, though some did before."""
    last = last_beat(SWEEP)
    if last is None or last > now - settings.SWEEP_ALERT or not _is_needed(now):
        return None
    what = _("Waiting messages have not been sent since %(when)s: the worker, or cron, has stopped.")
    return Finding("worker_stopped", what % {"when": moment_in_words(last, ZoneInfo(default_timezone()))}, _start_it())


def worker_never_ran(now: datetime) -> Finding | None:
    """Say so where no sweep has ever come to its end, and clients would notice."""
    if last_beat(SWEEP) is not None or not _is_needed(now):
        return None
    return Finding("worker_never_ran", _("Messages don’t leave: neither a worker nor cron has ever run."), _start_it())


def _is_needed(now: datetime) -> bool:
    """Whether there is anything to send, or could be any moment."""
    return PortalSettings.objects.filter(enabled=True).exists() or _late(now).exists()


def _start_it() -> str:
    return _(
        "Ask whoever looks after the website to start the worker (“python manage.py clientportal_worker”), or to let "
        "cron run “python manage.py clientportal_send” every minute. What waits is sent then. Until then, ring clients "
        "who have to hear something."
    )


def channel_in_trouble(channel: Channel, now: datetime) -> Finding | None:
    """Say so where the last ``SEND_FAILURES_ALERT`` messages by *channel* failed, or where any has been trying to leave
    for ``BACKLOG_ALERT``."""
    return _failing(channel) or _waiting(channel, now)


def sending_findings(now: datetime) -> list[Finding]:
    """Return all that keeps messages from leaving."""
    worker = worker_stopped(now) or worker_never_ran(now)
    # That messages wait says no more where nobody sends them.
    found = [worker, *(_failing(one) if worker else channel_in_trouble(one, now) for one in channels_set_up())]
    return [one for one in found if one]


def _failing(channel: Channel) -> Finding | None:
    limit = settings.SEND_FAILURES_ALERT
    # One that is being sent right now has no answer yet, one that was dropped was never tried.
    tried = OutboundMessage.objects.filter(
        Q(status__in=(Status.SENT, Status.FAILED)) | Q(status=Status.WAITING) & ~Q(last_error=""),
        channel=channel.key,
        first_tried_at__isnull=False,
    )
    newest = list(tried.order_by("-first_tried_at", "-pk").values_list("status", "last_error")[:limit])
    if len(newest) < limit or any(status == Status.SENT for status, _error in newest):
        return None
    what = _("The last %(number)d %(messages)s could not be sent. The newest answer: %(reason)s")
    what %= {"number": limit, "messages": channel.plural, "reason": newest[0][1]}
    return Finding(f"{channel.key}_failing", what, str(channel.advice))


def _waiting(channel: Channel, now: datetime) -> Finding | None:
    waiting = _late(now).filter(channel=channel.key)
    number = waiting.count()
    if not number:
        return None
    what = ngettext(
        "%(number)d %(message)s has been waiting to be sent for more than %(minutes)d minutes.",
        "%(number)d %(messages)s have been waiting to be sent for more than %(minutes)d minutes.",
        number,
    ) % {
        "number": number,
        "message": channel.noun,
        "messages": channel.plural,
        "minutes": settings.BACKLOG_ALERT.total_seconds() // 60,
    }
    errors = waiting.exclude(last_error="").order_by("-first_tried_at", "-pk").values_list("last_error", flat=True)
    if not (reason := errors.first()):
        mend = _("Ask whoever looks after the website whether the worker keeps up; several can run side by side.")
        return Finding(f"{channel.key}_waiting", what, mend)
    what = _("%(what)s The newest answer: %(reason)s") % {"what": what, "reason": reason}
    return Finding(f"{channel.key}_waiting", what, str(channel.advice))


def _late(now: datetime):
    """The messages that should have left ``BACKLOG_ALERT`` ago: never tried since they were due, or tried in vain."""
    since = now - settings.BACKLOG_ALERT
    return OutboundMessage.objects.filter(
        Q(first_tried_at=None, due_at__lte=since) | Q(first_tried_at__lte=since), status=Status.WAITING
    )
