"""Can the diary lock hold on this database, and does a second wall stand behind it?"""

from django.apps import apps
from django.core.checks import CheckMessage, Tags, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from ..diary import second_wall
from .findings import error, warning

SQLITE_LINES = """\
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },"""


@register(Tags.compatibility)
def check_database(app_configs, **kwargs) -> list[CheckMessage]:
    """Can the diary lock hold, and can web server and worker write side by side? Connects to nothing."""
    connection = connections[DEFAULT_DB_ALIAS]
    values = connection.settings_dict
    found = []
    if values.get("ATOMIC_REQUESTS"):
        found.append(
            error(
                7,
                "ATOMIC_REQUESTS is on. The lock on a clinician's diary has to be the first statement of the outermost "
                "transaction; inside another one it comes too late, and two clients can be given one time.",
                f'Take "ATOMIC_REQUESTS" out of DATABASES["{DEFAULT_DB_ALIAS}"], or write:\n'
                '    "ATOMIC_REQUESTS": False,',
            )
        )
    mode = str((values.get("OPTIONS") or {}).get("transaction_mode") or "").upper()
    if connection.vendor == "sqlite" and mode not in ("IMMEDIATE", "EXCLUSIVE"):
        found.append(
            warning(
                1,
                "SQLite begins transactions without the write lock: the web server and the worker will meet "
                "“database is locked”.",
                f'Add to DATABASES["{DEFAULT_DB_ALIAS}"]:\n{SQLITE_LINES}',
            )
        )
    if connection.vendor == "postgresql" and not apps.is_installed("django.contrib.postgres"):
        found.append(
            error(
                8,
                "INSTALLED_APPS lacks django.contrib.postgres, which Wagtail's search needs on PostgreSQL.",
                'Add to INSTALLED_APPS:\n    "django.contrib.postgres",',
            )
        )
    return found


@register(Tags.database)
def check_second_wall(app_configs, databases=None, **kwargs) -> list[CheckMessage]:
    """Does PostgreSQL itself refuse double bookings? Before there are tables there is nothing to say."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        if not second_wall.is_missing(connection):
            return []
    except DatabaseError:
        return []
    return [
        warning(
            9,
            f"The constraint {second_wall.CONSTRAINT} is missing: two appointments that something else than the "
            "portal writes into one diary at one time are not refused.",
            "Have a database administrator run “CREATE EXTENSION btree_gist” in this database, then run\n"
            "    python manage.py clientportal_check_data --mend",
        )
    ]
