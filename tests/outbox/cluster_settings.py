"""Settings of the processes that clusters.py starts: the suite's own, with what a test hands them."""

import json
import os
from datetime import timedelta

from tests.settings import *  # noqa: F403

HANDED = json.loads(os.environ["CLIENTPORTAL_CLUSTER"])

DATABASES = {"default": HANDED["database"]}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # On a busy machine a turn may be long in coming: an email that was sent, and not noted, would be sent twice.
    DATABASES["default"]["OPTIONS"]["timeout"] = 60  # seconds
Q_CLUSTER = HANDED["q_cluster"]

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = "127.0.0.1", HANDED["mail_port"], 10
DEFAULT_FROM_EMAIL = HANDED["sender"]

# Short, so that what a killed worker had in hand is soon found again; long beside one delivery.
WAGTAIL_CLIENTPORTAL = {"SEND_LEASE": timedelta(seconds=15)}
