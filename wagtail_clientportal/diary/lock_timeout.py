"""How long a transaction waits for what others have locked.

Left alone, PostgreSQL waits for ever, MariaDB 50 seconds and SQLite 5: a client's page would hang, and with it the
web server's process. None of these statements takes MariaDB's picture of the data, so the lock stays the first that
does.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from math import ceil

from django.db import Error, connection, transaction

_SQLITE_TIMEOUT = 5  # seconds; what Python's driver waits where OPTIONS say nothing


@contextmanager
def transaction_waiting_at_most(limit: timedelta) -> Iterator[None]:
    """Make the block the outermost transaction, in which no lock is waited for longer than *limit*.

    MariaDB counts in whole seconds.

    :raises RuntimeError: inside another transaction.
    """
    seconds = limit.total_seconds()
    match connection.vendor:
        case "postgresql":
            with transaction.atomic(durable=True):
                _execute(f"SET LOCAL lock_timeout = {ceil(seconds * 1000)}")
                yield
        case "mysql":
            _execute(
                "SET @clientportal_waited = @@SESSION.innodb_lock_wait_timeout, "
                f"SESSION innodb_lock_wait_timeout = {ceil(seconds)}"
            )
            afterwards = "SET SESSION innodb_lock_wait_timeout = @clientportal_waited"
            with _at_the_end(afterwards), transaction.atomic(durable=True):
                yield
        case _:
            usual = connection.settings_dict["OPTIONS"].get("timeout", _SQLITE_TIMEOUT)
            if usual == seconds:
                with transaction.atomic(durable=True):
                    yield
                return
            _execute(f"PRAGMA busy_timeout = {ceil(seconds * 1000)}")
            with _at_the_end(f"PRAGMA busy_timeout = {ceil(usual * 1000)}"), transaction.atomic(durable=True):
                yield


@contextmanager
def _at_the_end(statement: str) -> Iterator[None]:
    try:
        yield
    finally:
        # A connection that broke is replaced by one that waits as usual, and what was committed stays so.
        with suppress(Error):
            _execute(statement)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
