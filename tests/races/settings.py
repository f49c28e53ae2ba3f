"""Settings of the racing processes: the suite's own, with the database that the race is held on."""

import json
import os
from datetime import timedelta

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, WAGTAIL_CLIENTPORTAL

DATABASES = {"default": json.loads(os.environ["CLIENTPORTAL_RACE_DATABASE"])}

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "django.contrib.postgres"]
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS.append("django.contrib.postgres")

WAGTAIL_CLIENTPORTAL = WAGTAIL_CLIENTPORTAL | {
    # On a busy machine one of eight may wait long for its turn, which says nothing about who may book what.
    "LOCK_TIMEOUT": timedelta(seconds=60),
    # The same eight clients run round after round.
    "CHANGES_PER_CLIENT": 1000,
}
