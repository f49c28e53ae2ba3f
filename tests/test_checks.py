"""`manage.py check` names each missing or contradictory setting, with the lines to paste."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import Tags, run_checks
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import override_settings
from django_q.models import Schedule

from tests.factories import make_type
from wagtail_clientportal.conf import DEFAULTS

ROOT = Path(__file__).resolve().parent.parent


SMTP = "django.core.mail.backends.smtp.EmailBackend"
ERRORS_MIDDLEWARE = "wagtail_clientportal.pages.errors.PortalErrorsMiddleware"


def found(**values):
    """The portal's own findings with these Django settings: id -> message and hint."""
    values = {"MIDDLEWARE": [ERRORS_MIDDLEWARE, *django_settings.MIDDLEWARE]} | values
    with override_settings(**values):
        messages = run_checks(tags=[Tags.compatibility, Tags.urls])
    return {one.id.split(".")[1]: f"{one.msg}\n{one.hint}" for one in messages if one.id.startswith("wagtail_clientp")}


@pytest.fixture
def not_installed(monkeypatch):
    """Let an app be missing. (Django can't take one out of a process that has loaded its URLs.)"""

    def take_out(missing):
        installed = apps.is_installed
        monkeypatch.setattr(apps, "is_installed", lambda name: name != missing and installed(name))

    return take_out


def portal(**values):
    return found(WAGTAIL_CLIENTPORTAL=values)


def test_a_site_that_is_set_up_well_hears_nothing():
    assert found() == {}


def test_a_missing_app_is_named_with_its_line(not_installed):
    not_installed("wagtail_modeladmin")
    assert '    "wagtail_modeladmin",' in found()["E001"]


def test_missing_sessions_are_named(not_installed):
    not_installed("django.contrib.sessions")
    assert '"django.contrib.sessions",' in found()["E002"]


def test_a_missing_session_middleware_is_named_with_its_line():
    path = "django.contrib.sessions.middleware.SessionMiddleware"
    others = [one for one in django_settings.MIDDLEWARE if one != path]
    assert f'"{path}",' in found(MIDDLEWARE=others)["E003"]


def test_a_missing_errors_middleware_is_warned_of_with_its_line():
    result = found(MIDDLEWARE=django_settings.MIDDLEWARE)
    assert set(result) == {"W007"} and f'    "{ERRORS_MIDDLEWARE}",' in result["W007"]


def test_missing_urls_are_named_with_the_line():
    hint = found(ROOT_URLCONF="wagtail.urls")["E004"]
    assert 'path("p/", include("wagtail_clientportal.urls")),' in hint


@pytest.fixture
def urls_in_the_wrong_order(tmp_path, monkeypatch):
    (tmp_path / "late_urls.py").write_text(
        "from django.urls import include, path\n"
        'urlpatterns = [path("", include("wagtail.urls")), path("p/", include("wagtail_clientportal.urls"))]\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    return "late_urls"


def test_urls_behind_wagtails_own_are_named(urls_in_the_wrong_order):
    result = found(ROOT_URLCONF=urls_in_the_wrong_order)
    assert set(result) == {"E005"}
    assert "before Wagtail's" in result["E005"]


def test_times_without_zones_are_refused():
    assert "USE_TZ = True" in found(USE_TZ=False)["E006"]


def test_atomic_requests_are_refused(monkeypatch):
    monkeypatch.setitem(connections[DEFAULT_DB_ALIAS].settings_dict, "ATOMIC_REQUESTS", True)
    assert "diary" in found()["E007"]


def test_sqlite_without_immediate_transactions_is_warned_of(monkeypatch):
    monkeypatch.setattr(type(connections[DEFAULT_DB_ALIAS]), "vendor", "sqlite")
    monkeypatch.setitem(connections[DEFAULT_DB_ALIAS].settings_dict, "OPTIONS", {})
    assert '"transaction_mode": "IMMEDIATE",' in found()["W001"]


def test_postgresql_needs_its_app(monkeypatch, not_installed):
    not_installed("django.contrib.postgres")
    monkeypatch.setattr(type(connections[DEFAULT_DB_ALIAS]), "vendor", "postgresql")
    assert '"django.contrib.postgres",' in found()["E008"]


def test_without_a_worker_there_is_a_choice_of_lines():
    with override_settings():
        del django_settings.Q_CLUSTER
        hint = found()["W002"]
    assert "Q_CLUSTER = {" in hint
    assert "manage.py clientportal_send" in hint


def test_the_lines_for_the_worker_are_themselves_in_order():
    with override_settings():
        del django_settings.Q_CLUSTER
        hint = found()["W002"]
    line = next(line.strip() for line in hint.splitlines() if "Q_CLUSTER = " in line)
    values = {}
    exec(line, values)
    assert found(Q_CLUSTER=values["Q_CLUSTER"]) == {}


def test_a_worker_without_a_queue_is_warned_of():
    assert set(found(Q_CLUSTER={"name": "x", "timeout": 60, "retry": 120})) == {"W003"}


def test_a_queue_that_is_no_dict_is_refused():
    assert 'Q_CLUSTER = {"name"' in found(Q_CLUSTER="default")["E009"]


@pytest.mark.django_db
def test_types_that_ask_for_money_where_nothing_takes_it_are_named():
    make_type(name="Assessment", payment="full", price=50)
    make_type(name="Follow-up")
    [problem] = [one for one in run_checks(databases=["default"]) if one.id.endswith("W011")]
    assert "Assessment." in problem.msg and "Follow-up" not in problem.msg
    assert "PAYMENT_PROVIDER" in problem.hint


@pytest.mark.parametrize("retry", [30, 60])
def test_a_retry_that_is_not_longer_than_the_timeout_is_warned_of(retry):
    assert set(found(Q_CLUSTER={"orm": "default", "timeout": 60, "retry": retry})) == {"W004"}


def test_a_worker_with_no_timeout_has_nothing_to_contradict():
    assert found(Q_CLUSTER={"orm": "default", "retry": 60}) == {}


@pytest.mark.parametrize("value", [[], None, "orm"])
def test_settings_that_are_no_dict_are_refused(value):
    assert "E010" in found(WAGTAIL_CLIENTPORTAL=value)


def test_an_unknown_key_is_refused_with_the_nearest_name():
    assert "“SIGN_IN_LINK_LIFETIME”" in portal(SIGNIN_LINK_LIFETIME=timedelta(minutes=5))["E011"]


def test_a_key_like_no_other_gets_the_list():
    assert "FULL_SESSION_IDLE" in portal(XYZZY=1)["E011"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FULL_SESSION_IDLE", 900),
        ("FULL_SESSION_IDLE", timedelta(0)),
        ("SIGN_IN_LINKS_ALIVE", "3"),
        ("SIGN_IN_LINKS_ALIVE", True),
        ("SIGN_IN_LINKS_ALIVE", 0),
        ("IDENTITY_FAILURES_ALERT", 0),
        ("TOKEN_LENGTH", 6),
        ("SEND_CSP", "yes"),
        ("SMS_BACKEND", None),
        ("BASE_TEMPLATE", ""),
        ("CSP_SOURCES", {"img-src": "https://media.example"}),
        ("CSP_SOURCES", {"img-src": ["https://media.example; script-src *"]}),
        ("SMS_FILE_PATH", 3),
        ("PURGE_COMMUNICATIONS_AFTER", 365),
        ("PURGE_NOTIFICATIONS_AFTER", timedelta(0)),
        ("DEFAULT_REGION", "gb"),
        ("DEFAULT_REGION", "UK"),
        ("LINK_REQUESTS_PER_CONTACT", 3),
        ("LINK_REQUESTS_PER_CONTACT", [(3, 15)]),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_and_the_default_is_shown(name, value):
    result = portal(**{name: value})
    assert set(result) == {"E012"}
    assert name in result["E012"]
    assert "The default is " in result["E012"]


def test_values_of_the_right_kind_are_taken():
    assert portal(FULL_SESSION_IDLE=timedelta(minutes=5), TOKEN_LENGTH=30, LINK_REQUESTS_PER_CONTACT=[]) == {}


def test_an_idle_limit_beyond_the_absolute_one_is_a_contradiction():
    assert "timedelta(hours=5)" in portal(FULL_SESSION_IDLE=timedelta(hours=5))["E013"]


@pytest.mark.parametrize("path", ["nowhere.SmsBackend", "SmsBackend", "datetime.date"])
def test_an_sms_backend_that_is_none_is_refused(path):
    assert "E014" in portal(SMS_BACKEND=path)


def test_the_file_backend_has_to_know_where_to_write():
    path = "wagtail_clientportal.outbox.backends.sms.filebased.SmsBackend"
    with override_settings(DEBUG=True):
        assert "SMS_FILE_PATH" in portal(SMS_BACKEND=path)["E015"]
        assert portal(SMS_BACKEND=path, SMS_FILE_PATH="/tmp/sms") == {}


@pytest.mark.parametrize("name", ["console", "filebased"])
def test_a_backend_for_development_is_warned_of_where_clients_are(name):
    path = f"wagtail_clientportal.outbox.backends.sms.{name}.SmsBackend"
    assert '"SMS_GATEWAY_URL": "twilio://' in portal(SMS_BACKEND=path, SMS_FILE_PATH="/tmp/sms")["W005"]


def test_a_site_may_send_no_texts():
    assert portal(SMS_BACKEND="") == {}


def test_a_gateway_without_the_backend_that_uses_it_is_a_slip():
    assert "apprise.SmsBackend" in portal(SMS_BACKEND="", SMS_GATEWAY_URL="json://gateway.example/{to}")["E017"]


APPRISE = "wagtail_clientportal.outbox.backends.sms.apprise.SmsBackend"


@pytest.mark.parametrize(
    "url", ["", "twilio://AC0:secret@+15550100", "nowhere://secret@host/{to}", "twilio://secret/{to}", "{to}"]
)
def test_a_gateway_url_that_names_no_gateway_is_refused_and_not_shown(url):
    problem = portal(SMS_BACKEND=APPRISE, SMS_GATEWAY_URL=url)["E018"]
    assert "SMS_GATEWAY_URL" in problem and "secret" not in problem


def test_a_gateway_url_is_taken():
    assert portal(SMS_BACKEND=APPRISE, SMS_GATEWAY_URL="json://gateway.example/{to}") == {}


def test_a_gateway_without_apprise_is_told_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, APPRISE.rpartition(".")[0], raising=False)
    monkeypatch.setitem(sys.modules, "apprise", None)
    found = portal(SMS_BACKEND=APPRISE, SMS_GATEWAY_URL="json://gateway.example/{to}")["E014"]
    assert 'pip install "wagtail-clientportal[sms]"' in found


EMAIL, SMS = DEFAULTS["CHANNELS"]


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ([EMAIL, "nowhere.Channel"], "“nowhere.Channel” can't be imported"),
        ([EMAIL, "datetime.date"], "“datetime.date” is no subclass"),
        ([EMAIL, "wagtail_clientportal.outbox.channels.base.Channel"], "the key of “wagtail_clientportal"),
        ([EMAIL, EMAIL], "two channels have the key “email”"),
        ([SMS], "none has the key “email”"),
    ],
)
def test_channels_that_are_none_or_clash_are_refused(channels, said):
    assert said in portal(CHANNELS=channels)["E019"]


@pytest.mark.parametrize("channels", [[], EMAIL, [3]])
def test_channels_are_a_list_of_paths(channels):
    assert "a list of dotted paths" in portal(CHANNELS=channels)["E012"]


def test_a_site_may_do_without_texts_as_a_channel():
    assert portal(CHANNELS=[EMAIL]) == {}


def test_a_mail_server_that_may_be_waited_for_for_ever_is_warned_of():
    assert "EMAIL_TIMEOUT = 10" in found(EMAIL_BACKEND=SMTP, EMAIL_TIMEOUT=None)["W006"]
    assert found(EMAIL_BACKEND=SMTP, EMAIL_TIMEOUT=10) == {}


@pytest.mark.parametrize("mailer", [{}, {"BACKEND": SMTP}, {"BACKEND": SMTP, "OPTIONS": {"host": "mail.example"}}])
def test_where_mail_servers_are_named_as_in_django_61_the_lines_are_those(mailer):
    hint = found(MAILERS={"default": mailer})["W006"]
    assert '"OPTIONS" of MAILERS["default"]' in hint and '    "timeout": 10,' in hint and "EMAIL_TIMEOUT" not in hint


def test_a_mailer_with_a_time_out_or_of_another_kind_is_taken():
    assert found(MAILERS={"default": {"BACKEND": SMTP, "OPTIONS": {"host": "mail.example", "timeout": 10}}}) == {}
    assert found(MAILERS={"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}) == {}
    assert found(MAILERS={}) == {}


SECOND_FACTOR = "wagtail_clientportal.staff.second_factor.middleware.SecondFactorMiddleware"


def second_factor(middleware=(*django_settings.MIDDLEWARE,), **values):
    with override_settings(MIDDLEWARE=[*middleware], WAGTAIL_CLIENTPORTAL={"REQUIRE_STAFF_OTP": True} | values):
        return {
            one.id.split(".")[1]: f"{one.msg}\n{one.hint}"
            for one in run_checks(tags=[Tags.security])
            if "portal" in one.id
        }


def test_a_second_factor_that_nobody_would_be_asked_for_is_refused_with_the_line():
    told = second_factor([one for one in django_settings.MIDDLEWARE if one != SECOND_FACTOR])
    assert set(told) == {"E020"} and f'    "{SECOND_FACTOR}",' in told["E020"]
    assert second_factor() == {}


def test_what_a_second_factor_lacks_is_named_with_its_lines(not_installed, monkeypatch):
    not_installed("django_otp.plugins.otp_static")
    assert '    "django_otp.plugins.otp_static",' in second_factor()["E022"]
    monkeypatch.setattr("wagtail_clientportal.checks.second_factor.lacks_qr_codes", lambda: True)
    assert 'pip install "wagtail-clientportal[second-factor]"' in second_factor()["E022"]
    assert second_factor(STAFF_OTP_CHECK="math.isfinite") == {}


def test_a_check_of_the_sites_own_that_is_none_is_refused():
    for path in ("nowhere.proved", "math.pi"):
        assert path in second_factor(STAFF_OTP_CHECK=path)["E021"]


def checked(tmp_path, *, settings, warnings="default"):
    """What `manage.py check` prints with these lines of settings beside the suite's, and what it ends with."""
    (tmp_path / "its_settings.py").write_text(f"from tests.settings import *\n{settings}")
    done = subprocess.run(
        [sys.executable, "-W", warnings, "-m", "django", "check"],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "its_settings", "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr, done.returncode


def test_a_site_that_names_no_mail_server_gets_the_lines_of_its_django(tmp_path):
    printed, _code = checked(tmp_path, settings="del EMAIL_BACKEND\n")
    wanted = "EMAIL_TIMEOUT = 10" if django.VERSION < (6, 1) else '"OPTIONS": {"host": "localhost", "timeout": 10}'
    assert "W006" in printed and wanted in printed


def test_check_goes_through_where_every_warning_is_an_error(tmp_path):
    """Python's own warnings: those that Django gives to whoever still reads what it deprecates."""
    printed, code = checked(tmp_path, settings="del EMAIL_BACKEND\n", warnings="error")
    assert "Traceback" not in printed, printed
    assert code == 0


@pytest.mark.django_db
def test_a_timetable_without_the_sweep_is_named():
    def told():
        return [one for one in run_checks(tags=[Tags.database], databases=["default"]) if one.id.endswith("W008")]

    assert told() == []
    Schedule.objects.filter(name__contains="send what is due").delete()
    [warning] = told()
    assert "“wagtail_clientportal: send what is due”" in warning.msg and "python manage.py migrate" in warning.hint


def test_a_base_template_that_is_not_there_is_refused():
    assert "“nowhere.html”" in portal(BASE_TEMPLATE="nowhere.html")["E016"]


@pytest.fixture
def site_template(tmp_path, settings):
    """Write a template of the site's own, and return its name."""
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]

    def write(name, text):
        (tmp_path / name).write_text(text)
        return name

    return write


BARE = "<title>{% block title %}{% endblock %}</title>{% block main %}{% endblock %}"


@pytest.mark.parametrize("text", [BARE, BARE + "{% if no %}{% block contents %}{% endblock %}{% endif %}"])
def test_a_base_template_without_a_place_for_the_screens_is_told_the_line(site_template, text):
    name = site_template("base.html", text)
    told = portal(BASE_TEMPLATE=name)
    assert set(told) == {"E026"}
    assert "“base.html”, has no block “content”" in told["E026"]
    assert "    {% block content %}{% endblock %}" in told["E026"]


def test_a_block_of_the_base_may_hold_the_place_for_the_screens(site_template):
    site_template("base.html", BARE)
    between = '{% extends "base.html" %}{% block main %}{% block content %}{% endblock %}{% endblock %}'
    assert portal(BASE_TEMPLATE=site_template("between.html", between)) == {}
    nowhere = '{% extends "base.html" %}{% block body %}{% block content %}{% endblock %}{% endblock %}'
    assert set(portal(BASE_TEMPLATE=site_template("nowhere.html", nowhere))) == {"E026"}


def test_a_base_template_without_a_place_for_the_title_is_told_the_line(site_template):
    name = site_template("base.html", "{% block content %}{% endblock %}")
    assert "    <title>{% block title %}{% endblock %}</title>" in portal(BASE_TEMPLATE=name)["W010"]


def test_what_a_base_template_extends_may_be_for_the_request_to_say(site_template):
    assert portal(BASE_TEMPLATE=site_template("base.html", "{% extends base_of_the_day %}")) == {}


def test_check_itself_says_so_where_the_apps_are_missing(tmp_path):
    """A site that forgot them gets the lines, not a traceback from deep inside."""
    printed, code = checked(
        tmp_path,
        settings='INSTALLED_APPS = [a for a in INSTALLED_APPS if a not in ("django_q", "wagtail_modeladmin")]\n',
    )
    assert "wagtail_clientportal.E001" in printed, printed
    assert '    "django_q",' in printed
    assert '    "wagtail_modeladmin",' in printed
    assert "Traceback" not in printed
    assert code == 1
