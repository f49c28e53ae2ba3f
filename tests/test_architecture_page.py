"""The page about the house names rooms, files and tests that exist, and every room."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "wagtail_clientportal"
TEXT = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`((?:\w+/)*\w+(?:/|\.py))`", TEXT))


def test_what_the_page_names_exists():
    missing = [name for name in NAMED if not (APP / name).exists() and not (ROOT / "tests" / name).exists()]
    assert len(NAMED) > 50 and not missing


def test_the_page_names_every_room():
    no_rooms = {"locale", "migrations", "static", "templates", "__pycache__"}
    rooms = {f"{one.name}/" for one in APP.iterdir() if one.is_dir() and one.name not in no_rooms}
    rooms |= {f"staff/{one.name}/" for one in (APP / "staff").iterdir() if one.is_dir() and one.name != "__pycache__"}
    assert rooms <= NAMED


def test_every_rule_names_a_test():
    rules = TEXT.partition("| Rule | Kept in | Test |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(rules) > 10
    for rule in rules:
        tests = re.findall(r"`([^`]+)`", rule.strip("|").split("|")[2])
        assert tests and all((ROOT / "tests" / test).is_file() for test in tests), rule
