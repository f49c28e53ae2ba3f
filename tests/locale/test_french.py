"""The portal in French: sentences, dates and messages; nothing half in one language on what anybody sees."""

import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from wagtail.models import Locale

from tests.factories import NOW
from tests.portal.reading import soup, text
from wagtail_clientportal.access.links import mint_sign_in_link
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.communications.compose import example
from wagtail_clientportal.models import CommunicationTemplate
from wagtail_clientportal.outbox.backends.sms import locmem
from wagtail_clientportal.outbox.backends.sms.segments import GSM_7, size_of

LOCALE = Path(__file__).resolve().parent.parent.parent / "wagtail_clientportal/locale"
ENTRY = re.compile(
    r'(?P<refs>(?:#: .*\n)+)(?:#.*\n)*(?:msgctxt .*\n)?msgid (?P<id>(?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?'
    r"msgstr(?:\[0\])? (?P<str>(?:\".*\"\n?)+)"
)


@pytest.fixture
def french(settings):
    """A browser that asks for French, signed in."""
    browser = Browser(headers={"accept-language": "fr"})
    with time_machine.travel(NOW, tick=False):
        yield browser


def signed_in(browser, clinic):
    browser.get(f"/p/{mint_sign_in_link('margaret@example.org', clinic.site, NOW)}/")
    answers = {"day": "9", "month": "décembre", "year": "1956", "postcode": "sw1a1aa"}
    assert browser.post("/portal/verify/", answers).status_code == 302
    return browser


def test_the_front_door_speaks_french(french, clinic):
    page = french.get("/portal/")
    assert soup(page).html["lang"].startswith("fr")
    assert "Adresse e-mail ou numéro de mobile" in text(page)
    assert "M’envoyer un lien" in text(page)


def test_an_appointment_says_its_french_date_time_and_zone(french, clinic):
    clinic.location.timezone = "Europe/Dublin"  # another one than the site's
    clinic.location.save()
    page = text(signed_in(french, clinic).get(f"/portal/appointments/{clinic.appointment.public_id}/"))
    assert "mercredi 25 novembre 2026 à 10:00, heure de Dublin" in page
    assert "Annuler ce rendez-vous" in page
    assert "Wednesday" not in page and "Your appointment" not in page and "10am" not in page


def test_free_times_are_grouped_and_counted_in_french(french, clinic):
    page = text(
        signed_in(french, clinic).get(
            f"/portal/appointments/{clinic.appointment.public_id}/change/", {"from": "2026-12-01"}
        )
    )
    assert "mardi 1er décembre" in page
    assert "Matin" in page and "Après-midi" in page and "horaires" in page
    assert "Morning" not in page and "Tuesday" not in page


def test_a_refused_answer_is_a_french_sentence_with_its_count(french, clinic):
    french.get(f"/p/{mint_sign_in_link('margaret@example.org', clinic.site, NOW)}/")
    page = french.post("/portal/verify/", {"day": "1", "month": "1", "year": "1950", "postcode": "sw1a1aa"})
    assert "Il vous reste 4 essais." in text(page)
    assert "Erreur" in soup(page).title.get_text()


@pytest.fixture
def french_site(clinic, settings):
    """A clinic whose site is French, as ``migrate`` finds it."""
    settings.LANGUAGE_CODE = "fr"
    page = clinic.site.root_page
    page.locale, _made = Locale.objects.get_or_create(language_code="fr")
    page.save()
    CommunicationTemplate.objects.all().delete()
    seeds = import_module("wagtail_clientportal.migrations.0002_first_records")
    seeds.make_templates(lambda name: apps.get_model("wagtail_clientportal", name).objects, page.locale)
    return clinic


def test_messages_of_a_french_site_are_french(french_site):
    locmem.outbox.clear()
    change(french_site.appointment, datetime(2026, 12, 1, 14, 30, tzinfo=UTC), by=french_site.client, now=NOW)
    deliver_due(NOW + timedelta(minutes=3))
    to_client = next(one for one in mail.outbox if one.to == ["margaret@example.org"])
    to_staff = next(one for one in mail.outbox if one.to == ["staff@harbour.example"])
    assert to_client.subject == "Votre rendez-vous a été modifié : mardi 1er décembre 2026 à 14:30"
    assert "Bonjour Margaret," in to_client.body and "Gérer le rendez-vous" in to_client.body
    assert to_staff.subject.startswith("Rendez-vous modifié : désormais mardi 1er décembre 2026 à 14:30")


def test_a_french_text_message_needs_no_character_that_makes_it_cost_double(french_site):
    """One character outside GSM 03.38, a typographic apostrophe say, more than halves what a text can hold."""
    for template in CommunicationTemplate.objects.filter(channel="sms"):
        text = example(template, french_site.site, NOW).text
        assert size_of(text).encoding == GSM_7, (template.event, size_of(text).culprits)


def test_a_client_s_record_is_read_in_french_by_staff(clinic, settings, client):
    settings.LANGUAGE_CODE = "fr"
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    with time_machine.travel(NOW, tick=False):
        page = text(client.get(reverse("clientportal_client:inspect", args=[clinic.client.pk])))
    assert "Dossier client" in page
    assert "Mettre fin à tous les liens et à toutes les sessions" in page
    assert "Send a sign-in link" not in page and "Nobody has signed in" not in page


def test_an_anonymised_record_of_a_french_site_has_its_words_in_french_order(clinic, settings):
    settings.LANGUAGE_CODE = "fr"
    sam = get_user_model().objects.create_user("sam", "sam@harbour.example", "secret")
    anonymised = anonymise_client(clinic.client, by=sam, now=clinic.appointment.end + timedelta(days=1))
    assert anonymised.full_name == "Client anonymisé"


def test_the_staff_s_groups_of_a_french_site_have_french_names(db, settings):
    settings.LANGUAGE_CODE = "fr"
    import_module("wagtail_clientportal.migrations.0004_groups").make_groups(apps, None)
    french = {"Secrétariat du cabinet", "Praticien", "Responsable du cabinet"}
    assert french <= set(Group.objects.values_list("name", flat=True))


def test_nothing_is_left_in_english_or_in_doubt():
    catalogue = (LOCALE / "fr/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    entries = list(ENTRY.finditer(catalogue))
    assert len(entries) > 1000
    assert not [match["id"] for match in entries if not re.search(r'"[^"]', match["str"])]
    # A translation that is marked so is not shown.
    assert not re.findall(r"^#, .*fuzzy.*\n(?:#.*\n)*(msgid .*)", catalogue, re.MULTILINE)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_catalogue_is_shipped_compiled(language):
    for suffix in ("po", "mo"):
        assert (LOCALE / language / "LC_MESSAGES" / f"django.{suffix}").stat().st_size > 0
