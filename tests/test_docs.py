"""The README and the pages it leads to say what is so."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from wagtail_clientportal.checks.portal_settings import written
from wagtail_clientportal.communications.variables import variables_for
from wagtail_clientportal.conf import DEFAULTS
from wagtail_clientportal.models import CommunicationTemplate
from wagtail_clientportal.outbox.schedule import Q_CLUSTER_LINES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ["README.md", *(str(one.relative_to(ROOT)) for one in ROOT.glob("docs/**/*.md"))]
MESSAGES = (ROOT / "docs/how-to/messages.md").read_text(encoding="utf-8")
WORKER = (ROOT / "docs/how-to/worker.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_reference_with_its_default():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| `(.+?)` \|", SETTINGS, re.MULTILINE))
    told = {name: shown.replace('"', "'") for name, shown in rows.items()}
    assert told == {name: written(value).replace('"', "'") for name, value in DEFAULTS.items()}


@pytest.mark.parametrize("event", [event for event, _label in CommunicationTemplate.OCCASIONS])
def test_the_variables_of_a_message_are_those_that_the_how_to_lists(event):
    about_appointments, *links = re.findall(r"^\| Variable \| Is \|\n((?:\|.*\n)+)", MESSAGES, re.MULTILINE)
    table = dict(zip(["sign_in", "confirm_booking", "paid", "paid_in_vain"], links, strict=True)).get(event, "")
    if event == "paid" or not table:
        table = about_appointments + table
    rows = [row.split("|")[1:3] for row in table.splitlines()]
    told = [(name, "Emails only." in meaning) for names, meaning in rows for name in re.findall(r"`(\w+)`", names)]
    assert sorted(told) == sorted((one.name, one.is_html) for one in variables_for(event).values())


# Those of docs/ hold where `make docs` does.
@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_links_into_the_docs_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^):]+)\)|src=\"([^\"]+)\"", text)
    assert not [one for one in map("".join, targets) if not (ROOT / one.partition("#")[0]).exists()]


def test_the_map_names_files_that_exist():
    rows = README.partition("## Where is what")[2].partition("## Licence")[0]
    names = re.findall(r"`((?:\w+/)+(?:\w+\.py)?)`", rows.replace("`wagtail_clientportal/`", ""))
    assert len(names) >= 7
    assert not [name for name in names if not (ROOT / "wagtail_clientportal" / name).exists()]


def test_the_worker_line_is_the_one_that_check_gives():
    assert Q_CLUSTER_LINES in README


def in_worker_docs(language):
    [block] = re.findall(rf"^```{language}\n(.*?)^```$", WORKER, re.MULTILINE | re.DOTALL)
    return block


def test_systemd_takes_the_workers_unit(tmp_path):
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read_string(in_worker_docs("ini"))
    service = unit["Service"]
    assert service["ExecStart"].startswith("/") and service["ExecStart"].endswith("manage.py clientportal_worker")
    # The worker alone is told to end, and has longer for it than any task may take.
    assert service["KillMode"] == "mixed" and service["Restart"] == "always"
    timeout = int(re.search(r'"timeout": (\d+)', Q_CLUSTER_LINES)[1])
    assert int(service["TimeoutStopSec"]) > timeout
    if shutil.which("systemd-analyze"):
        path = tmp_path / "clientportal-worker.service"
        # Of this machine, which has no such site.
        path.write_text(in_worker_docs("ini").replace("/srv/clinic/venv/bin/python", sys.executable))
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True, timeout=60
        )
        assert path.name not in done.stdout + done.stderr


def test_the_keys_that_a_monitor_reads_are_those_of_the_code():
    rows = WORKER.partition("| `key` | Meaning |")[2]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", rows, re.MULTILINE))))
    health = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "wagtail_clientportal/health").glob("*.py"))
    kinds = set(re.findall(r'Finding\(\s*f?"([\w{}.]+)"', health))
    assert told == {kind.replace("{channel.key}", channel) for kind in kinds for channel in ("email", "sms")}


@pytest.fixture
def menu(db):
    """Every way through the admin's menu, as in "Settings › Sites"."""
    request = RequestFactory().get(reverse("wagtailadmin_home"))  # which makes the menu's items
    request.user = get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret")

    def walk(items, path=()):
        for item in items:
            here = (*path, str(item.label))
            yield " › ".join(here)
            if hasattr(item, "menu"):
                yield from walk(item.menu.menu_items_for_request(request), here)

    return set(walk(admin_menu.menu_items_for_request(request)))


@pytest.mark.parametrize("page", PAGES)
def test_ways_through_the_admins_menu_are_ways(page, menu):
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    # The account isn't in the menu, and the tutorial names a button behind one of the ways.
    quoted = re.findall(r"(?:“|\*\*?)([^“”*]+ › [^“”*]+)(?:”|\*\*?)", text)
    named = {way.removesuffix(" › New appointment") for way in quoted}
    assert {way for way in named if not way.startswith("Account › ")} <= menu


def test_the_readme_gives_the_site_its_name_before_the_portal_is_switched_on():
    step = README.partition("6. In the Wagtail admin")[2].partition("[The tutorial]")[0]
    assert 0 < step.index("Settings › Sites") < step.index("switch the portal on")
