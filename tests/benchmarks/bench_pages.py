"""How many of the portal's pages a second does a web server give, beside a bare Wagtail page of the same site?

Run by hand; it fills a test database of its own and removes it again. It needs gunicorn::

    python -m tests.benchmarks.bench_pages [--rounds 5] [--seconds 2] [--clients 4] [--workers 2]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) Pages a second depend on the machine, ratios hold. The bare page
is the sandbox's home page: a title and a paragraph, without a cookie. The client has eight appointments, and a month
of free times to change one to. The pages take turns, so that a busy moment of the machine meets them all.
"""

import argparse
import http.client
import os
import socket
import statistics
import sys
import tempfile
import time as clock
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

from tests.benchmarks.own_database import own_database
from tests.processes import Processes

WAIT = 60  # seconds for the web server to start


class Site:
    """A clinic's site, and a client of it who is signed in."""

    def __init__(self):
        # Models can be imported only once Django is set up, which a run by hand does itself.
        from django.utils import timezone

        from sandbox.home.models import HomePage
        from tests.factories import Clinic

        now = timezone.now().replace(second=0, microsecond=0)
        clinic = Clinic()
        clinic.page.get_parent().add_child(
            instance=HomePage(title="Welcome", slug="bare", body="<p>We look after you.</p>")
        )
        clinic.appointment.delete()
        for number in range(4):
            clinic.book(start=now - timedelta(days=10 * number + 3))
            own = clinic.book(start=now + timedelta(days=9 * number + 3))
        self.cookie = self._sign_in(clinic.site, now)
        self.paths = {
            "bare": "/bare/",
            "list": "/portal/appointments/",
            "detail": f"/portal/appointments/{own.public_id}/",
            "change": f"/portal/appointments/{own.public_id}/change/",
        }

    @staticmethod
    def _sign_in(site, now) -> str:
        from django.test import Client as Browser

        from wagtail_clientportal.access.links import mint_sign_in_link

        browser = Browser()
        browser.get(f"/p/{mint_sign_in_link('margaret@example.org', site, now)}/")
        answers = {"day": "9", "month": "12", "year": "1956", "postcode": "SW1A 1AA"}
        if browser.post("/portal/verify/", answers).status_code != 302:
            raise AssertionError("Nobody was signed in: the measurement would mean nothing.")
        return f"sessionid={browser.cookies['sessionid'].value}"


@contextmanager
def served(workers: int) -> Iterator[int]:
    """Serve the database at hand by gunicorn, and give the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", str(workers), "--bind", f"127.0.0.1:{port}"]
    env = os.environ | {"CLIENTPORTAL_BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    processes = Processes()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "gunicorn.log"
        try:
            processes.start([*command, "django.core.wsgi:get_wsgi_application()"], env=env, log=log)
            _wait_for(port, log)
            yield port
        finally:
            processes.stop_all()


def _wait_for(port: int, log: Path) -> None:
    until = clock.monotonic() + WAIT
    while clock.monotonic() < until:
        try:
            return _get(port, "/bare/", "")
        except OSError:
            clock.sleep(0.2)
    raise AssertionError(f"The web server didn’t start: {log.read_text()}")


def _get(port: int, path: str, cookie: str) -> None:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    try:
        server.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = server.getresponse()
        response.read()
    finally:
        server.close()
    if response.status != 200:
        raise AssertionError(f"{path} answers {response.status}: the measurement would mean nothing.")


def measure(*, rounds: int, seconds: float, clients: int, workers: int) -> dict[str, float]:
    """Return the pages a second of each path of a site, the median of all rounds."""
    site = Site()
    rates = {name: [] for name in site.paths}
    with served(workers) as port, ThreadPoolExecutor(clients) as pool:
        for round_number in range(rounds + 1):
            for name, path in site.paths.items():
                cookie = "" if name == "bare" else site.cookie
                begun = clock.perf_counter()
                done = sum(pool.map(lambda _one, p=path, c=cookie: _ask(port, p, c, seconds), range(clients)))
                if round_number:  # the first warms the workers up
                    rates[name].append(done / (clock.perf_counter() - begun))
    return {name: statistics.median(found) for name, found in rates.items()}


def _ask(port: int, path: str, cookie: str, seconds: float) -> int:
    until, done = clock.perf_counter() + seconds, 0
    while clock.perf_counter() < until:
        _get(port, path, cookie)
        done += 1
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if find_spec("gunicorn") is None:
        parser.exit(1, "gunicorn isn’t installed. It comes with: pip install --editable '.[test]'\n")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.site"
    with own_database():
        rates = measure(**vars(options))
        for name, rate in rates.items():
            print(
                f"{connection.vendor}, {name}: {rate:.0f} pages a second, {rate / rates['bare']:.2f} of the bare page"
            )


if __name__ == "__main__":
    main()
