"""The wheel holds everything that the app needs to run."""

import ast
import configparser
import importlib.metadata
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "wagtail_clientportal"
# What isn't code and has to be in the wheel all the same.
DATA = {".html", ".txt", ".css", ".js", ".svg", ".po", ".mo", ".png"}


def shipped() -> set[str]:
    """Every file of the package that an installed app needs, by its path in the wheel."""
    files = (path for path in (ROOT / PACKAGE).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in files if path.suffix in DATA | {".py", ".typed"}}


def normal(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required() -> dict[str, set[str]]:
    """What setup.cfg asks for: "" for every install, else an extra's name -> distributions."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    lists = {"": config["options"]["install_requires"], **config["options.extras_require"]}
    return {
        extra: {normal(re.match(r"[\w.-]+", line)[0]) for line in lines.split("\n") if line}
        for extra, lines in lists.items()
    }


def imported() -> set[str]:
    """The top-level modules that the package's code imports and that are neither Python's own nor its own."""
    found = set()
    for path in (ROOT / PACKAGE).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {PACKAGE}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in a wheel that was built from a copy of the sources, so that nothing is left in the checkout."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / PACKAGE, source / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", out, source],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (path,) = out.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_templates_static_files_and_locale_are_in_the_wheel(wheel):
    missing = shipped() - wheel
    assert not missing, f"not in the wheel: {sorted(missing)}"
    assert any("/templates/" in name and name.endswith(".html") for name in wheel)
    assert any("/static/" in name and name.endswith(".css") for name in wheel)


def test_nothing_but_the_app_is_in_the_wheel(wheel):
    others = {name for name in wheel if not name.startswith(f"{PACKAGE}/") and ".dist-info/" not in name}
    assert not others


def test_the_licence_is_in_the_wheel(wheel):
    assert any(name.endswith("LICENSE") for name in wheel)


def test_whatever_the_app_imports_is_required():
    of_module, wanted = importlib.metadata.packages_distributions(), required()
    asked_for = wanted[""] | wanted["sms"] | wanted["worker"] | wanted["second-factor"] | wanted["payments"]
    missing = {module for module in imported() if not {normal(one) for one in of_module.get(module, [])} & asked_for}
    assert not missing, f"neither in install_requires nor in an extra: {sorted(missing)}"


def test_the_worker_is_an_extra_which_the_suite_has():
    wanted = required()
    assert wanted["worker"] == {"django-q2"} <= wanted["test"]
    assert not wanted["worker"] & wanted[""]


def test_whatever_is_required_is_used():
    of_module = importlib.metadata.packages_distributions()
    used = {normal(one) for module in imported() for one in of_module.get(module, [])}
    assert not required()[""] - used
