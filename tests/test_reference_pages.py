"""The pages for whoever runs a site, or writes code for one, name everything that there is, as it is."""

import ast
import configparser
import importlib
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand
from wagtail import hooks

from wagtail_clientportal.actions import refusals
from wagtail_clientportal.conf import DEFAULTS
from wagtail_clientportal.diary.free_slots import find_free_slots

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "wagtail_clientportal"
PAGES = ["README.md", *(str(one.relative_to(ROOT)) for one in sorted(ROOT.glob("docs/**/*.md")))]


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


PYTHON, CHECKS, COMMANDS = (page(f"reference/{name}.md") for name in ("python", "checks", "commands"))
DEPLOY, PRIVACY = page("how-to/deploy.md"), page("explanation/privacy.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(text):
    """The first columns of all tables in *text*, by what stands in backquotes there, with the whole row."""
    found = re.findall(r"^\| `(\w+)`(?: \*)? \|(.*)\|$", text, re.MULTILINE)
    assert len(dict(found)) == len(found), "something stands there twice"
    return dict(found)


# --- checks


def ids_in_the_code():
    """Every id that a check of the app's gives, each with the files that give it."""
    found = {}
    for path in APP.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            is_ours = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
            if is_ours and node.func.id in ("error", "warning") and isinstance(node.args[0], ast.Constant):
                found.setdefault(f"{node.func.id[0].upper()}{node.args[0].value:03}", set()).add(path.name)
        for said in re.findall(r'id="wagtail_clientportal\.([EW]\d{3})"', text):
            found.setdefault(said, set()).add(path.name)
    return found


def test_every_check_stands_on_its_page_and_each_id_means_one_thing():
    found = ids_in_the_code()
    assert set(rows(CHECKS)) == set(found)
    assert {said: files for said, files in found.items() if len(files) > 1} == {}


def test_the_tests_that_the_page_of_checks_names_ask_for_that_id():
    for said, row in rows(CHECKS).items():
        named = re.findall(r"`([\w/]+\.py)`", row)[-1]
        assert said in (ROOT / "tests" / named).read_text(encoding="utf-8")


# --- commands


def commands():
    return sorted(name for name, app in get_commands().items() if app == "wagtail_clientportal")


def parser_of(name):
    return load_command_class("wagtail_clientportal", name).create_parser("manage.py", name)


def options_of(name):
    django = {option for action in BaseCommand().create_parser("", "")._actions for option in action.option_strings}
    ours = {option for action in parser_of(name)._actions for option in action.option_strings} - django
    return {one for one in ours if one.startswith("--")}


def test_every_command_stands_on_its_page_with_all_its_options():
    told = rows(COMMANDS)
    assert sorted(told) == commands()
    for name in commands():
        assert set(re.findall(r"`(--[\w-]+)`", told[name])) == options_of(name)


@pytest.mark.parametrize("name", PAGES)
def test_commands_are_written_as_they_can_be_run(name):
    text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    for command, rest in re.findall(r"manage\.py (clientportal_\w+)((?: -{1,2}[\w-]+(?:[= ][\w./]+)?)*)", text):
        assert command in commands()
        assert set(re.findall(r"--[\w-]+", rest)) <= options_of(command) | {"--verbosity"}


# --- Python


def signatures():
    """The parameters of each function whose call stands in a code block of the page, by its name."""
    blocks = "".join(re.findall(r"^```python\n(.*?)^```$", PYTHON, re.MULTILINE | re.DOTALL))
    found = re.findall(r"^(\w+)\((.*?)\)$", blocks, re.MULTILINE | re.DOTALL)
    return {name: [one.strip() for one in inside.split(",") if one.strip()] for name, inside in found}


def written(function):
    """The same of the function itself."""
    found = []
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.KEYWORD_ONLY and "*" not in found:
            found.append("*")
        if one.kind is one.VAR_KEYWORD:
            found.append(f"**{one.name}")
        elif one.default is one.empty:
            found.append(one.name)
        else:
            default = getattr(one.default, "value", one.default)
            found.append(f"{one.name}={default!r}".replace("'", '"'))
    return found


def actions():
    """The functions of ``actions/`` by which somebody, or a system, acts: those that say by whom."""
    for path in sorted((APP / "actions").glob("*.py")):
        module = importlib.import_module(f"wagtail_clientportal.actions.{path.stem}")
        for name, function in vars(module).items():
            is_its_own = inspect.isfunction(function) and function.__module__ == module.__name__
            if is_its_own and not name.startswith("_") and "by" in inspect.signature(function).parameters:
                yield name, function


# What only the portal's own screens, and the import, call
OF_ITS_OWN = {"request_booking", "held_diaries"}


def test_every_action_stands_on_the_page_with_its_signature():
    told = signatures()
    known = dict(actions())
    assert len(known) > 20
    assert set(known) - OF_ITS_OWN - set(told) == {"decline_time_off"} and "`decline_time_off`" in PYTHON
    for path in (APP / "actions").glob("*.py"):
        module = importlib.import_module(f"wagtail_clientportal.actions.{path.stem}")
        known |= {name: function for name, function in vars(module).items() if inspect.isfunction(function)}
    known["find_free_slots"] = find_free_slots
    assert told == {name: written(known[name]) for name in told}


def test_every_refusal_stands_on_the_page():
    names = {
        name
        for name, one in vars(refusals).items()
        if inspect.isclass(one) and issubclass(one, refusals.Refused) and not name.startswith("_")
    }
    told = set(re.findall(r"`(\w+)`", PYTHON.partition("## Refusals")[2].partition("## Free times")[0]))
    assert names - {"Refused"} <= told
    assert {one for one in told if one[0].isupper()} <= names


def test_every_hook_stands_on_the_page():
    asked = {
        name
        for path in APP.rglob("*.py")
        for name in re.findall(r'^HOOK = "(\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    told = rows(PYTHON.partition("## Hooks")[2])
    assert set(told) == asked
    assert all(name in page("how-to/extend.md") for name in asked)
    assert not [name for name in asked if hooks._hooks.get(name)]  # the app itself registers none: they are the site's


# --- putting it into service


def blocks(text, language):
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


def test_systemd_takes_the_web_servers_unit(tmp_path):
    [text] = blocks(DEPLOY, "ini")
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read_string(text)
    assert "gunicorn" in unit["Service"]["ExecStart"] and "--access-logfile" not in unit["Service"]["ExecStart"]
    if shutil.which("systemd-analyze"):
        path = tmp_path / "clinic.service"
        # Of this machine, which has no such site.
        path.write_text(text.replace("/srv/clinic/venv/bin/gunicorn", sys.executable))
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True, timeout=60
        )
        assert path.name not in done.stdout + done.stderr


def test_the_web_servers_log_is_masked_as_the_security_reference_says():
    [nginx] = blocks(DEPLOY, "nginx")
    [masked] = blocks(page("reference/security.md"), "nginx")
    for line in masked.splitlines():
        assert line.startswith("access_log") or line in nginx
    assert "access_log /var/log/nginx/clinic.log masked;" in nginx


def test_the_settings_of_a_live_site_are_python_and_leave_check_deploy_nothing_to_say_of_the_portal():
    lines, _in_containers = blocks(DEPLOY, "python")
    values = {}
    exec(lines, values)
    assert values["WAGTAIL_CLIENTPORTAL"].keys() <= DEFAULTS.keys()
    assert values["SECURE_SSL_REDIRECT"] and values["SESSION_COOKIE_SECURE"] and not values["DEBUG"]


def test_the_worker_in_a_container_has_longer_to_end_than_a_task_may_take():
    [compose] = blocks(DEPLOY, "yaml")
    grace = int(re.search(r"stop_grace_period: (\d+)s", compose)[1])
    assert grace > int(re.search(r'"timeout": (\d+)', README)[1])
    assert "command: python manage.py clientportal_worker" in compose


# --- privacy


def test_how_long_things_are_kept_names_every_setting_of_the_purge_and_its_default():
    kept = PRIVACY.partition("| What | Is kept | Setting |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([A-Z_]+)`", kept))
    assert named == {name for name in DEFAULTS if name.startswith("PURGE_")} | {"BOOKING_REQUEST_LIFETIME"}
    for name in named:
        [row] = [line for line in kept.splitlines() if f"`{name}`" in line]
        default = DEFAULTS[name]
        assert ("for good" in row) == (default is None)
    assert DEFAULTS["PURGE_APPOINTMENT_LINKS_AFTER"].days == DEFAULTS["PURGE_ATTEMPTS_AFTER"].days == 30
    assert DEFAULTS["PURGE_SIGN_IN_LINKS_AFTER"].days == DEFAULTS["PURGE_BOOKED_REQUESTS_AFTER"].days == 1
    assert DEFAULTS["BOOKING_REQUEST_LIFETIME"].seconds == 6 * 3600


def test_the_actions_that_serve_somebodys_rights_are_actions():
    named = re.findall(r"`actions\.(\w+)`", PRIVACY)
    assert len(named) == 5 and set(named) <= signatures().keys()
