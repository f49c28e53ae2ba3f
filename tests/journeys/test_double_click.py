"""What people do with the link's form: click twice, and load a tab again while another link waits in the next one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.signing_in import fill_in_who
from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link

# A live server needs real transactions, and what the migrations seeded must come back after each of them.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def width():
    return 320


@pytest.mark.parametrize("browser", ["page", "lively"], ids=["without-script", "with-script"])
@pytest.mark.parametrize("kind", ["sign-in", "appointment"])
def test_a_double_click_on_continue_signs_in(request, clinic, browser, kind):
    page, now = request.getfixturevalue(browser), timezone.now()
    if kind == "sign-in":
        token = mint_sign_in_link("margaret@example.org", clinic.site, now)
    else:
        token = mint_appointment_link(clinic.appointment, now)
    page.goto(f"/p/{token}/")
    fill_in_who(page)
    page.get_by_role("button", name="Continue").dblclick()
    expect(page.get_by_text("Signed in as Margaret")).to_be_visible()
    page.goto("/portal/appointments/")
    expect(page.get_by_text("Signed in as Margaret")).to_be_visible()


def test_a_tab_that_is_loaded_again_asks_about_its_own_link(lively, clinic):
    later = clinic.book(start=timezone.now() + timedelta(days=30))
    own, other = (mint_appointment_link(one, timezone.now()) for one in (clinic.appointment, later))
    lively.goto(f"/p/{own}/")
    asked = lively.locator("input[name=link]").get_attribute("value")
    lively.context.new_page().goto(f"/p/{other}/")
    lively.reload()
    assert lively.locator("input[name=link]").get_attribute("value") == asked
