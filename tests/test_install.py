"""From `wagtail start` to a client's first change: by the README's steps, followed to the letter with the wheel that
people get, and then by the first steps on the admin's home page alone.

Nothing is typed here that the README doesn't say: commands and lines are read from its code blocks, so that an edit to
the README is an edit to this test. In the browser only that is clicked to which a first step leads.
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
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.blackbox.clinic_site import wait_for
from tests.processes import ROOT, Processes
from tests.requirements import chromium_path, require

PATIENCE = 120  # seconds that any one command may take

pytestmark = pytest.mark.skipif(importlib.util.find_spec("build") is None, reason="needs “build” to make a wheel")

# What a live site has beside what `wagtail start` and the README say.
HOST = "clinic.example"
LIVE = f"""
SECRET_KEY = "for this test only"
ALLOWED_HOSTS = ["{HOST}"]
TIME_ZONE = "Europe/London"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
"""
LIVE_SETTINGS = {"DJANGO_SETTINGS_MODULE": "mysite.settings.production"}
BOSS = {"DJANGO_SUPERUSER_USERNAME": "boss", "DJANGO_SUPERUSER_PASSWORD": "tea and biscuits"}
# Long enough before it to be changed: any day will do, so a real one does.
A_DAY = date.today() + timedelta(days=4)
MAKE_CERTIFICATE = (
    *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"),
    *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
)
WHERE_FROM = "import wagtail_clientportal; print('from', wagtail_clientportal.__file__)"
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
        """The site, live, under its own name by HTTPS; nothing that was started is left afterwards."""
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        self.run(*MAKE_CERTIFICATE, "-keyout", str(key), "-out", str(certificate))
        log, processes = self.folder / "server.log", Processes()
        gunicorn = ["gunicorn", "mysite.wsgi", "--bind", f"127.0.0.1:{self.port}", "--threads", "4"]
        server = processes.start(
            ["python", "-m", *gunicorn, f"--keyfile={key}", f"--certfile={certificate}"],
            env=self._environment | LIVE_SETTINGS,
            log=log,
            cwd=self.site,
        )

        def listens():
            assert server.poll() is None, log.read_text()
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE).close()
                return True

        try:
            wait_for(listens, "the web server")
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
    for name in ("pyproject.toml", "setup.cfg", "setup.py", "README.md", "LICENSE"):
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
    """A fresh site with the README's steps done, up to what is done in the admin."""
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
    return site


def test_after_the_readmes_steps_check_has_nothing_to_say(fresh):
    assert "System check identified no issues (0 silenced)" in fresh.checked


def test_the_app_in_the_fresh_site_is_the_wheels(fresh):
    [where] = re.findall(r"^from (.*)$", fresh.shell(WHERE_FROM), re.MULTILINE)
    assert Path(where).is_relative_to(fresh.folder / "venv")


@pytest.fixture
def open_page(fresh):
    """A function that opens a page, for somebody of their own, in a browser that knows the live site alone."""
    require("chromium")
    (fresh.site / "mysite/settings/local.py").write_text(LIVE)
    for command in (["collectstatic", "--no-input"], ["createsuperuser", "--no-input", "--email=boss@harbour.example"]):
        fresh.run("python", "manage.py", *command, **LIVE_SETTINGS, **BOSS)
    with fresh.serving(), sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{fresh.port}, MAP * ~NOTFOUND"
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", rules])

        def open_page(width):
            context = browser.new_context(
                base_url=f"https://{HOST}", ignore_https_errors=True, viewport={"width": width, "height": 900}
            )
            context.set_default_timeout(PATIENCE * 1000)
            # As nginx does; a file that isn't there is an error.
            context.route("**/static/**", lambda route: route.fulfill(path=fresh.site / path_of(route.request.url)))
            return context.new_page()

        yield open_page
        browser.close()


def path_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def send(page, button):
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).first.click()


def save(page, button="Save"):
    page.get_by_role("button", name=button, exact=True).first.click()
    page.locator(".messages .success").first.wait_for()


def fill_in(page, values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def name_site(page, fresh):
    fill_in(page, {"hostname": HOST, "port": "443"})
    save(page)


def publish_page(page, fresh):
    fill_in(page, {"title": "Your appointments"})
    page.locator("[name=title]").blur()
    page.wait_for_function("document.querySelector('[name=slug]').value")  # which a script makes of it, a moment later
    page.get_by_role("button", name="More actions").first.click()
    save(page, "Publish")


def start_sending(page, fresh):
    [command] = re.findall(r"“(python manage.py clientportal_send)”", page.locator("[data-step=worker]").inner_text())
    fresh.run_block(command, **LIVE_SETTINGS)


def say_who(page, fresh):
    fill_in(page, {"clinic_name": "Harbour Clinic", "phone": "020 7946 0999", "notify_email": "desk@harbour.example"})
    save(page)


def add_location(page, fresh):
    fill_in(page, {"name": "Harbour Rooms"})
    save(page, "Create")


def add_type(page, fresh):
    fill_in(page, {"name": "Follow-up", "duration_minutes": "30"})
    save(page, "Create")


def add_clinician(page, fresh):
    fill_in(page, {"name": "Ada Osei"})
    page.get_by_label("Harbour Rooms").check()
    page.get_by_label("Follow-up").check()
    save(page, "Create")


def enter_hours(page, fresh):
    page.get_by_role("button", name="Add hours").click()
    page.locator("[name=working_hours-0-weekday]").select_option(f"{A_DAY:%A}")
    fill_in(page, {"working_hours-0-start": "9am", "working_hours-0-end": "5pm"})
    save(page)


def switch_on(page, fresh):
    page.locator("[name=enabled]").check()
    save(page)


def add_client(page, fresh):
    fill_in(page, {"first_name": "Margaret", "last_name": "Hale", "email": "margaret@example.org"})
    fill_in(page, {"date_of_birth": "9 Dec 1956", "postcode": "SW1A 1AA"})
    save(page, "Create")


def book(page, fresh):
    fill_in(page, {"find": "hale"})
    page.get_by_role("button", name="Margaret Hale").click()
    page.get_by_text("Margaret Hale is told by email.").wait_for()
    page.locator("[name=clinician]").select_option("Ada Osei")
    fill_in(page, {"date": f"{A_DAY.day} {A_DAY:%b} {A_DAY.year}", "time": "10am"})
    page.get_by_role("button", name="Book the appointment").last.click()
    page.get_by_text("Margaret Hale is booked in").wait_for()


STEPS = {
    "site_name": name_site,
    "portal_page": publish_page,
    "worker": start_sending,
    "phone": say_who,
    "location": add_location,
    "appointment_type": add_type,
    "clinician": add_clinician,
    "hours": enter_hours,
    "portal_on": switch_on,
    "client": add_client,
    "appointment": book,
}


def first_step(page):
    """Return the key of the first step that isn't done, at the home page; "" where there is no list any more."""
    page.goto("/admin/")
    left = page.locator("[data-step]:not(.clientportal-steps__done)")
    return left.first.get_attribute("data-step") if left.count() else ""


def test_the_first_steps_alone_lead_to_a_clients_first_change(fresh, open_page):
    desk, done = open_page(1280), []
    desk.goto("/admin/")
    fill_in(desk, {"username": BOSS["DJANGO_SUPERUSER_USERNAME"], "password": BOSS["DJANGO_SUPERUSER_PASSWORD"]})
    send(desk, "Sign in")
    while (key := first_step(desk)) and key not in done:
        link = desk.locator(f"[data-step={key}] a")
        if link.count():
            with desk.expect_navigation():  # and its scripts
                link.click()
        STEPS[key](desk, fresh)
        done.append(key)
    assert done == list(STEPS), desk.locator("main").inner_text()
    assert "This keeps clients from being served" not in desk.locator("main").inner_text()

    sent = fresh.run("python", "manage.py", "clientportal_send", **LIVE_SETTINGS)
    before = fresh.shell(STARTS)
    phone = open_page(390)
    phone.goto(re.findall(rf"https://{HOST}/p/[0-9A-Za-z]+/", sent)[0])
    fill_in(phone, {"day": "9", "month": "12", "year": "1956", "postcode": "sw1a 1aa"})
    send(phone, "Continue")
    phone.get_by_role("link", name="Change the date or time").click()
    phone.locator("a[href*='start=']").first.click()
    send(phone, "Change my appointment")
    phone.get_by_text("Your appointment has been changed").wait_for()
    assert fresh.shell(STARTS) != before
