"""Settings of the test suite. CLIENTPORTAL_DATABASE says on which database: sqlite (default), postgresql or mariadb."""

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

SCRATCH = Path(os.environ.setdefault("CLIENTPORTAL_SCRATCH", tempfile.mkdtemp(prefix="clientportal-tests-")))

SECRET_KEY = "for tests only"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "Europe/London"
LANGUAGE_CODE = "en-gb"
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en-gb", "English"), ("fr", "French")]
ROOT_URLCONF = "tests.urls"
STATIC_URL = "/static/"
MEDIA_ROOT = SCRATCH / "media"
MEDIA_URL = "/media/"
WAGTAIL_SITE_NAME = "Tests"
WAGTAILADMIN_BASE_URL = "http://localhost"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

INSTALLED_APPS = [
    "wagtail_clientportal",
    "tests.whatsapp",
    "wagtail_modeladmin",
    "django_q",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "wagtail.contrib.routable_page",
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
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wagtail_clientportal.staff.second_factor.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Django speaks to MariaDB by mysqlclient, which has to be compiled. PyMySQL is plain Python and stands in for it here;
# it gives mysqlclient's version as one that is too old for Django 6.
if find_spec("MySQLdb") is None and find_spec("pymysql") is not None:
    import pymysql

    pymysql.version_info = (2, 2, 7, "final", 0)
    pymysql.install_as_MySQLdb()

DATABASES = {
    "sqlite": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SCRATCH / "db.sqlite3",
        "TEST": {"NAME": SCRATCH / "test.sqlite3"},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    },
    "postgresql": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PGDATABASE", "test"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "TEST": {"NAME": f"clientportal_{os.getpid()}"},
    },
    "mariadb": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": os.environ.get("MYSQL_DATABASE", "test"),
        "USER": os.environ.get("MYSQL_USER", "root"),
        "PASSWORD": os.environ.get("MYSQL_PASSWORD", ""),
        "HOST": os.environ.get("MYSQL_HOST", "127.0.0.1"),
        "PORT": os.environ.get("MYSQL_PORT", "3306"),
        "TEST": {"NAME": f"clientportal_{os.getpid()}", "CHARSET": "utf8mb4"},
    },
}
DATABASES = {"default": DATABASES[os.environ.get("CLIENTPORTAL_DATABASE", "sqlite")]}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    INSTALLED_APPS.remove("django.contrib.postgres")

Q_CLUSTER = {"name": "tests", "orm": "default", "timeout": 60, "retry": 120, "workers": 2}

WHATSAPP_URL = "https://whatsapp.example/messages"  # of a site's own channel, which a test names in CHANNELS

PAYMENT_HOST = "localhost"
PAYMENT_VARIANTS = {"default": ("payments.dummy.DummyProvider", {})}

WAGTAIL_CLIENTPORTAL = {
    "SMS_BACKEND": "wagtail_clientportal.outbox.backends.sms.locmem.SmsBackend",
}
