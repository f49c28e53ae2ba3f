"""What a mail program gets: it may read no style sheet, no relative address and no padding around a link."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.utils import translation
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from wagtail_clientportal.communications.email_layout import render_email
from wagtail_clientportal.communications.plain_text import plain_text
from wagtail_clientportal.models import Location, PortalSettings
from wagtail_clientportal.policies.accent import in_the_dark

BUTTON = '<p><a class="cp-button" href="https://clinic.example/p/abc/">Manage appointment</a></p>'


def email(body="<p>Hello</p>", *, location=None, **values):
    settings = PortalSettings(clinic_name="Harbour <Clinic>", phone="020 7946 0999")
    values = {"subject": "Your appointment", "base_url": "https://clinic.example", "unsubscribe_url": ""} | values
    return render_email(body, portal_settings=settings, location=location, **values)


def read(html):
    return BeautifulSoup(html, "html.parser")


def quayside(**values):
    return Location(**{"name": "Harbour Rooms", "address": "14 Quayside\nFalmouth", "phone": "01326 960000"} | values)


def test_styles_stand_in_the_elements_and_only_at_rules_in_a_style_sheet():
    soup = read(email("<p>Hello</p><h2>Monday</h2>"))
    assert "font-family" in soup.select_one("td.cp-panel")["style"]
    assert "font-size" in soup.h2["style"] and "margin" in soup.p["style"]
    [sheet] = soup("style")
    outside = re.sub(r"@media[^{]+\{(?:[^{}]*\{[^}]*\})*\s*\}", "", sheet.string)
    assert not outside.strip()
    assert "prefers-color-scheme: dark" in sheet.string


def test_no_text_is_smaller_than_16_pixels():
    styles = " ".join(
        tag["style"] for tag in read(email(location=quayside(), unsubscribe_url="https://x/"))(style=True)
    )
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", styles)) >= 16


def test_a_button_is_a_padded_cell_whose_whole_area_is_the_link():
    soup = read(email(f"<p>Hello</p>{BUTTON}"))
    [link] = soup.select("a.cp-button")
    assert link["href"] == "https://clinic.example/p/abc/"
    assert link.parent.name == "td" and link.find_parent("table")["role"] == "presentation"
    assert "background-color" in link.parent["style"] and "mso-padding-alt" in link.parent["style"]
    assert "display: block" in link["style"] and "padding" in link["style"]
    assert link.find_parent("p") is None


def test_in_a_sentence_it_stays_a_link():
    soup = read(email('<p>Or <a class="cp-button" href="https://clinic.example/p/abc/">change it</a> here.</p>'))
    assert soup.select_one("td.cp-panel").get_text() == "Or change it here."
    assert not soup.select(".cp-button-box")
    # A button's white letters would be lost on the message's own ground.
    assert "#ffffff" not in soup.select_one("td.cp-panel a")["style"]


@pytest.mark.parametrize(
    ("href", "absolute"),
    [
        ("/portal/", "https://clinic.example/portal/"),
        ("https://elsewhere.example/a?b=1&amp;c=2", "https://elsewhere.example/a?b=1&c=2"),
        ("mailto:desk@clinic.example", "mailto:desk@clinic.example"),
        ("tel:+441326960000", "tel:+441326960000"),
    ],
)
def test_addresses_in_the_body_are_whole(href, absolute):
    assert read(email(f'<p>See <a href="{href}">this</a></p>')).select_one(".cp-panel a")["href"] == absolute


def test_what_is_no_address_stays_as_it_is():
    assert read(email('<p>See <a href="http://[x">this</a></p>')).select_one(".cp-panel a")["href"] == "http://[x"


def test_without_a_site_an_address_stays_as_it_is():
    assert read(email('<p>See <a href="/portal/">this</a></p>', base_url="")).select_one(".cp-panel a")["href"] == (
        "/portal/"
    )


def test_below_stands_who_writes_and_where_they_are_found():
    footer = read(email(location=quayside())).select_one("td.cp-footer")
    assert footer.p.get_text("\n", strip=True) == (
        "Harbour <Clinic>\nHarbour Rooms\n14 Quayside\nFalmouth\nPhone:\n01326 960000"
    )
    assert footer.a["href"] == "tel:+441326960000"
    assert "Stop emails" not in footer.get_text()


def test_a_message_about_no_place_gives_the_clinics_own_phone():
    footer = read(email()).select_one("td.cp-footer")
    assert footer.get_text("\n", strip=True) == "Harbour <Clinic>\nPhone:\n020 7946 0999"


def test_a_location_called_like_the_clinic_is_not_named_twice():
    footer = read(email(location=quayside(name="Harbour <Clinic>"))).select_one("td.cp-footer")
    assert footer.get_text().count("Harbour <Clinic>") == 1


def test_where_they_can_be_stopped_the_last_line_says_how():
    footer = read(email(unsubscribe_url="https://clinic.example/p/stop/?a=1&b=2")).select_one("td.cp-footer")
    assert footer("a")[-1]["href"] == "https://clinic.example/p/stop/?a=1&b=2"
    assert footer("a")[-1].get_text() == "Stop reminders by email"


def test_language_and_direction_are_said_where_mail_programs_keep_them():
    with translation.override("ar"):
        soup = read(email())
    assert (soup.html["lang"], soup.html["dir"]) == ("ar", "rtl")
    # Many drop <html> and <body>.
    wrapper = soup.body.div
    assert (wrapper["lang"], wrapper["dir"]) == ("ar", "rtl")
    assert read(email()).body.div["dir"] == "ltr"


def test_the_subject_is_text():
    soup = read(email(subject='</title><b>"Hi"'))
    assert soup.title.string == '</title><b>"Hi"'
    assert not soup.find("b")


def test_nothing_is_fetched_and_nothing_runs():
    html = email(f"<p>Hello</p>{BUTTON}", location=quayside(), unsubscribe_url="https://x.example/")
    assert not read(html)(["link", "script", "img", "iframe"])
    assert "url(" not in html and "@import" not in html


def test_the_whole_reads_well_as_plain_text():
    html = email(f"<p>Hello</p>{BUTTON}", location=quayside(), unsubscribe_url="https://clinic.example/stop/")
    assert plain_text(html) == (
        "Harbour <Clinic>\n\nHello\n\nManage appointment:\nhttps://clinic.example/p/abc/\n\n"
        "Harbour <Clinic>\nHarbour Rooms\n14 Quayside\nFalmouth\nPhone: 01326 960000\n\n"
        "Stop reminders by email: https://clinic.example/stop/"
    )


def test_a_site_overrides_blocks_of_the_layout_at_the_same_path(tmp_path, settings):
    own = tmp_path / "wagtail_clientportal" / "communications"
    own.mkdir(parents=True)
    (own / "email.html").write_text(
        '{% extends "wagtail_clientportal/communications/email.html" %}{% block header %}Our logo{% endblock %}'
        "{% block extra_css %}.cp-column td.cp-header { color: #770000; }{% endblock %}"
    )
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}, *settings.TEMPLATES[1:]]
    header = read(email()).select_one("td.cp-header")
    assert header.get_text() == "Our logo"
    assert "#770000" in header["style"]


def test_an_email_wears_the_clinics_colour_light_and_dark(clinic):
    html = render_email(
        '<p><a class="cp-button" href="/x/">Manage</a></p>',
        subject="Booked",
        portal_settings=PortalSettings(site=clinic.site, accent_colour="#7A1F5C"),
        location=None,
        base_url="https://clinic.example",
    )
    assert "#7a1f5c" in BeautifulSoup(html, "html.parser").select_one(".cp-button-box td")["style"]
    assert in_the_dark("#7a1f5c") in html.partition("prefers-color-scheme: dark")[2]
    assert "#0b5a5c" not in html


@pytest.mark.parametrize("is_there", [True, False])
def test_the_logo_stands_above_an_email_and_the_name_where_its_file_has_gone(clinic, is_there):
    cache.clear()  # of renditions
    logo = Image.objects.create(title="Anchor", file=get_test_image_file(size=(640, 480)))
    if not is_there:
        logo.file.delete(save=False)
        logo.file.name = "gone.png"
    html = render_email(
        "<p>Hello</p>",
        subject="Booked",
        portal_settings=PortalSettings(site=clinic.site, clinic_name="Harbour Clinic", logo=logo),
        location=None,
        base_url="https://clinic.example",
    )
    header = BeautifulSoup(html, "html.parser").select_one(".cp-header")
    if is_there:
        assert header.img["src"].startswith("https://clinic.example/media/")
        assert (header.img["alt"], header.img["height"]) == ("Harbour Clinic", "48")
    else:
        assert header.get_text(strip=True) == "Harbour Clinic" and not header.img
