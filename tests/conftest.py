import pytest

from .factories import Clinic
from .requirements import require_database


def pytest_sessionstart():
    require_database()


@pytest.fixture
def clinic(db):
    """An open clinic with one client and one appointment; see tests/factories.py."""
    return Clinic()
