"""The clinic's own look: its colour, its logo, the way back to its front page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from tests.portal.reading import soup
from wagtail_clientportal.models import PortalSettings


@pytest.fixture
def logo(clinic):
    picture = Image.objects.create(title="Anchor", file=get_test_image_file(size=(640, 480)))
    PortalSettings.objects.update(logo=picture)
    return picture


def test_the_clinics_colour_comes_as_a_sheet_that_browsers_keep(portal):
    PortalSettings.objects.update(accent_colour="#7A1F5C")
    [sheet] = soup(portal.get()).select("link[href*='accent']")
    with CaptureQueriesContext(connection) as captured:
        answer = portal.browser.get(sheet["href"])
    assert answer.content.decode() == ":root { --cp-accent: #7a1f5c; }\n"
    assert answer["Content-Type"].startswith("text/css")
    assert "immutable" in answer["Cache-Control"]
    assert not captured and not answer.cookies


@pytest.mark.parametrize("colour", ["", "red", "7a1f5c", "#7a1f5;"])
def test_what_is_no_colour_makes_no_sheet(portal, colour):
    PortalSettings.objects.update(accent_colour=colour)
    assert not soup(portal.get()).select("link[href*='accent']")


def test_an_address_that_is_no_colour_is_no_sheet(portal):
    assert "css" not in portal.browser.get("/p/accent/7a1f5c;}body{display:none.css").get("Content-Type", "")


def test_the_clinics_name_leads_back_to_its_front_page(portal):
    name = soup(portal.get()).select_one(".cp-header a")
    assert name["href"] == "/"
    assert name.get_text() == "Harbour Clinic"


def test_the_logo_stands_for_the_clinics_name_and_says_it(portal, logo):
    [picture] = soup(portal.get()).select(".cp-header a[href='/'] img")
    assert picture["alt"] == "Harbour Clinic"
    assert int(picture["height"]) <= 96


def test_without_a_logo_nobody_asks_for_one(portal):
    portal.get()
    with CaptureQueriesContext(connection) as captured:
        portal.get()
    assert not any("wagtailimages" in query["sql"] for query in captured)
