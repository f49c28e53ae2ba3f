"""Time stands at ``NOW`` in every room, whatever the machine's date is.

A room whose tests start processes, or a browser, lives by the machine's own clock: its conftest replaces ``clock``.
"""

import gc
import os
import subprocess
import sys

import pytest

from .factories import NOW, Clinic
from .processes import ROOT
from .requirements import require_database


def pytest_sessionstart():
    require_database()


def pytest_collection_finish():
    """Look for garbage less often: among all that Django and Wagtail load it takes a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(autouse=True)
def clock(time_machine):
    """The clock, which stands still; ``clock.move_to(moment, tick=False)`` sets it."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def clinic(db):
    """An open clinic with one client and one appointment; see tests/factories.py."""
    return Clinic()


@pytest.fixture(scope="session")
def migrated_sandbox(tmp_path_factory):
    """The sandbox's database as ``migrate`` leaves it, for copies: to make one takes as long as 50 tests."""
    folder = tmp_path_factory.mktemp("migrated")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "SANDBOX_VAR": str(folder)},
        timeout=300,  # seconds
        check=True,
    )
    return folder / "db.sqlite3"
