"""What an editor does with variables: chips in the rich text, spelt out in plain fields."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from playwright.sync_api import expect

from wagtail_clientportal.models import CommunicationTemplate

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CHIP = ".cp-variable"


@pytest.fixture
def desk(new_context, live_server, clinic, client):
    """A page of a browser in which somebody is signed in who may do everything."""
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    context = new_context(viewport={"width": 1280, "height": 1600})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    assert page.faults == []


def saved(template):
    template.refresh_from_db()
    return template.get_latest_revision_as_object()


def open_editor(page, template):
    page.goto(reverse(CommunicationTemplate.snippet_viewset.get_url_name("edit"), args=[template.pk]))
    if template.channel == "email":
        page.locator(".public-DraftEditor-content").wait_for()


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    page.locator(".messages .success").wait_for()


def wait_for_chips(page, number):
    """Draftail writes what it shows into the form a quarter of a second later."""
    page.wait_for_function(
        'number => document.getElementById("id_body").value.split("VARIABLE").length === number + 1', arg=number
    )


def write_email(body):
    return CommunicationTemplate.objects.create(name="Letter", event="booked", channel="email", subject="A", body=body)


def test_a_chip_is_chosen_by_keyboard_and_goes_as_a_whole(desk):
    letter = write_email("<p>See you: </p>")
    open_editor(desk, letter)
    desk.locator(".public-DraftEditor-content").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type(" /variable")  # a link that touches a word would be refused
    desk.get_by_role("option", name="Insert variable").wait_for()
    desk.keyboard.press("Enter")
    first = desk.get_by_role("dialog").get_by_role("button", name="Next appt. link")
    first.wait_for()
    assert first.evaluate("button => button === document.activeElement")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    desk.locator(CHIP, has_text="Next appt. link").wait_for()
    wait_for_chips(desk, 1)
    save(desk)
    assert '<span data-variable="next_appt_link">Next appt. link</span>' in saved(letter).body

    open_editor(desk, letter)
    expect(desk.locator(CHIP)).to_have_text("Next appt. link")
    desk.locator(".public-DraftEditor-content").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.press("Backspace")
    desk.locator(CHIP).wait_for(state="detached")
    expect(desk.locator(".public-DraftEditor-content")).not_to_contain_text("appt")
    wait_for_chips(desk, 0)
    save(desk)
    assert "See you:" in saved(letter).body and "appt" not in saved(letter).body


def test_nothing_is_typed_into_a_chip_and_no_half_of_it_is_deleted(desk):
    letter = write_email('<p>Hello <span data-variable="client_first_name">Client first name</span>!</p>')
    open_editor(desk, letter)
    text = desk.locator(".public-DraftEditor-content")
    desk.locator(CHIP).click()
    desk.keyboard.type("X")
    expect(desk.locator(CHIP)).to_have_text("Client first name")
    desk.keyboard.press("Backspace")

    text.click()
    desk.keyboard.press("Home")
    for _ in "Hello ":
        desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")  # over the chip
    desk.keyboard.type("?")
    expect(text).to_have_text("Hello Client first name?!")
    desk.keyboard.press("Backspace")

    desk.keyboard.press("Home")
    for _ in "Hello C":
        desk.keyboard.press("Shift+ArrowRight")
    desk.keyboard.press("Delete")
    expect(text).to_have_text("!")


def test_the_button_below_the_text_inserts_a_chip_too(desk):
    letter = write_email("<p>Hello </p>")
    open_editor(desk, letter)
    desk.locator(".public-DraftEditor-content").click()
    desk.keyboard.press("Control+End")
    desk.locator("[data-cp-insert-variable=id_body]").click()
    desk.get_by_role("dialog").get_by_role("button", name="Client first name").click()
    desk.locator(CHIP, has_text="Client first name").wait_for()
    wait_for_chips(desk, 1)
    save(desk)
    assert '<span data-variable="client_first_name">' in saved(letter).body


def test_escape_closes_the_list_and_changes_nothing(desk):
    letter = write_email("<p>Hello</p>")
    open_editor(desk, letter)
    desk.locator("[data-cp-insert-variable=id_body]").click()
    desk.get_by_role("dialog").wait_for()
    desk.keyboard.press("Escape")
    desk.get_by_role("dialog").wait_for(state="detached")
    # The editor can be written in again.
    desk.locator(".public-DraftEditor-content[contenteditable=true]").wait_for()
    expect(desk.locator(CHIP)).to_have_count(0)


def test_a_variable_is_inserted_into_the_subject_where_the_cursor_is(desk):
    letter = write_email("<p>Hello</p>")
    open_editor(desk, letter)
    subject = desk.get_by_label("Subject")
    subject.fill("On , see you")
    subject.evaluate("field => field.setSelectionRange(3, 3)")
    desk.locator("[data-cp-insert-variable=id_subject]").click()
    dialog = desk.get_by_role("dialog")
    dialog.wait_for()
    expect(dialog.get_by_role("button", name="Next appt. link")).to_have_count(0)
    dialog.get_by_role("button", name="Appointment date").click()
    assert subject.input_value() == "On {{ appointment_date }}, see you"
    save(desk)
    assert saved(letter).subject == "On {{ appointment_date }}, see you"


def test_the_list_follows_the_event_that_is_chosen(desk):
    text = CommunicationTemplate.objects.get(event="booked", channel="sms")
    open_editor(desk, text)
    how_long_before = desk.get_by_text("How long before", exact=True)
    how_long_before.wait_for(state="hidden")
    desk.get_by_label("Sent when").select_option("reminder")
    how_long_before.wait_for()
    desk.get_by_label("Sent when").select_option("sign_in")
    desk.locator("[data-cp-insert-variable=id_body]").click()
    offered = desk.get_by_role("dialog").locator("li")
    offered.get_by_text("Sign-in URL", exact=True).wait_for()
    offered = offered.all_inner_texts()
    assert "Sign-in link" not in offered and "Client first name" not in offered


def test_a_hostile_chip_runs_nothing(desk):
    letter = write_email(
        '<p><span data-variable="clinic_name">&lt;img src=x onerror="document.title=1"&gt;</span> '
        '<span data-variable="x&quot; onmouseover=&quot;document.title=2">hover</span></p>'
    )
    open_editor(desk, letter)
    title = desk.title()
    desk.get_by_text("hover").hover()
    expect(desk.locator(".public-DraftEditor-content img")).to_have_count(0)
    expect(desk.locator("[onmouseover]")).to_have_count(0)
    assert desk.title() == title
