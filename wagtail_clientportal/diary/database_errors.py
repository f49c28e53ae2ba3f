"""What a database's error means: somebody else has the lock, or nothing can be written at all.

Django's exceptions don't tell these from others; the databases' own codes do.
"""

from django.db import DatabaseError

# SQLite: SQLITE_BUSY and SQLITE_LOCKED. MariaDB: a lock that was waited for too long, a deadlock.
# PostgreSQL: lock_not_available, deadlock_detected, serialization_failure.
_BUSY = {5, 6, 1205, 1213, "55P03", "40P01", "40001"}
# SQLite: SQLITE_READONLY. MariaDB: --read-only, a read-only transaction, read-only mode.
# PostgreSQL: read_only_sql_transaction, which a standby answers too.
_READ_ONLY = {8, 1290, 1792, 1836, "25006"}


def is_busy(error: DatabaseError) -> bool:
    """Whether somebody else has held what was waited for too long, or both waited for each other."""
    return _code(error) in _BUSY


def is_read_only(error: DatabaseError) -> bool:
    """Whether the database can be read but not written to."""
    return _code(error) in _READ_ONLY


def takes_no_changes(error: DatabaseError) -> bool:
    """Whether reading goes on, and writing doesn't for the moment."""
    return is_busy(error) or is_read_only(error)


def _code(error: DatabaseError) -> int | str | None:
    if error.args and isinstance(error.args[0], int):  # MariaDB
        return error.args[0]
    cause = error.__cause__
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return code & 0xFF  # the rest says in detail why
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)  # psycopg 3, psycopg2
