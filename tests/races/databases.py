"""Where the races are held: which database servers, and in which of their modes.

Each race makes a database of its own there and drops it. Another vendor is one more line in both tables.
"""

import os
from pathlib import Path
from typing import NamedTuple

NAME = f"clientportal_race_{os.getpid()}"


def _served(engine: str, variables: str, port: str, user: str) -> dict:
    """:param variables: what the environment variables for host, port, user and password begin with."""
    return {
        "ENGINE": f"django.db.backends.{engine}",
        "HOST": os.environ.get(f"{variables}HOST", "127.0.0.1"),
        "PORT": os.environ.get(f"{variables}PORT", port),
        "USER": os.environ.get(f"{variables}USER", user),
        "PASSWORD": os.environ.get(f"{variables}PASSWORD", ""),
        "NAME": NAME,
        "TEST": {"NAME": NAME},
    }


SERVERS = {
    "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": NAME, "TEST": {"NAME": NAME}},
    "postgresql": _served("postgresql", "PG", "5432", "postgres"),
    "mariadb": _served("mysql", "MYSQL_", "3306", "root"),
}


# SQLite's turns aren't fair: on a busy machine one of eight may wait longer than the driver's own 5 seconds, which says
# nothing about who may book what.
PATIENT = {"timeout": 60}  # seconds


class Arena(NamedTuple):
    """A server in one of its modes; ``options`` are the OPTIONS of Django's DATABASES."""

    name: str
    server: str
    options: dict


ALL = [
    Arena(
        "sqlite-immediate",
        "sqlite",
        {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            **PATIENT,
        },
    ),
    # What a site has that sets nothing. The journal mode is a property of the file, so it has to be set back.
    Arena("sqlite-deferred", "sqlite", {"init_command": "PRAGMA journal_mode=DELETE", **PATIENT}),
    Arena("postgresql", "postgresql", {}),
    # What a site has that sets nothing: Django's own choice of level. The server's own is the other.
    Arena("mariadb-read-committed", "mariadb", {"isolation_level": "read committed"}),
    Arena("mariadb-repeatable-read", "mariadb", {"isolation_level": "repeatable read"}),
]

# The suite is run once for each database, and each run has the races on its own.
SERVER = os.environ.get("CLIENTPORTAL_DATABASE", "sqlite")
ARENAS = [arena for arena in ALL if arena.server == SERVER]


def database(server: str, folder: Path) -> dict:
    """Return the entry for Django's DATABASES.

    :param folder: where a database that is a file lies.
    """
    entry = SERVERS[server]
    if "HOST" in entry:
        return entry
    path = str(folder / f"{NAME}.sqlite3")
    return entry | {"NAME": path, "TEST": {"NAME": path}}
