"""The README and the pages it leads to say what is so."""

import re
from pathlib import Path

import pytest

from wagtail_clientportal import checks
from wagtail_clientportal.conf import DEFAULTS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_reference_with_its_default():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| `(.+?)` \|", SETTINGS, re.MULTILINE))
    told = {name: shown.replace('"', "'") for name, shown in rows.items()}
    assert told == {name: checks.written(value).replace('"', "'") for name, value in DEFAULTS.items()}


@pytest.mark.parametrize("page", ["README.md", *(str(one.relative_to(ROOT)) for one in ROOT.glob("docs/**/*.md"))])
def test_links_inside_the_docs_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    missing = [target for target in targets if not (ROOT / page).parent.joinpath(target.partition("#")[0]).exists()]
    assert not missing


def test_the_map_names_files_that_exist():
    rows = README.partition("## Where is what")[2].partition("## Licence")[0]
    names = re.findall(r"`((?:\w+/)+(?:\w+\.py)?)`", rows.replace("`wagtail_clientportal/`", ""))
    assert len(names) >= 7
    assert not [name for name in names if not (ROOT / "wagtail_clientportal" / name).exists()]


def test_the_worker_line_is_the_one_that_check_gives():
    assert checks.Q_CLUSTER_LINES in README
