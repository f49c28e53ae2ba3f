"""The code in docs/how-to/extend.md does what the page says."""

import inspect
import re
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Q
from django.dispatch import Signal
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail import hooks

from tests.factories import NOW, make_client
from wagtail_clientportal import signals
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.refusals import Refused, RefusedBySite
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.actions.steps.site_veto import HOOK as ACTION
from wagtail_clientportal.communications.permitted_variables import mistakes, permitted_labels
from wagtail_clientportal.communications.variables import APPOINTMENT_VARIABLES, VARIABLES, add_variable
from wagtail_clientportal.conf import DEFAULTS
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    BookingSettings,
    Client,
    CommunicationTemplate,
    Location,
    OutboundMessage,
)
from wagtail_clientportal.outbox.channels.base import Channel
from wagtail_clientportal.policies.rules import PolicyRules
from wagtail_clientportal.portal.wording import explain
from wagtail_clientportal.signals import appointment_cancelled
from wagtail_clientportal.staff.clients.site_tabs import HOOK as TAB
from wagtail_clientportal.staff.common.refusals import Doing, why_not
from wagtail_clientportal.staff.common.site_columns import HOOK as COLUMNS
from wagtail_clientportal.staff.common.site_columns import SiteColumn
from wagtail_clientportal.staff.desk.site_rows import HOOK as ROW

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/how-to/extend.md"
A_DAY = timedelta(days=1)
LATER = NOW.replace(hour=14) + A_DAY


def blocks(heading):
    """The pieces of code under *heading*."""
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def code(heading):
    """What the one piece of code under *heading* makes, by name."""
    [block] = blocks(heading)
    made = {}
    exec(block, made)
    return made


@pytest.fixture(autouse=True)
def hooks_of_the_test(monkeypatch):
    """What a test registers is gone with it."""
    for name in (ACTION, TAB, ROW, COLUMNS):
        monkeypatch.setitem(hooks._hooks, name, [])


@pytest.fixture
def boss(client, db):
    """Django's test client, signed in as somebody who may do everything."""
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    return client


def sign_in_with(browser, *codenames):
    """Sign somebody in who has these permissions of ours, and opens the admin."""
    user = get_user_model().objects.create_user("sam")
    permissions = Q(codename__in=codenames, content_type__app_label="wagtail_clientportal")
    user.user_permissions.set(Permission.objects.filter(permissions | Q(codename="access_admin")))
    browser.force_login(user)


@pytest.mark.django_db
def test_the_sites_no_is_a_sentence_and_nothing_is_changed(clinic):
    code("Say no to what a client asks for")
    early = clinic.appointment.start.replace(hour=8) + A_DAY
    clinic.clinician.working_hours.update(start="08:00")
    with pytest.raises(RefusedBySite) as caught:
        change(clinic.appointment, early, by=clinic.client, now=NOW)
    assert caught.value.sentence == "For a time before nine within the next seven days, please ring us."
    assert Appointment.objects.get().start == clinic.appointment.start
    assert not OutboundMessage.objects.exists()
    change(clinic.appointment, early.replace(hour=9), by=clinic.client, now=NOW)


@pytest.mark.django_db
def test_staff_are_not_asked(clinic):
    code("Say no to what a client asks for")
    assert change(clinic.appointment, clinic.appointment.start.replace(hour=8) + A_DAY, by=None, now=NOW)


@pytest.mark.django_db
def test_each_action_tells_the_hook_what_is_asked_for(clinic):
    asked = []

    @hooks.register(ACTION)
    def note(action, **values):
        asked.append((action, values["client"], values["appointment"] and values["appointment"].start, values["start"]))
        assert values["now"] == NOW

    one, other = clinic.appointment.start, clinic.appointment.start + A_DAY
    BookingSettings.objects.update(enabled=True)
    booked = book(
        clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, other, by=clinic.client, now=NOW
    )
    change(clinic.appointment, one + timedelta(hours=2), by=clinic.client, now=NOW)
    cancel(booked, by=clinic.client, now=NOW)
    assert asked == [
        ("book", clinic.client, None, other),
        ("change", clinic.client, one, one + timedelta(hours=2)),
        ("cancel", clinic.client, other, other),
    ]


def record_of(browser, client, **query):
    response = browser.get(reverse("clientportal_client:inspect", args=[client.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_sites_tab_stands_behind_the_apps_own(boss, clinic):
    code("Add a tab to the client's record")
    assert 'id="tab-site-folder"' not in record_of(boss, clinic.client)
    Client.objects.update(external_ref="<b>7</b>")
    page = record_of(boss, clinic.client)
    assert page.index('id="tab-label-access"') < page.index('id="tab-label-site-folder"')
    tab = page.partition('<section id="tab-site-folder"')[2].partition("</section>")[0]
    assert "Margaret Hale’s letters are in folder &lt;b&gt;7&lt;/b&gt;." in tab
    opened = 'data-w-tabs-active-panel-id-value="tab-site-folder"'
    assert opened not in page and opened in record_of(boss, clinic.client, tab="site-folder")


def test_the_site_decides_who_sees_its_tab(client, clinic):
    code("Add a tab to the client's record")
    Client.objects.update(external_ref="7")
    sign_in_with(client, "view_client", "see_every_diary")
    assert "site-folder" not in record_of(client, clinic.client, tab="site-folder")


def test_the_sites_row_stands_on_the_home_page(boss, clinic):
    code("Add a row to the home page")
    home = boss.get(reverse("wagtailadmin_home")).content.decode()
    assert f'href="{reverse("clientportal_client:index")}">1 without a folder</a>' in home
    Client.objects.update(external_ref="7")
    assert "without a folder" not in boss.get(reverse("wagtailadmin_home")).content.decode()


def test_a_row_is_told_since_when_and_is_text(boss, clinic):
    @hooks.register(ROW)
    def say(request, since):
        assert request.user.username == "boss"
        return f"<b>{since:%d %B}</b>", "/clinic/"

    assert "&lt;b&gt;16 November&lt;/b&gt;" in boss.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.django_db
def test_who_has_nothing_to_do_with_the_portal_gets_no_row(client):
    code("Add a row to the home page")
    hooks.register(ROW)(lambda request, since: 1 / 0)
    sign_in_with(client)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200


def test_the_sites_columns_stand_behind_the_registers_own_and_cost_no_query_a_row(boss, clinic):
    def queries():
        boss.get(register)
        with CaptureQueriesContext(connection) as captured:
            assert boss.get(register).status_code == 200
        return len(captured)

    register = reverse("wagtail_clientportal_appointment_modeladmin_index")
    Client.objects.update(external_ref="F-17", site=clinic.site)
    code("Add a column to a register")
    page = boss.get(register).content.decode()
    assert page.index("Location") < page.index("Folder") < page.index("Registered at")
    assert "F-17" in page and str(clinic.site) in page
    few = queries()
    for number in range(20):
        clinic.book(client=make_client(last_name=f"Hale {number}", site=clinic.site), start=NOW + number * A_DAY)
    assert queries() == few
    assert "Folder" not in boss.get(reverse("clientportal_client:index")).content.decode()


def test_the_list_of_clients_has_the_sites_columns_too(boss, clinic):
    Client.objects.update(external_ref="F-17")

    @hooks.register(COLUMNS)
    def folder(request, register):
        return [SiteColumn("folder", accessor="external_ref")] if register == "clients" else []

    assert "F-17" in boss.get(reverse("clientportal_client:index")).content.decode()


SIGNALS = (ROOT / "docs/reference/signals.md").read_text(encoding="utf-8")
PROVOKED = {
    "appointment_booked": lambda clinic: book(
        clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, LATER, by=None, now=NOW
    ),
    "appointment_changed": lambda clinic: change(clinic.appointment, LATER, by=None, now=NOW),
    "appointment_cancelled": lambda clinic: cancel(clinic.appointment, by=None, now=NOW),
    "appointment_status_changed": lambda clinic: set_status(
        clinic.appointment, AppointmentStatus.objects.filter(arrived=True).first(), by=None, now=NOW
    ),
}


def test_the_reference_names_each_signal_and_nothing_else():
    assert set(re.findall(r"^\| `(appointment_\w+)` \|", SIGNALS, re.MULTILINE)) == set(PROVOKED)
    assert {name for name, one in vars(signals).items() if isinstance(one, Signal)} == set(PROVOKED)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PROVOKED)
def test_a_signal_is_sent_once_after_the_commit_with_what_the_reference_says(
    clinic, name, django_capture_on_commit_callbacks
):
    heard = []

    def receiver(signal, **told):
        heard.append(told)

    getattr(signals, name).connect(receiver)
    try:
        with django_capture_on_commit_callbacks() as after_the_commit:
            appointment = PROVOKED[name](clinic)
        assert heard == []
        for callback in after_the_commit:
            callback()
    finally:
        getattr(signals, name).disconnect(receiver)
    [told] = heard
    assert set(told) == set(re.findall(r"^\| `(\w+)` \| the ", SIGNALS, re.MULTILINE))
    assert (told["sender"], told["appointment"]) == (Appointment, appointment)
    assert told["event"] == appointment.events.get() and name == f"appointment_{told['event'].kind}"
    fields = {field.name for field in AppointmentEvent._meta.fields}
    named = re.search(r"^\| `event` \| (.*)$", SIGNALS, re.MULTILINE)[1]
    assert set(re.findall(r"`([a-z_]+)`", named)) - {"clinician", "location", "status"} <= fields


@pytest.mark.django_db
def test_a_receiver_hears_of_a_cancellation(clinic, capsys, django_capture_on_commit_callbacks):
    made = code("Hear of what happened")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            cancel(clinic.appointment, by=clinic.client, now=NOW)
    finally:
        appointment_cancelled.disconnect(made["offer_to_the_waiting_list"])
    assert capsys.readouterr().out == "Ada Osei is free from 25 November 10:00 UTC\n"


def test_the_channel_of_the_page_is_the_one_that_the_tests_of_the_outbox_send_by():
    models, channel, its_settings = blocks("Add a channel")
    for block, file in ((models, "models.py"), (channel, "channels.py")):
        assert block.partition("\n")[2] == (PAGE.parents[2] / "tests/whatsapp" / file).read_text(encoding="utf-8")
    made = {}
    exec(its_settings, made)
    *ours, its_own = made["WAGTAIL_CLIENTPORTAL"]["CHANNELS"]
    assert tuple(ours) == DEFAULTS["CHANNELS"] and its_own == "clinic.channels.WhatsAppChannel"


def test_the_page_says_of_all_that_a_channel_has_what_stands_where_a_site_says_nothing():
    rows = re.findall(
        r"^\| (`.+`) \| ", PAGE.read_text(encoding="utf-8").partition("## Add a channel\n")[2], re.MULTILINE
    )
    told = {name for row in rows for name in re.findall(r"`(\w+)", row)}
    assert told == {name for name in vars(Channel) if not name.startswith("_")} - {"label"}


@pytest.mark.django_db
def test_the_sms_gateway_of_the_page_sends_and_says_how_it_went(monkeypatch, settings, clinic):
    made = code("Add an SMS gateway")
    monkeypatch.setitem(sys.modules, "clinic_texts", SimpleNamespace(**made))
    settings.TEXTS_URL = "https://texts.example/send"
    settings.WAGTAIL_CLIENTPORTAL = {"SMS_BACKEND": "clinic_texts.SmsBackend"}
    with mock.patch("requests.post") as post:
        post.return_value.ok = True
        post.return_value.json.return_value = {"id": "ab12"}
        cancel(clinic.appointment, by=None, now=NOW)
        deliver_due(now=NOW)
        [row] = OutboundMessage.objects.filter(channel="sms")
        assert (row.status, row.provider_id) == ("sent", "ab12")
        assert post.call_args.kwargs["json"]["to"] == "+447700900123"
        assert post.call_args.kwargs["headers"] == {"Idempotency-Key": row.dedupe_key}

        post.return_value.ok, post.return_value.status_code = False, 422
        cancel(clinic.book(start=clinic.appointment.start + A_DAY), by=None, now=NOW)
        deliver_due(now=NOW)
        row = OutboundMessage.objects.filter(channel="sms").latest("pk")
        assert (row.status, row.last_error) == ("failed", "The gateway answered 422.")


def test_a_question_is_answered_by_three_files_at_most():
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(.+?)\]\(#(.+?)\) \| (.*) \|$", page, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert sorted(words.lower() for words, _anchor, _files in rows) == sorted(one.lower() for one in headings)
    for words, anchor, files in rows:
        assert anchor == words.lower().replace("'", "").replace(" ", "-")
        named = re.findall(r"`(.+?)`", files)
        assert 1 <= len(named) <= 3
        assert not [one for one in named if not (ROOT / "wagtail_clientportal" / one).is_file()]


@pytest.fixture
def variables():
    """What a test adds is gone with it."""
    with mock.patch.dict(VARIABLES), mock.patch.dict(APPOINTMENT_VARIABLES):
        yield


@pytest.mark.django_db
def test_the_variable_of_the_page_is_offered_checked_and_said(variables, clinic):
    made = code("Add a variable")
    assert mistakes("cancelled", "sms", subject="", body="Sorry. {{ where_to_park }}")
    made["ClinicConfig"].ready(None)
    assert permitted_labels("cancelled", in_html=False)["where_to_park"] == "Where to park"
    for channel, body in (("email", "<p>{{ where_to_park }}</p><p>Sorry.</p>"), ("sms", "{{ where_to_park }}\nSorry.")):
        assert mistakes("cancelled", channel, subject="Yours", body=body) == {}
        CommunicationTemplate.objects.filter(event="cancelled", channel=channel).update(body=body)
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    for row in OutboundMessage.objects.filter(client=clinic.client):
        assert row.status == "sent" and "Park behind the house, the gate code is 1234." in row.body
    assert not mistakes("sign_in", "sms", subject="", body="{{ sign_in_url }}")
    assert mistakes("sign_in", "sms", subject="", body="{{ sign_in_url }} {{ where_to_park }}")


@pytest.mark.django_db
def test_where_the_variable_of_the_page_has_no_value_its_line_is_left_out(variables, clinic):
    code("Add a variable")["ClinicConfig"].ready(None)
    Location.objects.update(name="The Mill")
    CommunicationTemplate.objects.filter(event="cancelled", channel="sms").update(body="{{ where_to_park }}\nSorry.")
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert OutboundMessage.objects.get(channel="sms").body == "Sorry."


def test_no_variable_is_said_by_two():
    with pytest.raises(ValueError, match="clinic_name"):
        add_variable(VARIABLES["clinic_name"])


def with_a_case(function, case):
    """The *function* with one more case, before whatever it says where none fits."""
    lines = inspect.getsource(function).splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.startswith("    return "))
    made = dict(vars(sys.modules[function.__module__]))
    exec("".join([*lines[:last], case, *lines[last:]]), made)
    return made[function.__name__]


def test_the_refusal_of_the_page_has_a_sentence_on_either_face(monkeypatch, clinic):
    a_class, *cases = blocks("Add a refusal")
    made = {"Refused": Refused, "__name__": __name__}
    exec(a_class, made)
    monkeypatch.setattr(refusals, "MovedTooFar", made["MovedTooFar"], raising=False)
    refusal = refusals.MovedTooFar(days=14)
    in_portal, in_admin = (with_a_case(*one) for one in zip((explain, why_not), cases, strict=True))
    said = in_portal(refusal, clinic.appointment, PolicyRules())
    assert said.heading == "You can’t move it that far online"
    assert said.sentences[0] == "Online it can be moved by up to 14 days."
    assert in_admin(refusal, Doing.MOVE) == "That is more than 14 days away. Nothing was changed."
    # What was refused before is refused in the same words.
    assert in_admin(refusals.Busy(), Doing.BOOK) == why_not(refusals.Busy(), Doing.BOOK)
