"""A clinician is ill: the desk clears their day by keyboard alone, and in French."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from tests.factories import make_client
from tests.journeys.by_keyboard import press, tab_to
from tests.journeys.faults import TOO_WIDE, WCAG, broken_rules, texts_in_english
from tests.journeys.signing_in import open_admin
from wagtail_clientportal.models import Appointment, Clearing, TimeOff

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def rita(db):
    return get_user_model().objects.create_user("rita", first_name="Rita")


@pytest.fixture
def ill(clinic, settings):
    """A day with three appointments; no message reaches one of their clients. Without a worker the request does it."""
    del settings.Q_CLUSTER
    day = clinic.appointment.start.astimezone(LONDON).date()
    for hour, name, email in ((9, "Ann", ""), (11, "Tom", "tom@example.org")):
        start = datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)
        clinic.book(client=make_client(first_name=name, email=email, mobile=""), start=start)
    return day


def check(page):
    assert not broken_rules(page, WCAG, within="main")
    assert page.evaluate(TOO_WIDE) == []


def go_on(page, button):
    with page.expect_navigation():
        press(page, page.get_by_role("button", name=button))


# A phone in the dark, and a desk in the light, are met in ``test_morning.py``.
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")], ids=["phone", "desk"])
def test_a_day_is_cleared_by_keyboard_alone(new_context, live_server, clinic, rita, ill, width, scheme):
    context = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = open_admin(context, live_server, rita, "Clinic receptionist")
    page.goto("/admin/clientportal/clear-a-day/")
    check(page)
    go_on(page, "See the appointments")
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    check(page)

    tab_to(page, page.get_by_role("combobox", name="Clinician"))
    page.keyboard.type("Ada")
    tab_to(page, page.get_by_role("textbox", name="First day"))
    page.keyboard.type(f"{ill:%d/%m/%Y}")
    press(page, page.get_by_role("radio").first, "ArrowDown")
    page.keyboard.press("ArrowDown")  # cancelling all
    go_on(page, "See the appointments")

    expect(page.locator("fieldset")).to_have_count(3)
    check(page)
    tab_to(page, page.locator("fieldset", has_text="Tom").get_by_role("combobox"))
    page.keyboard.press("ArrowDown")  # moved: to the first time that is offered
    tab_to(page, page.get_by_label("What all clients are told with it"))
    page.keyboard.type("We are sorry.")
    go_on(page, "Preview")

    expect(page.get_by_text("No message reaches Ann Hale, so please ring.")).to_be_visible()
    expect(page.get_by_text("We are sorry.").first).to_be_visible()
    check(page)
    go_on(page, "Do all of this now")

    expect(page.get_by_text("Please ring", exact=True)).to_be_visible()
    check(page)
    go_on(page, "Mark Ann Hale as rung")
    expect(page.get_by_text("by Rita").last).to_be_visible()
    check(page)
    assert TimeOff.objects.get().clinician == clinic.clinician
    [left] = Appointment.objects.filter(holds_place=True)
    assert left.client.first_name == "Tom" and left.start.astimezone(LONDON).date() > ill
    assert page.faults == []


def test_in_french_no_sentence_is_english(new_context, live_server, clinic, rita, ill):
    UserProfile.objects.create(user=rita, preferred_language="fr")
    context = new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = open_admin(context, live_server, rita, "Clinic receptionist")

    def check():
        assert texts_in_english(page) == []

    def send(name):
        with page.expect_navigation():
            page.locator(f"main {name}").click()
        check()

    page.goto("/admin/clientportal/clear-a-day/")
    check()
    send("form [type=submit]")  # with an error beside each field
    page.locator("[name=clinician]").select_option("Ada Osei")
    page.locator("[name=first_day]").fill(f"{ill:%d/%m/%Y}")
    page.locator("[name=first_day]").press("Tab")
    check()
    send("form [type=submit]")
    send("[value=look_again]")
    send("[value=decide]")
    send("form [type=submit]")  # done
    assert Clearing.objects.get().state == "done"
    send("[value=rung]")
    page.goto("/admin/clientportal/clear-a-day/")
    check()
    assert page.faults == []
