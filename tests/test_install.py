"""The README's install steps, followed to the letter in a fresh Wagtail site, with the wheel that people get.

Nothing is typed here that the README doesn't say: commands and lines are read from its code blocks, so that an edit to
the README is an edit to this test.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest
import requests

from tests.blackbox.browser import Browser
from tests.blackbox.clinic_site import only_link, wait_for
from tests.processes import ROOT, Processes

PATIENCE = 120  # seconds that any one command may take

pytestmark = pytest.mark.skipif(importlib.util.find_spec("build") is None, reason="needs “build” to make a wheel")

# What the README's last step has somebody do in the Wagtail admin.
RECORDS = """
from datetime import date, time, timedelta
from django.utils import timezone
from wagtail.models import Site
from wagtail_clientportal.models import (
    Appointment, AppointmentStatus, AppointmentType, Client, ClientPortalPage, Clinician, Location, PortalSettings,
    WorkingHours,
)

site = Site.objects.get(is_default_site=True)
site.hostname, site.port = "localhost", {port}
site.save()
site.root_page.add_child(instance=ClientPortalPage(title="Your appointments", slug="portal"))
portal, _made = PortalSettings.objects.get_or_create(site=site)
portal.enabled, portal.phone = True, "020 7946 0999"
portal.save()
location = Location.objects.create(name="Harbour Rooms")
kind = AppointmentType.objects.create(name="Follow-up", duration_minutes=30)
clinician = Clinician.objects.create(name="Ada Osei")
clinician.locations.add(location)
clinician.appointment_types.add(kind)
for weekday in range(7):
    WorkingHours.objects.create(clinician=clinician, weekday=weekday, start=time(9), end=time(17))
client = Client.objects.create(
    first_name="Margaret", last_name="Hale", email="margaret@example.org", date_of_birth=date(1956, 12, 9),
    postcode="SW1A 1AA",
)
start = (timezone.now() + timedelta(days=5)).replace(hour=12, minute=0, second=0, microsecond=0)
Appointment.objects.create(
    client=client, clinician=clinician, location=location, appointment_type=kind, start=start,
    end=start + timedelta(minutes=30), status=AppointmentStatus.objects.get(is_default=True),
)
"""
WHERE_FROM = "import wagtail_clientportal; print('from', wagtail_clientportal.__file__)\n"
STARTS = (
    "from wagtail_clientportal.models import Appointment; print('starts', Appointment.objects.get().start.isoformat())"
)


class Readme:
    """The code blocks of the README's install section, each with the sentence that stands before it."""

    BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<code>.*?)^ *```$", re.MULTILINE | re.DOTALL)

    def __init__(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        section = text.partition("\n## Install it\n")[2].partition("\n## ")[0]
        self.blocks = [
            (block["language"], section[: block.start()].rstrip().rpartition("\n\n")[2], textwrap.dedent(block["code"]))
            for block in self.BLOCK.finditer(section)
        ]

    def lines(self, language: str, sentence: str) -> str:
        """Return the one block in *language* whose introduction has *sentence* in it."""
        found = [code for its, before, code in self.blocks if its == language and sentence in " ".join(before.split())]
        assert len(found) == 1, f"the README has {len(found)} {language} blocks after “{sentence}”: {self.blocks}"
        return found[0]


class FreshSite:
    """A Wagtail site just made by ``wagtail start``, with a virtual environment of its own."""

    def __init__(self, folder: Path):
        self.folder, self.site = folder, folder / "site"
        self.bin = folder / "venv" / "bin"
        self.settings = self.site / "mysite" / "settings" / "base.py"
        self.urls = self.site / "mysite" / "urls.py"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"

    def run(self, *command: str, **environment: str) -> str:
        """Run a command to its end, as somebody who has activated the virtual environment; return what it printed."""
        done = subprocess.run(
            command,
            cwd=self.site,
            env=self._environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout + done.stderr

    def run_block(self, block: str, **environment: str) -> str:
        """Run a block of shell as it stands."""
        return self.run("sh", "-e", "-c", block, **environment)

    def shell(self, script: str) -> str:
        return self.run("python", "manage.py", "shell", "-c", script)

    def edit(self, path: Path, before: str, lines: str) -> None:
        """Put *lines*, with its indent, before the one line that begins with *before*."""
        text = path.read_text()
        [place] = re.finditer(rf"^( *){re.escape(before)}", text, re.MULTILINE)
        path.write_text(text[: place.start()] + textwrap.indent(lines, place[1]) + text[place.start() :])

    @contextlib.contextmanager
    def serving(self):
        """The site's own web server; nothing that it started is left afterwards."""
        log = self.folder / "server.log"
        processes = Processes()
        server = processes.start(
            ["python", "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"],
            env=self._environment,
            log=log,
            cwd=self.site,
        )

        def answers():
            assert server.poll() is None, log.read_text()
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(self.address, timeout=PATIENCE).status_code == 200

        try:
            wait_for(answers, "the web server")
            yield
        finally:
            processes.kill_all()

    @property
    def _environment(self) -> dict[str, str]:
        mine = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
        kept = {name: value for name, value in os.environ.items() if name not in mine and not name.startswith("COV_")}
        return kept | {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}


def build_wheel(folder: Path) -> Path:
    """Build the wheel from a copy of the sources; return the folder it is in."""
    source, out = folder / "source", folder / "wheel"
    source.mkdir()
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "wagtail_clientportal", source / "wagtail_clientportal", ignore=ignored)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", *_without_the_network(), "--outdir", out, source],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return out


def _without_the_network() -> list[str]:
    try:
        newest = int(importlib.metadata.version("setuptools").partition(".")[0])
    except importlib.metadata.PackageNotFoundError:
        return []
    return ["--no-isolation"] if newest >= 77 else []  # as pyproject.toml asks


def lend_packages(site: FreshSite) -> None:
    """Let the new environment use what is installed where the tests run: the app's requirements, not the app.

    Done after the app was installed, so that pip doesn't take a checkout of it for the app itself. A path that a .pth
    file names comes after the environment's own packages, and .pth files inside it aren't read.
    """
    [packages] = site.folder.glob("venv/lib/python*/site-packages")
    lent = dict.fromkeys(sysconfig.get_paths()[name] for name in ("purelib", "platlib"))
    (packages / "lent.pth").write_text("".join(f"{path}\n" for path in lent))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A fresh site with the README's steps done, up to the records."""
    folder = tmp_path_factory.mktemp("install")
    site, readme = FreshSite(folder), Readme()
    site.site.mkdir()
    subprocess.run(
        [sys.executable, "-c", "from wagtail.bin.wagtail import main; main()", "start", "mysite", site.site],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
    )
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=PATIENCE)
    wheels = build_wheel(folder)
    site.run_block(
        readme.lines("sh", "Into a Wagtail site that exists"),
        PIP_NO_INDEX="1",
        PIP_NO_DEPS="1",
        PIP_FIND_LINKS=str(wheels),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    lend_packages(site)

    site.edit(site.settings, '"wagtail.admin",', readme.lines("python", "Add to `INSTALLED_APPS` in the settings"))
    middleware = readme.lines("python", "Add to `MIDDLEWARE`, first")
    site.edit(site.settings, '"django.middleware.security.SecurityMiddleware",', middleware)
    urls = readme.lines("python", "Add to `urlpatterns` in `urls.py`, before the line with `wagtail_urls`")
    site.edit(site.urls, 'path("", include(wagtail_urls))', urls)
    with site.settings.open("a") as settings:
        settings.write(readme.lines("python", "Add the worker's queue to the settings"))
    # “On SQLite, give DATABASES["default"] the OPTIONS that `manage.py check` names.”
    named = site.run("python", "manage.py", "check")
    [options] = re.findall(r"""^ *"OPTIONS": \{\n(?: +".*\n)+? *\},\n""", named, re.MULTILINE)
    site.edit(site.settings, '"ENGINE": "django.db.backends.sqlite3"', textwrap.dedent(options))
    site.checked = site.run_block(readme.lines("sh", "Make the tables, and hear what is still missing"))
    site.told = site.shell(WHERE_FROM + RECORDS.replace("{port}", str(site.port)) + STARTS)
    return site


def test_after_the_readmes_steps_check_has_nothing_to_say(fresh):
    assert "System check identified no issues (0 silenced)" in fresh.checked


def test_the_app_in_the_fresh_site_is_the_wheels(fresh):
    [where] = re.findall(r"^from (.*)$", fresh.told, re.MULTILINE)
    assert Path(where).is_relative_to(fresh.folder / "venv")


def test_a_client_changes_an_appointment_in_the_fresh_site(fresh):
    with fresh.serving():
        browser = Browser(fresh.address)
        browser.open("/portal/").press("Send me a link", contact="margaret@example.org")
        assert browser.heading == "Look for our message"
        # A new site's email goes to the terminal, that of the command that sends it.
        link = only_link(fresh.run("python", "manage.py", "clientportal_send"))
        assert link.startswith(f"{fresh.address}/p/")
        browser.open(link).press("Continue", day="9", month="12", year="1956", postcode="sw1a 1aa")
        assert browser.heading == "Your appointments"
        for sheet in browser.soup.select("link[rel=stylesheet]"):
            assert Browser(fresh.address).open(sheet["href"]).status == 200
        browser.follow("Change or cancel").follow("Change the date or time")
        browser.open(browser.links("start=")[0]).press("Change my appointment")
        assert "Your appointment has been changed" in browser.text
    [before], [after] = (re.findall(r"^starts (.*)$", told, re.MULTILINE) for told in (fresh.told, fresh.shell(STARTS)))
    assert after != before
