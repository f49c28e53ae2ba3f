"""The house itself: who may import whom, and that models and migrations agree."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def test_rooms_import_only_from_floors_below_them():
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_foreign_keys_that_point_up_are_those_that_stand_beside_the_floors():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    [contract] = tomllib.loads(text)["tool"]["importlinter"]["contracts"][:1]
    floor = {room: number for number, rooms in enumerate(contract["layers"]) for room in rooms.split(" | ")}
    found = set()
    for model in apps.get_app_config("wagtail_clientportal").get_models():
        for field in model._meta.get_fields():
            other = field.related_model
            if field.auto_created or not other or other._meta.app_label != "wagtail_clientportal":
                continue
            room, its_room = room_of(model), room_of(other)
            if floor[its_room] < floor[room] or (floor[its_room] == floor[room] and its_room != room):
                found.add(f"{room}.{model.__name__}.{field.name} -> {its_room}.{other.__name__}")
    assert set(re.findall(r"^#   (\S+ -> \S+)$", text, re.MULTILINE)) == found


def room_of(model) -> str:
    return model.__module__.split(".")[1]


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "wagtail_clientportal", check=True, dry_run=True, verbosity=0)


def test_the_sandbox_has_its_migrations_too(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "SANDBOX_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_file_knows_modeladmin():
    app = ROOT / "wagtail_clientportal"
    files = [*app.rglob("*.py"), *app.rglob("*.html")]
    knowing = re.compile(r"^\s*(from|import) wagtail_modeladmin|modeladmin/|modeladmin_tags", re.MULTILINE)
    found = {str(path.relative_to(app)) for path in files if knowing.search(path.read_text("utf-8"))}
    assert found == {"staff/common/registers.py"}


def test_the_staffs_house_spells_the_names_of_its_urls_in_one_file():
    staff = ROOT / "wagtail_clientportal" / "staff"
    name = re.compile(r"""["'](clientportal_[^"' ]+:|wagtail_clientportal_[^"' ]+_modeladmin_|wagtailadmin_home)""")
    found = {str(path.relative_to(staff)) for path in staff.rglob("*.py") if name.search(path.read_text("utf-8"))}
    assert found <= {"common/urls.py"}
