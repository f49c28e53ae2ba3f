"""The sdist holds all that the tests need, the wheel all that the app needs to run; both ask for what they use."""

import ast
import configparser
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "wagtail_clientportal"
# What of the repository nobody needs who has no git.
NOT_IN_THE_SDIST = {".gitignore"}


def sources() -> set[str]:
    """Every file of the repository; of an unpacked sdist, which has no git, those that it lists itself."""
    if not (ROOT / ".git").exists():
        return set((ROOT / f"{PACKAGE}.egg-info/SOURCES.txt").read_text(encoding="utf-8").splitlines())
    known = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(known, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


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
def dist(tmp_path_factory):
    """The folder with an sdist, made of a copy of the sources, and a wheel, made of the sdist."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in sources():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    run("build", "--outdir", out, source)
    return out


def run(*command: str | Path) -> None:
    """Run a module of Python's to its good end."""
    done = subprocess.run(
        [sys.executable, "-m", *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture(scope="module")
def wheel(dist):
    """What is in the wheel, by its name there."""
    (path,) = dist.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_sdist_holds_what_the_repository_does(dist):
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        held = {one.name.partition("/")[2] for one in archive if one.isfile()}
    made = {name for name in held | sources() if name == "PKG-INFO" or ".egg-info/" in name}
    assert held - made == sources() - made - NOT_IN_THE_SDIST


def test_the_whole_app_and_nothing_else_is_in_the_wheel(wheel):
    app = {name for name in sources() if name.startswith(f"{PACKAGE}/")}
    assert {name for name in wheel if ".dist-info/" not in name} == app
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)


def test_pypi_can_show_the_readme_and_its_links_lead_somewhere_from_there(dist, wheel):
    run("twine", "check", "--strict", *dist.iterdir())
    [metadata] = [content.decode() for name, content in wheel.items() if name.endswith(".dist-info/METADATA")]
    links = re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", metadata)
    assert len(links) > 20
    assert not [link for link in links if not "".join(link).startswith("https://")]


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
