import os

import pytest

from .browser import Browser
from .clinic_site import ClinicSite


@pytest.fixture(autouse=True)
def clock():
    """The machine's own: the sandbox's processes live by it."""


@pytest.fixture(scope="package")
def site(tmp_path_factory, migrated_sandbox):
    """The demo clinic, its web server running, without a worker."""
    if os.environ.get("CLIENTPORTAL_DATABASE", "sqlite") != "sqlite":
        pytest.skip("the sandbox is on SQLite, so the suite's run on SQLite tries it")
    site = ClinicSite(tmp_path_factory.mktemp("sandbox"))
    try:
        site.printed = site.prepare(migrated_sandbox)
        site.start_web_server()
        yield site
    finally:
        site.stop_all()


@pytest.fixture
def worker(site):
    process = site.start_worker()
    yield process
    site.stop(process)


@pytest.fixture
def new_browser(site):
    """Returns a function that opens a fresh browser, with no cookies."""
    return lambda: Browser(site.address)
