"""A second wall behind the diary lock, on PostgreSQL alone: no two places of one clinician may meet.

It needs the ``btree_gist`` extension, which not every database user may create. Where it is missing the lock still
keeps bookings apart; what is written past the actions isn't kept apart then.
"""

from django.db import DatabaseError, transaction

CONSTRAINT = "cp_appointment_no_double_booking"
_TABLE = "wagtail_clientportal_appointment"


class ExtensionRefused(Exception):
    """The database lets nobody of this name create the extension."""


def is_missing(connection) -> bool:
    """Whether it could stand and doesn't. Where there are no appointments yet, or on another database, it isn't missed.

    :param connection: one of Django's.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT to_regclass(%s) IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = to_regclass(%s))
            """,
            [_TABLE, CONSTRAINT, _TABLE],
        )
        return cursor.fetchone()[0]


def build(connection) -> None:
    """Add the constraint.

    :param connection: one of Django's, to PostgreSQL.
    :raises ExtensionRefused: the extension isn't there, and may not be created.
    :raises django.db.IntegrityError: places that meet stand in its way.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        except DatabaseError as error:
            raise ExtensionRefused(str(error).strip()) from error
        cursor.execute(
            f"""
            ALTER TABLE {_TABLE} ADD CONSTRAINT {CONSTRAINT}
            EXCLUDE USING gist (clinician_id WITH =, tstzrange("start", busy_until) WITH &&)
            WHERE (holds_place AND NOT overbooked)
            """
        )


def tear_down(connection) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {_TABLE} DROP CONSTRAINT IF EXISTS {CONSTRAINT}")
