"""A site that lets cron send has no django-q2, and misses nothing of it."""

import os
import subprocess
import sys

import pytest

from tests.processes import ROOT

SETTINGS = """
from tests.settings import *

INSTALLED_APPS.remove("django_q")
del Q_CLUSTER
DATABASES["default"]["NAME"] = {database!r}
EMAIL_BACKEND, EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", {mail!r}
"""
NOT_INSTALLED = 'raise ModuleNotFoundError(f"No module named {__name__!r}", name=__name__)\n'
CANCEL_ONE = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import Clinic
from wagtail_clientportal.actions.cancel import cancel

clinic = Clinic()
start = timezone.now().replace(second=0, microsecond=0) + timedelta(days=5)
cancel(clinic.book(start=start), by=clinic.client)
"""


@pytest.fixture(scope="module")
def manage(tmp_path_factory):
    """Run a command of such a site to its end; return what it printed, where it ends with *code*."""
    folder = tmp_path_factory.mktemp("cron")
    (folder / "django_q.py").write_text(NOT_INSTALLED)
    (folder / "cron_settings.py").write_text(
        SETTINGS.format(database=str(folder / "db.sqlite3"), mail=str(folder / "mail"))
    )

    def run(*command, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "django", *command],
            cwd=ROOT,
            env=os.environ
            | {
                "CLIENTPORTAL_DATABASE": "sqlite",
                "DJANGO_SETTINGS_MODULE": "cron_settings",
                "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
                "COLUMNS": "200",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        printed = done.stdout + done.stderr
        assert "Traceback" not in printed and done.returncode == code, printed
        return printed

    run.mail = folder / "mail"
    run("migrate", "--verbosity", "0")
    return run


def test_check_names_both_ways_and_no_error(manage):
    printed = manage("check", "--database", "default")
    assert 'pip install "wagtail-clientportal[worker]"' in printed
    assert "manage.py clientportal_send" in printed


def test_what_is_cancelled_is_mailed_by_cron(manage):
    manage("shell", "-c", CANCEL_ONE)
    assert not manage.mail.exists()
    manage("clientportal_send", "-v", "0")
    sent = "".join(one.read_text() for one in manage.mail.iterdir())
    assert "To: margaret@example.org" in sent


def test_cron_tidies_up_and_the_monitor_misses_no_worker(manage):
    manage("clientportal_send", "-v", "0")
    manage("clientportal_purge", "-v", "0")
    printed = manage("clientportal_health", "--json", code=1)  # the links of a new site lead to localhost
    assert "site_unreachable" in printed and "worker" not in printed


def test_the_worker_says_what_brings_it(manage):
    assert 'pip install "wagtail-clientportal[worker]"' in manage("clientportal_worker", code=1)
