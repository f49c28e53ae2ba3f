"""docs/how-to/uninstall.md, followed to the letter on a site with the demo clinic."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOW_TO = (ROOT / "docs/how-to/uninstall.md").read_text(encoding="utf-8")
PATIENCE = 120  # seconds that any one command may take

AFTER = """
from sandbox.settings import *

GONE = ("wagtail_clientportal", "wagtail_modeladmin")
INSTALLED_APPS = [one.removeprefix("sandbox.") for one in INSTALLED_APPS if one not in GONE]
MIDDLEWARE = [one for one in MIDDLEWARE if not one.startswith("wagtail_clientportal")]
del WAGTAIL_CLIENTPORTAL
ROOT_URLCONF = "urls_after"
"""
URLS_AFTER = """
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
"""
VISIT = """
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from wagtail.models import Page

browser = Client()
assert browser.get("/").status_code == 200
assert browser.get("/portal/").status_code == 404
browser.force_login(get_user_model().objects.filter(is_superuser=True).first())
home = Page.objects.get(depth=2)
for url in ("/admin/", f"/admin/pages/{home.pk}/", f"/admin/pages/{home.pk}/edit/", "/admin/groups/", "/admin/users/",
            "/admin/reports/site-history/", "/admin/sites/", "/admin/workflows/list/"):
    assert browser.get(url).status_code == 200, url
left = [name for name in connection.introspection.table_names() if name.startswith("wagtail_clientportal")]
assert left == [], left
from django_q.models import Schedule
assert not Schedule.objects.exists()
print("visited")
"""


MODELS_AFTER = "from wagtail.blocks import StructBlock as BookAppointmentBlock, StructBlock as ManageAppointmentBlock"


def take_out_of(home):
    """The first step: a copy of the site's own app in the folder *home*, without the portal's blocks."""
    shutil.copytree(ROOT / "sandbox/home", home)
    edited = [(home / "apps.py", r'"sandbox\.home"', '"home"')]
    edited += [(home / "models.py", r"from wagtail_clientportal.*", MODELS_AFTER)]
    edited += [
        (path, r"wagtail_clientportal\.pages\.blocks\.\w+", "wagtail.blocks.CharBlock")
        for path in home.glob("migrations/*.py")
    ]
    for path, words, instead in edited:
        path.write_text(re.sub(words, instead, path.read_text("utf-8")), "utf-8")


def test_the_how_tos_steps_leave_a_site_that_works_without_the_app(tmp_path, migrated_sandbox):
    commands = re.findall(r"^python (manage\.py .*)$", HOW_TO, re.MULTILINE)
    assert [one.split()[1] for one in commands] == ["clientportal_uninstall", "clientportal_uninstall", "migrate"]
    take_out_of(tmp_path / "home")
    (tmp_path / "settings_after.py").write_text(AFTER)
    (tmp_path / "urls_after.py").write_text(URLS_AFTER)
    environment = os.environ | {
        "SANDBOX_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "sandbox.settings",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
    }

    def run(*command, answer="", **more):
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", *command],
            cwd=ROOT,
            env=environment | more,
            input=answer,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
        return done.stdout

    (tmp_path / "var").mkdir()
    shutil.copy(migrated_sandbox, tmp_path / "var")
    run("sandbox_clinic", "--port=8000", "--password=tea and biscuits")
    for command in commands:
        words = command.replace("../clinic-export", str(tmp_path / "export")).split()[1:]
        run(*words, answer="uninstall\n")
    with (tmp_path / "export/clients.csv").open(encoding="utf-8-sig", newline="") as file:
        clients = list(csv.DictReader(file))
    assert len(clients) == len(list((tmp_path / "export/clients").iterdir())) > 10
    after = {"DJANGO_SETTINGS_MODULE": "settings_after"}
    assert "no issues" in run("check", **after)
    run("migrate", "--check", **after)
    assert "visited" in run("shell", "-c", VISIT, **after)
