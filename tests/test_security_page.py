"""What the security reference names exists: each test, each file."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs/reference/security.md").read_text(encoding="utf-8")
# promise | enforced in | test | ASVS
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.partition("## Deviations")[0].splitlines()
    if line.startswith("| ") and not line.startswith(("| Promise", "| ---"))
]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def names_of_tests_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_promise_names_where_it_is_enforced_and_what_tests_it():
    assert len(ROWS) > 60
    assert not [row for row in ROWS if len(row) != 4 or not named(row[1]) or not named(row[2])]


def test_every_test_that_a_promise_names_exists():
    missing = []
    for row in ROWS:
        for test in named(row[2]):
            path, _colons, name = test.partition("::")
            if not (ROOT / "tests" / path).exists() or name not in names_of_tests_in(ROOT / "tests" / path):
                missing.append(test)
    assert not missing


def test_every_file_that_enforces_a_promise_exists():
    files = [name for row in ROWS for name in named(row[1])]
    assert not [name for name in files if not (ROOT / "wagtail_clientportal" / name).exists()]


def test_a_requirement_is_a_number_of_the_standard_or_a_dash():
    assert not [row for row in ROWS if not re.fullmatch(r"–|\d+\.\d+\.\d+(, \d+\.\d+\.\d+)*", row[3])]
