"""What a receptionist and a clinician do in the admin before the first client comes, in a real browser."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from playwright.sync_api import expect

from tests.journeys.signing_in import open_admin
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(params=[390, 1280], ids=["phone", "desk"])
def width(request):
    return request.param


@pytest.fixture
def desk(new_context, live_server, width):
    """A function that opens the admin for somebody in this group."""

    def sit_down(user, group):
        return open_admin(new_context(viewport={"width": width, "height": 900}), live_server, user, group)

    return sit_down


@pytest.fixture
def morning(clinic):
    """A clinic where a client moved an appointment, wrote why, and one of its clients has no postcode."""
    clinic.clinician.user = get_user_model().objects.create_user("ada", "ada@harbour.example", first_name="Ada")
    clinic.clinician.save()
    appointment = book(
        clinic.client,
        clinic.clinician,
        clinic.location,
        clinic.appointment_type,
        clinic.appointment.start + timedelta(days=7),
        by=None,
    )
    cancel(appointment, message="I am better, <b>thank you</b>", by=clinic.client)
    type(clinic.client).objects.filter(pk=clinic.client.pk).update(postcode="", postcode_key="")
    return appointment


def open_from_menu(page, name, *, group="Client portal"):
    if page.viewport_size["width"] < 800:
        page.get_by_role("button", name="Toggle sidebar").click()
    if group:
        page.get_by_role("button", name=group).click()
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def test_a_receptionists_morning(desk, morning, clinic, mailoutbox):
    page = desk(get_user_model().objects.create_user("rita", first_name="Rita"), "Clinic receptionist")

    # Find a client,
    open_from_menu(page, "Clients")
    page.goto(page.url + "?q=07700+900123")
    with page.expect_navigation():
        page.get_by_role("link", name="Margaret Hale").first.click()
    # fill in what is missing,
    warning = page.get_by_text("Margaret Hale can’t use the portal:")
    if warning.count() == 0:  # the list leads to the form
        expect(page.get_by_label("Postcode")).to_have_value("")
    else:
        with page.expect_navigation():
            page.get_by_role("link", name="Put it right").click()
    page.get_by_label("Postcode").fill("sw1a 1aa")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Margaret Hale can’t use the portal:")).to_have_count(0)
    clinic.client.refresh_from_db()
    assert clinic.client.has_identity
    # send the link again,
    page.get_by_role("tab", name="Access").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Email to margaret@example.org").click()
    call_command("clientportal_send")
    assert [mail for mail in mailoutbox if mail.to == ["margaret@example.org"] and "/p/" in mail.body]
    # and see to a message.
    open_from_menu(page, "Messages (1)")
    with page.expect_navigation():
        page.get_by_role("link", name="Margaret Hale").first.click()
    expect(page.get_by_text("I am better, <b>thank you</b>")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Mark as handled").click()
    message = clinic.client.messages.get()
    assert message.handled_by.username == "rita"
    assert page.faults == []


def test_a_clinicians_morning(desk, morning, clinic):
    page = desk(clinic.clinician.user, "Clinician")
    expect(page.get_by_text("Since you were last here")).to_be_visible()

    open_from_menu(page, re.compile(r"^Notifications \(\d\)$"), group=None)
    row = page.get_by_role("row").filter(has_text="essage").first
    with page.expect_navigation():
        row.get_by_role("button", name="Open").click()
    expect(page.get_by_text("I am better, <b>thank you</b>")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(r"\d\d:\d\d–\d\d:\d\d")).click()
    history = page.get_by_role("table").filter(has_text="From → to")
    expect(history.get_by_role("row").nth(1)).to_contain_text("Cancelled")
    expect(history.get_by_role("row").nth(1)).to_contain_text("Client")
    expect(history).to_contain_text("I am better, <b>thank you</b>")
    assert page.faults == []
