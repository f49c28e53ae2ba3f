"""Of two who edit the same record at once the second undoes nothing: they are told, and what they typed is kept."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.test import Client as Browser
from django.urls import reverse

from tests.staff.filling_in import filled_in
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.set_portal_access import set_portal_access
from wagtail_clientportal.actions.set_preferences import set_preferences
from wagtail_clientportal.models import Appointment, Client, CommunicationTemplate, PortalPolicy

MEANWHILE = "This record was changed in the meantime by Bo Second. Nothing was saved yet."
# Of every form: what somebody else saves meanwhile, how that is said, and what is typed elsewhere in the form.
FORMS = {
    "client": ({"email_opt_in": None}, "“Emails about appointments” is now: no.", {"mobile": "07700 900999"}),
    "clinician": ({"available_online": None}, "“Available online” is now: no.", {"name": "Ada Osei-Bonsu"}),
    "location": ({"phone": "020 7946 0111"}, "“Phone” is now: 020 7946 0111.", {"address": "1 Quay\r\nHarbour"}),
    "appointmenttype": ({"bookable_online": None}, "“Bookable online” is now: no.", {"buffer_minutes": "10"}),
    "appointmentstatus": ({"arrived": "on"}, "“The client has arrived” is now: yes.", {"colour": "#123456"}),
    "timeoff": (
        {"last_day": "24/11/2026"},
        "“Last day” is now: Tuesday 24 November 2026.",
        {"reason": "Dentist and rest"},
    ),
    "timetabledhours": ({"end": "15:00"}, "“Until” is now: 3pm.", {"start": "09:30"}),
    "portalsettings": ({"enabled": None}, "“The portal is on” is now: no.", {"phone": "020 7946 0222"}),
    "bookingsettings": ({"horizon_days": "90"}, "“Horizon (days)” is now: 90.", {"slot_interval_minutes": "20"}),
    "portalpolicy": ({"changes_enabled": None}, "“Clients may change appointments” is now: no.", {"name": "Ours"}),
    "communicationtemplate": ({"subject": "Your visit"}, "“Subject” is now: Your visit.", {"name": "Booked, by post"}),
}


@pytest.fixture
def bo(db):
    """A second browser, with somebody else signed in."""
    browser = Browser()
    bo = get_user_model().objects.create_superuser("bo", "bo@harbour.example", "secret")
    bo.first_name, bo.last_name = "Bo", "Second"
    bo.save()
    browser.force_login(bo)
    return browser


def edit_url(record):
    if type(record) in (PortalPolicy, CommunicationTemplate):
        return reverse(type(record).snippet_viewset.get_url_name("edit"), args=[record.pk])
    return reverse(f"clientportal_{record._meta.model_name}:edit", args=[record.pk])


def told_by(page):
    """What the message at the top says."""
    errors = BeautifulSoup(page.content, "html.parser").select(".messages .errorlist li")
    return " ".join(error.get_text() for error in errors)


def filled(page, **values):
    """What a browser sends once these *values* were entered; ``None`` unticks."""
    sent = filled_in(page) | {"action-publish": "1"} | values
    return {name: value for name, value in sent.items() if value is not None}


def values_of(record):
    """What is in the database, but for what Wagtail writes by itself."""
    stored = type(record).objects.filter(pk=record.pk).values().get()
    return {name: value for name, value in stored.items() if "revision" not in name and not name.endswith("_at")}


@pytest.mark.parametrize("kind", FORMS)
def test_the_second_is_told_what_was_changed_by_whom_and_saves_after_all(boss, bo, records, kind):
    record, (theirs, said, mine) = records[kind], FORMS[kind]
    url = edit_url(record)
    if kind == "portalsettings":
        type(record).objects.update(notify_email="desk@harbour.example")
    opened = boss.get(url)
    assert bo.post(url, filled(bo.get(url), **theirs)).status_code == 302
    saved = values_of(record)

    told = boss.post(url, filled(opened, **mine))
    assert told.status_code == 200
    assert MEANWHILE in told_by(told) and said in told_by(told)
    assert values_of(record) == saved
    # What was typed stands there still, and what somebody else did stands there too.
    shown = filled_in(told)
    for name, value in mine.items():
        assert shown[name] == value
    for name, value in theirs.items():
        assert shown.get(name) in (value, [value])

    assert boss.post(url, filled(told)).status_code == 302
    kept = filled_in(boss.get(url))
    for name, value in (theirs | mine).items():
        assert kept.get(name) in (value, [value])


@pytest.mark.parametrize("kind", FORMS)
def test_of_one_field_that_both_wrote_the_typed_value_waits_for_a_second_word(boss, bo, records, kind):
    record, (_theirs, _said, mine) = records[kind], FORMS[kind]
    url = edit_url(record)
    ((name, value),) = mine.items()
    before = filled_in(boss.get(url))[name]
    opened = boss.get(url)
    other = (
        "#654321" if name == "colour" else "08:00" if name == "start" else "5" if value.isdigit() else "07700 900111"
    )
    bo.post(url, filled(bo.get(url), **{name: other}))
    told = boss.post(url, filled(opened, **mine))
    assert "What you entered stays, and replaces it when you save." in told_by(told)
    assert filled_in(told)[name] == value != before
    assert filled_in(boss.get(url))[name] == other
    assert boss.post(url, filled(told)).status_code == 302
    assert filled_in(boss.get(url))[name] == value


@pytest.mark.parametrize("kind", FORMS)
def test_alone_one_is_told_nothing(boss, records, kind):
    url = edit_url(records[kind])
    if kind == "portalsettings":
        type(records[kind]).objects.update(notify_email="desk@harbour.example")
    for _time in range(2):
        assert boss.post(url, filled(boss.get(url))).status_code == 302


@pytest.mark.parametrize("kind", FORMS)
def test_the_page_holds_no_value_in_what_the_form_carries(boss, records, kind):
    carried = filled_in(boss.get(edit_url(records[kind])))["seen_version"]
    assert carried.count(":") > 2 and "Margaret" not in carried and "900123" not in carried and "Ada" not in carried


def test_a_form_that_is_sent_twice_is_saved_once_more(boss, clinic):
    url = edit_url(clinic.client)
    sent = filled(boss.get(url), mobile="07700 900999")
    assert boss.post(url, sent).status_code == boss.post(url, sent).status_code == 302


def test_what_the_client_did_is_called_the_clients(boss, clinic):
    url = edit_url(clinic.client)
    opened = boss.get(url)
    set_preferences(clinic.client, email_reminders=False)
    told = boss.post(url, filled(opened, mobile="07700 900999"))
    assert "changed in the meantime by the client." in told_by(told)
    boss.post(url, filled(told))
    assert not Client.objects.get().email_reminders and Client.objects.get().mobile == "07700 900999"


def test_ones_own_other_window_is_called_that(boss, clinic):
    url = edit_url(clinic.location)
    opened = boss.get(url)
    boss.post(url, filled(boss.get(url), phone="020 7946 0111"))
    assert "by yourself, in another window." in told_by(boss.post(url, filled(opened, name="Quay Rooms")))


@pytest.mark.parametrize(
    "rubbish", ["x", "[]", "1", "null", '{"name": {"a": 1}, "": "9999999999999999999"}', "[" * 9999]
)
def test_rubbish_in_what_the_form_carries_is_as_if_all_had_changed(boss, clinic, rubbish):
    url = edit_url(clinic.location)
    told = boss.post(url, filled(boss.get(url), name="Quay Rooms", seen_version=rubbish))
    assert "This record was changed in the meantime" in told_by(told)
    assert boss.post(url, filled(told)).status_code == 302
    clinic.location.refresh_from_db()
    assert clinic.location.name == "Quay Rooms"


def test_other_mistakes_are_named_along(boss, bo, clinic):
    url = edit_url(clinic.location)
    opened = boss.get(url)
    bo.post(url, filled(bo.get(url), phone="020 7946 0111"))
    told = boss.post(url, filled(opened, name=""))
    assert MEANWHILE in told_by(told) and "name" in told.context["form"].errors
    assert filled_in(told)["phone"] == "020 7946 0111"


def test_an_anonymised_client_gets_nothing_back_from_an_old_form(boss, clinic):
    url = edit_url(clinic.client)
    opened = boss.get(url)
    Appointment.objects.all().delete()
    anonymise_client(clinic.client, by=get_user_model().objects.get(username="boss"))
    told = boss.post(url, filled(opened, mobile="07700 900999"))
    assert "What you had entered was left out." in told_by(told)
    shown = filled_in(told)
    assert shown["mobile"] == shown["email"] == "" and shown["last_name"] != "Hale"
    boss.post(url, filled(told))
    assert Client.objects.get().anonymised_at is not None


class TestDrafts:
    """Wagtail saves policies and messages by itself while they are written, each time as a version."""

    @pytest.fixture
    def policy(self, db):
        return PortalPolicy.objects.get()

    @staticmethod
    def save_by_itself(browser, url, sent):
        """As Wagtail's script does it; return its answer, with which the page goes on."""
        sent = {name: value for name, value in sent.items() if name != "action-publish"}
        return browser.post(url, sent, headers={"accept": "application/json"}).json()

    def test_what_the_page_itself_has_saved_is_no_change_of_somebody_elses(self, boss, policy):
        url = edit_url(policy)
        sent = filled(boss.get(url), name="First thought")
        saved = self.save_by_itself(boss, url, sent)
        sent |= {"overwrite_revision_id": str(saved["revision_id"]), "name": "Second thought"}
        assert self.save_by_itself(boss, url, sent)["success"]
        assert boss.post(url, sent | {"name": "Third thought"}).status_code == 302
        assert PortalPolicy.objects.get().name == "Third thought"

    def test_nothing_is_saved_by_itself_over_what_somebody_else_did(self, boss, bo):
        template = CommunicationTemplate.objects.get(event="booked", channel="email")  # which has no version yet
        url = edit_url(template)
        opened = boss.get(url)
        bo.post(url, filled(bo.get(url), subject="Your visit"))
        sent = filled(opened, name="By post")
        assert not self.save_by_itself(boss, url, sent)["success"]
        told = boss.post(url, sent)
        assert MEANWHILE in told_by(told)
        # Nor once the page has told of it, until somebody saves.
        assert not told.context["autosave_enabled"]

    def test_what_both_had_begun_to_write_waits_for_a_second_word(self, boss, bo, policy):
        url = edit_url(policy)
        sent = filled(boss.get(url), name="Mine")
        sent["overwrite_revision_id"] = str(self.save_by_itself(boss, url, sent)["revision_id"])
        bo.post(url, filled(bo.get(url), changes_enabled=None))
        told = boss.post(url, sent)
        assert MEANWHILE in told_by(told) and "“Clients may change appointments” is now: no." in told_by(told)
        assert boss.post(url, filled(told)).status_code == 302
        policy.refresh_from_db()
        assert (policy.name, policy.changes_enabled) == ("Mine", False)

    def test_putting_an_old_version_back_undoes_no_newer_one_unsaid(self, boss, bo, policy):
        url = edit_url(policy)
        boss.post(url, filled(boss.get(url), name="Better"))
        old = reverse(
            PortalPolicy.snippet_viewset.get_url_name("revisions_revert"), args=[policy.pk, policy.live_revision_id]
        )
        opened = boss.get(old)
        bo.post(url, filled(bo.get(url), changes_enabled=None))
        told = boss.post(old, filled(opened))
        assert "Bo Second saved a newer version in the meantime." in told.content.decode()
        policy.refresh_from_db()
        assert not policy.changes_enabled
        assert boss.post(old, filled(told)).status_code == 302
        policy.refresh_from_db()
        assert (policy.name, policy.changes_enabled) == ("Standard policy", True)

    def test_a_preview_undoes_nothing_and_is_shown(self, boss, bo, policy):
        url = edit_url(policy)
        sent = filled(boss.get(url), name="Mine")
        bo.post(url, filled(bo.get(url), changes_enabled=None))
        preview = reverse(PortalPolicy.snippet_viewset.get_url_name("preview_on_edit"), args=[policy.pk])
        assert boss.post(preview, sent).json()["is_valid"]


class TestPortalAccess:
    """The one form of the client's record itself."""

    @pytest.fixture
    def url(self, clinic):
        return reverse("clientportal_client:portal_access", args=[clinic.client.pk])

    def opened(self, browser, client):
        page = browser.get(reverse("clientportal_client:inspect", args=[client.pk]) + "?tab=access")
        return filled_in(page, f'form[action$="{client.pk}/portal-access/"]')

    def test_access_is_not_given_back_past_a_reason_that_nobody_read(self, boss, bo, clinic, url):
        client = clinic.client
        set_portal_access(client, False, by=None, reason="Lost her telephone.")
        sent = self.opened(boss, client)
        bo.post(url, self.opened(bo, client))
        bo.post(url, self.opened(bo, client) | {"reason": "Her son reads her mail."})
        told = boss.post(url, sent, follow=True).content.decode()
        assert "Portal access was changed in the meantime. Nothing was changed here." in told
        assert "It was changed by Bo Second. It is off now: Her son reads her mail." in told
        client.refresh_from_db()
        assert not client.portal_access
        boss.post(url, self.opened(boss, client))
        client.refresh_from_db()
        assert client.portal_access

    def test_a_reason_that_came_second_is_not_lost(self, boss, bo, clinic, url):
        sent = self.opened(boss, clinic.client) | {"reason": "She asked for it."}
        bo.post(url, self.opened(bo, clinic.client) | {"reason": "Her son reads her mail."})
        told = boss.post(url, sent, follow=True).content.decode()
        assert "It is off now: Her son reads her mail. You had written: She asked for it." in told
        clinic.client.refresh_from_db()
        assert clinic.client.portal_access_reason == "Her son reads her mail."


class TestWorkingHours:
    """They are written in the clinician's form, a row each."""

    @pytest.fixture
    def week(self, clinic, boss, bo):
        """Monday to Friday, nine to five, opened by both."""
        url = edit_url(clinic.clinician)
        return SimpleNamespace(url=url, mine=boss.get(url), theirs=bo.get(url), clinician=clinic.clinician)

    @staticmethod
    def stored(clinician):
        return [(row.weekday, row.start.hour, row.end.hour) for row in clinician.working_hours.all()]

    @staticmethod
    def new_row(page, number, **values):
        row = {"weekday": "5", "start": "10:00", "end": "12:00", "location": "", "valid_from": "", "valid_until": ""}
        row |= {"id": "", "DELETE": ""} | values
        rows = {f"working_hours-{number}-{name}": value for name, value in row.items()}
        return filled(page, **rows | {"working_hours-TOTAL_FORMS": str(number + 1)})

    def test_a_row_that_somebody_else_changed_is_shown_as_it_is(self, boss, bo, week):
        bo.post(week.url, filled(week.theirs, **{"working_hours-0-start": "10:00"}))
        told = boss.post(week.url, filled(week.mine, **{"working_hours-4-end": "13:00"}))
        assert MEANWHILE in told_by(told) and "“Working hours” is now: Monday 10:00–17:00, Tuesday 09:00" in told_by(
            told
        )
        assert self.stored(week.clinician)[4] == (4, 9, 17)
        assert boss.post(week.url, filled(told)).status_code == 302
        assert self.stored(week.clinician)[0] == (0, 10, 17) and self.stored(week.clinician)[4] == (4, 9, 13)

    def test_a_row_that_somebody_else_added_stays(self, boss, bo, week):
        bo.post(week.url, self.new_row(week.theirs, 5))
        told = boss.post(week.url, self.new_row(week.mine, 5, weekday="6"))
        assert filled_in(told)["working_hours-TOTAL_FORMS"] == "7"
        assert boss.post(week.url, filled(told)).status_code == 302
        assert self.stored(week.clinician)[5:] == [(5, 10, 12), (6, 10, 12)]

    def test_a_row_that_somebody_else_removed_stays_away_unless_it_was_typed_into(self, boss, bo, week):
        bo.post(week.url, filled(week.theirs, **{"working_hours-0-DELETE": "1", "working_hours-1-DELETE": "1"}))
        told = boss.post(week.url, filled(week.mine, **{"working_hours-1-end": "13:00"}))
        assert boss.post(week.url, filled(told)).status_code == 302
        assert self.stored(week.clinician) == [(1, 9, 13), (2, 9, 17), (3, 9, 17), (4, 9, 17)]

    def test_a_row_that_both_wrote_waits_for_a_second_word(self, boss, bo, week):
        bo.post(week.url, filled(week.theirs, **{"working_hours-0-start": "10:00"}))
        told = boss.post(week.url, filled(week.mine, **{"working_hours-0-start": "11:00"}))
        assert "Below it stands together with what you entered." in told_by(told)
        assert self.stored(week.clinician)[0] == (0, 10, 17)
        boss.post(week.url, filled(told))
        assert self.stored(week.clinician)[0] == (0, 11, 17)

    def test_what_doesnt_go_together_any_more_is_named(self, boss, bo, week):
        bo.post(week.url, self.new_row(week.theirs, 5))
        told = boss.post(week.url, self.new_row(week.mine, 5, start="11:00", end="13:00"))
        assert MEANWHILE in told_by(told)
        again = boss.post(week.url, filled(told))
        assert "Saturday 10:00 to 12:00 and 11:00 to 13:00 overlap." in again.content.decode()

    def test_a_new_row_that_is_sent_twice_is_stored_once(self, boss, week):
        sent = self.new_row(week.mine, 5)
        boss.post(week.url, sent)
        told = boss.post(week.url, sent)
        boss.post(week.url, filled(told))
        assert self.stored(week.clinician)[5:] == [(5, 10, 12)]
