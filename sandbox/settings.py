"""Settings of the sandbox: a small clinic's site, as any site would be set up, for trying the portal by hand.

Nothing here reaches the network: email and texts are written to files under ``sandbox/var``.
"""

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import django

SANDBOX = Path(__file__).resolve().parent
VAR = Path(os.environ.get("SANDBOX_VAR", SANDBOX / "var"))
VAR.mkdir(parents=True, exist_ok=True)
PORT = int(os.environ.get("PORT", "8000"))

SECRET_KEY = "only for the sandbox; a real site makes its own and keeps it secret"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

INSTALLED_APPS = [
    "sandbox.home",
    # The portal, the app that it needs, and its worker's.
    "wagtail_clientportal",
    "wagtail_modeladmin",
    "django_q",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "wagtail_clientportal.pages.errors.PortalErrorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "sandbox.urls"
WSGI_APPLICATION = "sandbox.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SANDBOX / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "db.sqlite3",
        # The web server and the worker both write: without these lines they meet "database is locked".
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [SANDBOX / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

WAGTAIL_SITE_NAME = "Harbour Clinic"
WAGTAILADMIN_BASE_URL = f"http://localhost:{PORT}"
# A sandbox asks nobody about new releases and loads nobody's picture.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None

if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "sandbox.mail.EmailBackend", "OPTIONS": {"file_path": VAR / "mail"}}}
else:
    EMAIL_BACKEND = "sandbox.mail.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = "Harbour Clinic <desk@example.org>"

# The worker: `manage.py clientportal_worker`, with its queue in the database.
Q_CLUSTER = {
    "name": "sandbox",
    "orm": "default",
    "timeout": 60,
    "retry": 120,
    "workers": 1,
    "poll": 0.5,
    "log_level": "WARNING",
}

# Paying online, for trying out: the library's dummy provider believes whatever is chosen in its form. Where the extra
# isn't installed, nothing is asked for.
PAYMENT_HOST = f"localhost:{PORT}"
PAYMENT_VARIANTS = {"default": ("payments.dummy.DummyProvider", {})}
PAYS_ONLINE = find_spec("payments") is not None

WAGTAIL_CLIENTPORTAL = {
    "PAYMENT_PROVIDER": "wagtail_clientportal.payments.django_payments.DjangoPayments" if PAYS_ONLINE else "",
    "BASE_TEMPLATE": "base.html",  # of this site: its header stands above the portal too
    "SMS_BACKEND": "wagtail_clientportal.outbox.backends.sms.filebased.SmsBackend",
    "SMS_FILE_PATH": VAR / "sms",
    # Whoever tries it out looks for the message at once. A clinic keeps the three minutes.
    "CHANGE_GRACE": timedelta(0),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's own server writes every path, and a path may be a magic link.
    "loggers": {"django.server": {"level": "ERROR"}},
}
