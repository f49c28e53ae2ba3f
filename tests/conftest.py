import pytest

from .factories import Clinic


@pytest.fixture
def clinic(db):
    """An open clinic with one client and one appointment; see tests/factories.py."""
    return Clinic()
