import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser

from tests.booking.conftest import open_booking
from wagtail_clientportal.booking.views.previews import MODES
from wagtail_clientportal.models import BookingRequest, BookingSettings, OnlineBookingPage


@pytest.mark.parametrize("mode", [name for name, _label in MODES])
def test_every_screen_has_a_preview_with_examples_whether_booking_is_on_or_off(clinic, mode):
    page = open_booking()
    BookingSettings.objects.update(enabled=False)
    response = page.make_preview_request(preview_mode=mode)
    found = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200 and found.h1 is not None
    assert not found.select("script:not([src]), style, [style]")
    assert clinic.location.name not in found.get_text() and clinic.clinician.name not in found.select("h3")
    assert not BookingRequest.objects.exists()


def test_a_page_that_is_not_saved_yet_has_a_preview(clinic):
    page = OnlineBookingPage(title="New", slug="new", locale=clinic.page.locale)
    page.set_url_path(clinic.site.root_page)
    for mode, _label in MODES:
        assert page.make_preview_request(preview_mode=mode).status_code == 200


def test_it_stays_private_below_a_private_page(clinic):
    page = open_booking()
    page.get_parent().view_restrictions.create(restriction_type="login")
    assert Browser().get(page.url).status_code == 302
