"""Time stands at ``NOW`` in every room, whatever the machine's date is.

A room whose tests start processes, or a browser, lives by the machine's own clock: its conftest replaces ``clock``.
"""

import gc

import pytest

from .factories import NOW, Clinic
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
