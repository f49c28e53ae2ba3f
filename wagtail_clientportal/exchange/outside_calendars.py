"""Read the calendars that clinicians keep elsewhere. The worker does it, every quarter of an hour; else cron."""

import logging
from datetime import UTC, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ..availability.models import OutsideBusy, OutsideCalendar
from ..diary.models import Appointment
from ..outbox.enqueue import enqueue
from ..practice.location import default_timezone
from ..practice.models import Clinician
from .busy_times import busy_times, uids_like_ours
from .fetch import NotFetched, fetch, judged

logger = logging.getLogger(__name__)

TASK = "wagtail_clientportal.exchange.outside_calendars.read_calendar"
_AGAIN_AFTER = timedelta(minutes=10)  # a little less than the sweep's quarter of an hour
_LEASE = timedelta(minutes=2)  # longer than one reading can take
_MAX_SECONDS = 110  # that the worker gives it
_SECONDS_HERE = 20  # of cron's minute
_PIECE = 500  # rows


def set_outside_calendar(clinician: Clinician, url: str) -> OutsideCalendar:
    """Let the calendar at *url* be read for *clinician*, instead of another one, and have the worker begin.

    :raises NotFetched: it is no address.
    """
    judged(url)
    with transaction.atomic():
        forget_outside_calendar(clinician)
        calendar = OutsideCalendar.objects.create(clinician=clinician, url=url)
        transaction.on_commit(lambda: _hand_to_worker(calendar.pk))
    return calendar


def forget_outside_calendar(clinician: Clinician) -> None:
    """Read none for *clinician* any more; what it said is forgotten."""
    with transaction.atomic():
        OutsideCalendar.objects.filter(clinician=clinician).delete()
        OutsideBusy.objects.filter(clinician=clinician).delete()


def read_due(now: datetime | None = None) -> int:
    """Hand to the worker what wasn't tried for a while; return how many. A task of the worker's timetable.

    :param now: aware datetime; by default the clock.
    """
    pks = _due(now or timezone.now())
    for pk in pks:
        _hand_to_worker(pk)
    return len(pks)


def read_due_here(now: datetime | None = None) -> None:
    """Read them in this process, for a site without a worker; begin no further one after ``_SECONDS_HERE``.

    :param now: aware datetime; by default the clock.
    """
    ends_at = monotonic() + _SECONDS_HERE
    for pk in _due(now or timezone.now()):
        if monotonic() > ends_at:
            return  # the next run goes on
        try:
            read_calendar(pk, now)
        except Exception:
            # One that can't be kept costs none of the others.
            logger.exception("outside calendar #%s could not be read", pk)


def _due(now: datetime) -> list[int]:
    due = OutsideCalendar.objects.filter(
        Q(tried_at=None) | Q(tried_at__lt=now - _AGAIN_AFTER), clinician__is_active=True
    )
    return list(due.order_by("tried_at", "pk").values_list("pk", flat=True))


def _hand_to_worker(pk: int) -> None:
    enqueue(TASK, pk, timeout=_MAX_SECONDS)


def read_calendar(pk: int, now: datetime | None = None) -> None:
    """Read one, unless somebody else is at it. What an earlier reading said stands until one succeeds.

    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    theirs = Q(tried_at=None) | Q(tried_at__lt=now - _LEASE) | Q(tried_at__gt=now)
    if not OutsideCalendar.objects.filter(theirs, pk=pk).update(tried_at=now):
        return
    calendar = OutsideCalendar.objects.get(pk=pk)
    try:
        content = fetch(calendar.url)
        busy, not_understood = busy_times(
            content, zone=ZoneInfo(default_timezone()), now=now, ours=_ours(calendar, content)
        )
    except NotFetched as failed:
        OutsideCalendar.objects.filter(pk=pk).update(problem=failed.problem)
        logger.warning("outside calendar #%s could not be read (%s)", pk, failed.problem)
        return
    _keep(calendar, busy, not_understood, now)


def _ours(calendar: OutsideCalendar, content: bytes) -> set[str]:
    """The appointments in the diary here that came back by it: they may be cancelled by now."""
    found = Appointment.objects.filter(clinician=calendar.clinician_id, public_id__in=uids_like_ours(content))
    return {str(public_id) for public_id in found.values_list("public_id", flat=True)}


def _keep(calendar: OutsideCalendar, busy, not_understood: int, now: datetime) -> None:
    rows = [
        OutsideBusy(clinician_id=calendar.clinician_id, start=_moment(start), end=_moment(end)) for start, end in busy
    ]
    with transaction.atomic():
        read = OutsideCalendar.objects.filter(pk=calendar.pk)  # another address meanwhile is another row
        if not read.update(read_at=now, problem="", not_understood=not_understood):
            return
        OutsideBusy.objects.filter(clinician=calendar.clinician_id).delete()
        OutsideBusy.objects.bulk_create(rows, batch_size=_PIECE)


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
