"""Settings of the racing processes: the suite's own, with the database that the race is held on."""

import json
import os

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

DATABASES = {"default": json.loads(os.environ["CLIENTPORTAL_RACE_DATABASE"])}

INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "django.contrib.postgres"]
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS.append("django.contrib.postgres")
