"""A client chooses what they are reminded by, and in which language; nothing else ends by it."""

import pytest
from django.core import mail
from wagtail.models import Locale

from tests.factories import NOW
from tests.portal.reading import soup, text
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import Client


@pytest.fixture
def portal(portal):
    return portal.sign_in()


def read(portal):
    """What the form would send as it stands."""
    form = soup(portal.get("preferences/")).select_one("form[action='/portal/preferences/']")
    boxes = {box["name"]: "on" for box in form.select("input[type=checkbox][checked]")}
    hidden = {box["name"]: box.get("value", "") for box in form.select("input[type=hidden]")}
    chosen = {one["name"]: one.select_one("[selected]")["value"] for one in form.select("select")}
    return boxes | hidden | chosen


def save(portal, without=(), **data):
    sent = {name: value for name, value in read(portal).items() if name not in without} | data
    return portal.post("preferences/", sent)


def client():
    return Client.objects.get()


@pytest.fixture
def in_two_languages(portal):
    french, _made = Locale.objects.get_or_create(language_code="fr")
    root = portal.clinic.site.root_page.specific
    root.copy_for_translation(french, alias=False).save_revision().publish()
    page = portal.clinic.page.specific.copy_for_translation(french)
    page.title = "Vos rendez-vous"
    page.save_revision().publish()
    return portal


def test_the_list_leads_there(portal):
    assert "Choose your reminders" in text(portal.get("appointments/"))


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_reminders_are_stopped_and_resumed_one_by_one(portal, channel):
    name = f"{channel}_reminders"
    assert save(portal, without=[name])["Location"] == "/portal/preferences/"
    assert "Your choice has been saved" in text(portal.get("preferences/"))
    assert [client().email_reminders, client().sms_reminders] == [channel != "email", channel != "sms"]
    save(portal, **{name: "on"})
    assert client().email_reminders and client().sms_reminders


def test_looking_changes_nothing_and_nothing_else_ends(portal):
    portal.get("preferences/")
    save(portal, without=["email_reminders", "sms_reminders"])
    assert client().email_opt_in and client().sms_opt_in
    cancel(portal.clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert any("has been cancelled" in one.subject for one in mail.outbox)


def test_what_somebody_else_changed_meanwhile_stays(portal):
    sent = read(portal)
    Client.objects.update(email_reminders=False)
    portal.post("preferences/", {name: value for name, value in sent.items() if name != "sms_reminders"})
    assert not client().email_reminders and not client().sms_reminders


def test_what_only_the_clinic_can_switch_on_is_not_offered(portal):
    Client.objects.update(email_opt_in=False)
    page = soup(portal.get("preferences/"))
    assert not page.select("[name=email_reminders]") and page.select("[name=sms_reminders]")
    Client.objects.update(sms_opt_in=False)
    assert "Only we can change that" in text(portal.get("preferences/"))
    portal.post("preferences/", {"email_reminders": "on", "initial-email_reminders": ""})
    assert not client().email_opt_in


def test_a_session_for_one_appointment_has_no_preferences(portal):
    portal.post("sign-out/")
    portal.open_appointment()
    assert portal.get("preferences/").status_code == 404
    assert portal.post("preferences/", {"initial-email_reminders": "True"}).status_code == 404
    assert client().email_reminders


def test_in_one_language_there_is_none_to_choose(portal):
    assert not soup(portal.get("preferences/")).select("[name=language]")


def test_messages_come_in_the_language_that_was_chosen(in_two_languages):
    portal = in_two_languages
    save(portal, language="fr")
    assert client().language == "fr"
    cancel(portal.clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert any("mercredi 25 novembre 2026" in one.subject for one in mail.outbox if one.to == [client().email])


def test_another_language_is_refused(in_two_languages):
    answer = save(in_two_languages, language="tlh")
    assert "Choose one of the languages in the list" in text(answer) and client().language == ""


def test_whoever_is_not_signed_in_is_sent_to_the_front_door(portal):
    portal.post("sign-out/")
    assert portal.get("preferences/")["Location"] == "/portal/"
