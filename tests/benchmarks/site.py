"""Settings of a site for ``bench_pages``: the tests' own, the sandbox's home page, and connections that stay open."""

import os

from sandbox.settings import SANDBOX
from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = ["sandbox.home", *INSTALLED_APPS]
TEMPLATES[0]["DIRS"] = [SANDBOX / "templates"]
DATABASES["default"]["CONN_MAX_AGE"] = 600
# The web server works on the database that the benchmark has made.
DATABASES["default"]["NAME"] = os.environ.get("CLIENTPORTAL_BENCH_DATABASE", DATABASES["default"]["NAME"])
