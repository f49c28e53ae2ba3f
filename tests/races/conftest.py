import pytest

from tests.requirements import PROBES, require

from .databases import ARENAS, SERVER, database
from .racers import Racers


@pytest.fixture(autouse=True)
def clock():
    """The machine's own: the racers live by it."""


@pytest.fixture(scope="package")
def racers(tmp_path_factory):
    """The racers: one set for all modes of the server that this run of the suite is for."""
    if SERVER in PROBES:
        require(SERVER)
    racers = Racers(SERVER, database(SERVER, tmp_path_factory.mktemp(SERVER)))
    yield racers
    racers.close()


@pytest.fixture(scope="package", params=ARENAS, ids=lambda arena: arena.name)
def arena(request, racers):
    """The racers on their server in one of its modes. Each test runs in all of them."""
    racers.connect(request.param.options)
    return racers
