"""What some tests need beside Python: a service or a browser.

A test that needs one calls ``require("postgresql")``. Where it can't be reached the test says plainly that it was
skipped; where ``CLIENTPORTAL_REQUIRE`` names it (``CLIENTPORTAL_REQUIRE=postgresql,redis,chromium``) the test fails.
The same goes for a run of the suite on a database server, ``CLIENTPORTAL_DATABASE=mariadb``.

As a command it answers whether something is there: ``python -m tests.requirements postgresql``.
"""

import os
import shutil
import socket
import sys
from functools import cache

import psycopg
import pymysql
import pytest

# Where there are several, the one that does least beside drawing pages.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def _chromium() -> str:
    """Return why Chromium can't be used, "" where it can."""
    return "" if chromium_path() else f"no program called {', '.join(BROWSERS[:-1])} or {BROWSERS[-1]}"


def chromium_path() -> str | None:
    """The browser's own program: nothing is downloaded for it."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _postgresql() -> str:
    try:
        psycopg.connect(
            host=os.environ.get("PGHOST", "127.0.0.1"),
            port=os.environ.get("PGPORT", "5432"),
            user=os.environ.get("PGUSER", "postgres"),
            password=os.environ.get("PGPASSWORD", ""),
            dbname=os.environ.get("PGDATABASE", "test"),
            connect_timeout=3,
        ).close()
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]
    return ""


def _listens(host: str, port: int) -> str:
    try:
        socket.create_connection((host, port), timeout=3).close()
    except OSError as error:
        return f"{host}:{port}: {error.strerror or error}"
    return ""


def _redis() -> str:
    return _listens(os.environ.get("REDIS_HOST", "127.0.0.1"), int(os.environ.get("REDIS_PORT", "6379")))


def _mariadb() -> str:
    host = os.environ.get("MYSQL_HOST", "127.0.0.1")
    where = {"unix_socket": host} if host.startswith("/") else {"host": host}  # as Django takes it
    try:
        pymysql.connect(
            **where,
            port=int(os.environ.get("MYSQL_PORT", "3306")),
            user=os.environ.get("MYSQL_USER", "root"),
            password=os.environ.get("MYSQL_PASSWORD", ""),
            connect_timeout=3,
        ).close()
    except (pymysql.Error, RuntimeError) as error:  # RuntimeError: a way to log in that PyMySQL needs cryptography for
        return str(error)
    return ""


PROBES = {"chromium": _chromium, "mariadb": _mariadb, "postgresql": _postgresql, "redis": _redis}


@cache
def why_not(name: str) -> str:
    """Return why *name* can't be used, "" where it can.

    :raises KeyError: for a name that is none of ``PROBES``.
    """
    return PROBES[name]()


def required() -> set[str]:
    """The names in CLIENTPORTAL_REQUIRE.

    :raises ValueError: where one of them is unknown, so that a slip of the pen doesn't turn a failure into a skip.
    """
    names = {name.strip() for name in os.environ.get("CLIENTPORTAL_REQUIRE", "").split(",")} - {""}
    if unknown := names - set(PROBES):
        raise ValueError(f"CLIENTPORTAL_REQUIRE names {', '.join(sorted(unknown))}; known are {', '.join(PROBES)}")
    return names


def require(name: str) -> None:
    """Go on where *name* ("postgresql", "redis", "chromium", "mariadb") can be used; else skip, or fail if required."""
    reason = why_not(name)
    if not reason:
        return
    if name in required():
        pytest.fail(f"{name} is required and can't be reached: {reason}", pytrace=False)
    pytest.skip(f"{name} can't be reached: {reason}")


def require_database() -> None:
    """End the run where the database that CLIENTPORTAL_DATABASE names can't be reached: as a failure if required."""
    name = os.environ.get("CLIENTPORTAL_DATABASE", "")
    if name in PROBES and (reason := why_not(name)):
        if name in required():
            pytest.exit(f"{name} is required and can't be reached: {reason}", returncode=1)
        pytest.exit(f"{name} can't be reached, so what needs it is skipped: {reason}", returncode=0)


def main(names: list[str]) -> int:
    """Say which of *names* can't be used. 0 where all can, 1 where one can't."""
    missing = 0
    for name in names:
        if reason := why_not(name):
            print(f"{name} can't be reached, so what needs it is skipped: {reason}")
            missing = 1
    return missing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
