import os

import pytest

from tests.requirements import PROBES, require

from .databases import ARENAS, database
from .racers import Racers


@pytest.fixture(autouse=True)
def clock():
    """The machine's own: the racers live by it."""


@pytest.fixture(scope="package")
def racers_on(tmp_path_factory):
    """Returns a function that gives the racers on a server ("sqlite", "postgresql"): one set for all of its modes."""
    running = {}

    def get(server):
        if server not in running:
            running[server] = Racers(server, database(server, tmp_path_factory.mktemp(server)))
        return running[server]

    yield get
    for racers in running.values():
        racers.close()


@pytest.fixture(scope="package", params=ARENAS, ids=lambda arena: arena.name)
def arena(request, racers_on):
    """The racers on one database in one of its modes. Each test runs on all of them.

    Where the suite is run once for each database (CLIENTPORTAL_DATABASE), each run has the races on its own.
    """
    server = request.param.server
    if server in PROBES:
        require(server)
    run = os.environ.get("CLIENTPORTAL_DATABASE", server)
    if run != server:
        pytest.skip(f"this run of the suite is the one on {run}; the races on {server} are in that on {server}")
    racers = racers_on(server)
    racers.connect(request.param.options)
    return racers
