"""The diary lock: one change at a time to a clinician's diary, on any database.

The lock is a write, and it is the first statement of the outermost transaction. On PostgreSQL and MariaDB that takes
the row, on SQLite the write lock. ``SELECT … FOR UPDATE`` does nothing on SQLite, and a read before the write makes
MariaDB's repeatable reads check an old picture of the diary: both double-booked when tried.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import DatabaseError
from django.db.models import F

from ..conf import settings
from ..practice.models import Clinician
from .appointment import Appointment
from .database_errors import is_busy, is_read_only
from .lock_timeout import transaction_waiting_at_most
from .queries import with_details
from .refused import Busy, CannotSave


@contextmanager
def locked_diaries(*clinician_ids: int) -> Iterator[None]:
    """Hold the diaries of these clinicians (pks) until the end of the block, which is one transaction.

    :raises Busy: when others held them, or anything that the block waits for, for longer than ``LOCK_TIMEOUT``.
    :raises CannotSave: when the database takes no changes.
    :raises RuntimeError: inside another transaction (``ATOMIC_REQUESTS``, say), where the lock would come too late.
    """
    # Not around the commit: when that goes wrong, nobody can say that nothing was changed.
    with ExitStack() as stack, _refusing():
        stack.enter_context(transaction_waiting_at_most(settings.LOCK_TIMEOUT))
        for pk in sorted(set(clinician_ids)):  # always in one order, so that two changes never wait for each other
            Clinician.objects.filter(pk=pk).update(diary_version=F("diary_version") + 1)
        yield


@contextmanager
def locked_appointment(appointment: Appointment, *, moving_to: int | None = None) -> Iterator[Appointment]:
    """Hold the diary that the appointment is in, and yield the appointment as it is under the lock.

    :param appointment: only an address; where it says whose diary that is, it may be wrong by now.
    :param moving_to: pk of a clinician whose diary the appointment may move to.
    :raises Appointment.DoesNotExist: where there is no such appointment.
    """
    clinician_id = appointment.clinician_id
    while True:
        with locked_diaries(clinician_id, moving_to or clinician_id):
            current = with_details(Appointment.objects).get(pk=appointment.pk)
            if current.clinician_id == clinician_id:
                yield current
                return
        # Somebody moved it to another diary before we had the lock: lock that one.
        clinician_id = current.clinician_id


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if is_busy(error):
            raise Busy from error
        if is_read_only(error):
            raise CannotSave from error
        raise
