"""The client's side in Welsh, German, Spanish and French: whatever a client meets, no word of it is left in English."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.utils.translation import ngettext, override
from wagtail.models import Locale

from tests.booking.conftest import open_booking
from tests.factories import NOW
from tests.locale.clients_side import LANGUAGES, entries_of, is_clients, is_translated, key_of
from tests.locale.english import TO_FILL_IN, left_in_english, read, word_anew
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.communications.compose import example
from wagtail_clientportal.models import CommunicationTemplate
from wagtail_clientportal.outbox.backends.sms.segments import GSM_7, size_of
from wagtail_clientportal.practice.money import money_in_words


@pytest.fixture
def site_in(clinic, settings):
    """Make the clinic's site one of that language, as ``migrate`` makes it and its editors name it."""

    def make(language):
        settings.LANGUAGE_CODE = language
        settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [(language, language), ("en-gb", "English")]
        root = clinic.site.root_page
        root.locale, _made = Locale.objects.get_or_create(language_code=language)
        root.save()
        CommunicationTemplate.objects.all().delete()
        seeds = import_module("wagtail_clientportal.migrations.0002_first_records")
        seeds.make_templates(lambda name: apps.get_model("wagtail_clientportal", name).objects, root.locale)
        word_anew(clinic, language)
        return clinic

    return make


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_all_that_clients_meet_and_nothing_of_the_staff_s(language):
    _header, *entries = entries_of(language)
    has, needs = {key_of(one) for one in entries}, {key_of(one) for one in entries_of("fr") if is_clients(one)}
    missing = sorted(needs - has) + [key_of(one) for one in entries if not is_translated(one)]
    assert not missing, "say it in this language, too: see “Texts” in CONTRIBUTING.md"
    assert not has - needs, "no client reads this: make texts takes it out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_english_does(language):
    for entry in filter(is_clients, entries_of(language)):
        english, *forms = re.split(r"^msgstr(?:\[\d\])? ", entry, flags=re.MULTILINE)
        wanted = set(TO_FILL_IN.findall(read(english).replace('"\n"', "")))
        *few, last = [set(TO_FILL_IN.findall(read(form).replace('"\n"', ""))) for form in forms]
        assert last == wanted and all(one <= wanted for one in few), entry  # one may be "once"


def test_the_judge_can_find_fault():
    assert left_in_english("<p>Please ask for a link.</p><b> Save </b>", "de") == ["Save"]
    assert left_in_english("<p>Send me the link, please</p>", "de") == ["Send me the link"]
    staffs = "Nobody has signed in as this person lately."
    assert left_in_english(f"<p>{staffs}</p>", "de") == [staffs]
    assert left_in_english("<p>Link an mich senden, Save Energy</p>", "de") == []


@pytest.mark.parametrize("language", ["fr", *LANGUAGES])
def test_no_screen_of_the_portal_is_left_in_english(site_in, language):
    page = site_in(language).page
    for mode, _name in page.preview_modes:
        html = page.make_preview_request(preview_mode=mode).content.decode()
        assert f'<html lang="{language}"' in html
        assert not left_in_english(html, language), mode


@pytest.mark.parametrize("language", ["fr", *LANGUAGES])
def test_no_screen_of_online_booking_is_left_in_english(site_in, language):
    site_in(language)
    page = open_booking()
    page.title = "Harbour"
    page.save()
    for mode, _name in page.preview_modes:
        html = page.make_preview_request(preview_mode=mode).content.decode()
        assert not left_in_english(html, language), mode


@pytest.mark.parametrize("language", ["fr", *LANGUAGES])
def test_no_message_is_left_in_english(site_in, language):
    clinic = site_in(language)
    for template in CommunicationTemplate.objects.all():
        message = example(template, clinic.site, NOW)
        assert "{{" not in message.text
        whole = " ".join([message.subject, message.text, message.html])
        assert not left_in_english(whole, language), template.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_needs_no_character_that_makes_it_cost_double(site_in, language):
    clinic = site_in(language)
    for template in CommunicationTemplate.objects.filter(channel="sms"):
        size = size_of(example(template, clinic.site, NOW).text)
        assert size.encoding == GSM_7, (template.event, size.culprits)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("cy", "Mae eich apwyntiad wedi’i newid: dydd Mawrth 1 Rhagfyr 2026 am 2:30yh"),
        ("de", "Ihr Termin wurde geändert: Dienstag, 1. Dezember 2026 um 14:30"),
        ("es", "Su cita ha cambiado: martes, 1 de diciembre de 2026 a las 14:30"),
    ],
)
def test_a_message_has_its_date_and_time_as_they_are_said_there(site_in, language, subject):
    clinic = site_in(language)
    change(clinic.appointment, datetime(2026, 12, 1, 14, 30, tzinfo=UTC), by=clinic.client, now=NOW)
    deliver_due(NOW + timedelta(minutes=3))
    assert next(one for one in mail.outbox if one.to == ["margaret@example.org"]).subject == subject


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("cy", ["1 diwrnod", "2 ddiwrnod", "3 diwrnod", "8 diwrnod"]),
        ("de", ["1 Tag", "2 Tage", "3 Tage", "8 Tage"]),
        ("es", ["1 día", "2 días", "3 días", "8 días"]),
    ],
)
def test_things_are_counted_as_they_are_there(language, counted):
    with override(language):
        assert [ngettext("%(count)d day", "%(count)d days", n) % {"count": n} for n in (1, 2, 3, 8)] == counted


@pytest.mark.parametrize(
    ("language", "said"),
    [("en-gb", "£48.50"), ("cy", "£48.50"), ("fr", "48,50 £"), ("de", "48,50 £"), ("es", "48,50 £")],
)
def test_an_amount_is_written_as_it_is_there(language, said):
    with override(language):
        assert money_in_words(Decimal("48.50"), "GBP").replace("\N{NO-BREAK SPACE}", " ") == said
