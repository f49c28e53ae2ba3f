"""The diary and today's list in a real browser: by mouse and by keyboard, with a script and without."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_client, make_clinician
from tests.journeys.faults import TOO_WIDE, WCAG, broken_rules
from tests.journeys.signing_in import open_admin
from tests.journeys.staff.diary_by_hand import block, drag, spot

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LONDON = ZoneInfo("Europe/London")
PHONE, DESK = {"width": 390, "height": 900}, {"width": 1280, "height": 1400}


@pytest.fixture
def rita(db):
    return get_user_model().objects.create_user("rita", first_name="Rita")


@pytest.fixture
def diary(new_context, live_server, clinic, rita):
    """A function that opens the diary on the day of the clinic's appointment, for a receptionist."""
    ben = make_clinician(name="Ben Marlow", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    clinic.book(clinician=ben, client=make_client(first_name="Ann"), start=local(clinic, 9))

    def open_diary(viewport=DESK, view="day", **options):
        page = open_admin(new_context(viewport=viewport, **options), live_server, rita, "Clinic receptionist")
        page.goto(f"/admin/clientportal/diary/?date={day_of(clinic):%Y-%m-%d}&view={view}&location=&clinician=")
        return page

    return open_diary


def day_of(clinic):
    return clinic.appointment.start.astimezone(LONDON).date()


def local(clinic, hour, minute=0):
    return datetime.combine(day_of(clinic), datetime.min.time(), tzinfo=LONDON).replace(hour=hour, minute=minute)


def test_an_empty_place_is_booked_from_where_it_is_clicked(diary, clinic):
    page = diary()
    page.mouse.move(*spot(page, "Ben Marlow", 15.5))
    expect(page.locator(".diary__free:hover")).to_have_text("Book at 15:30")
    page.mouse.click(*spot(page, "Ben Marlow", 15.5))
    form = page.get_by_role("dialog", name="New appointment")
    expect(form.get_by_role("textbox", name="Time")).to_have_value("15:30")
    assert form.get_by_label("Clinician").locator("option:checked").inner_text() == "Ben Marlow"
    assert page.faults == []


def test_an_appointment_is_dragged_to_another_clinician_and_asked_about(diary, clinic):
    page = diary()
    time = drag(page, "Margaret Hale", "Ben Marlow", 9)
    expect(time).to_have_text("09:00")
    with page.expect_navigation():
        page.mouse.up()
    expect(page.get_by_role("alert")).to_contain_text("Ben Marlow has an appointment with Ann Hale")
    expect(page.get_by_text("Margaret Hale is told by email and text message.")).to_be_visible()
    page.get_by_label("Move it anyway").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Move the appointment").click()
    assert urlsplit(page.url).path == "/admin/clientportal/diary/"
    expect(page.get_by_role("group", name="Ben Marlow", exact=True).locator(".diary__one")).to_have_count(2)
    clinic.appointment.refresh_from_db()
    assert (clinic.appointment.clinician.name, clinic.appointment.start) == ("Ben Marlow", local(clinic, 9))
    assert clinic.appointment.overbooked
    assert page.faults == []


def test_what_is_dropped_where_it_was_or_given_up_by_escape_stays(diary, clinic):
    page = diary()
    here = page.url
    drag(page, "Margaret Hale", "Ben Marlow", 11)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(block(page, "Margaret Hale").locator(".diary__time")).to_have_text("14:30")
    assert page.url == here and page.get_by_role("dialog").count() == 0


@pytest.fixture
def finger(diary):
    """A page of a small touch screen, and a function that lets a finger do something there: "touchStart" at a place,
    "touchMove" to another, "touchEnd"."""
    page = diary(PHONE, has_touch=True, is_mobile=True)
    screen = page.context.new_cdp_session(page)

    def act(kind, *place):
        points = [dict(zip("xy", place, strict=True))] if place else []
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    block(page, "Margaret Hale").evaluate("one => one.scrollIntoView({block: 'center'})")
    return page, act


def test_a_finger_that_rests_on_an_appointment_drags_it(finger, clinic):
    page, act = finger
    one = block(page, "Margaret Hale")
    box = one.bounding_box()
    x, y = box["x"] + 20, box["y"] + 2
    first, second = (page.locator(".diary__hours li").nth(number).bounding_box()["y"] for number in (0, 1))
    hour = second - first
    act("touchStart", x, y)
    expect(one).to_have_class(re.compile("diary__one--dragged"))
    for part in (0.3, 0.7, 1):
        act("touchMove", x, y - hour * part)
    expect(one.locator(".diary__time")).to_have_text("13:30")
    with page.expect_navigation():
        act("touchEnd")
    assert urlsplit(page.url).path.endswith("/change/")
    expect(page.get_by_role("textbox", name="Time")).to_have_value("13:30")
    assert page.faults == []


def test_a_finger_that_only_passes_over_an_appointment_scrolls(finger, clinic):
    page, act = finger
    one, here = block(page, "Margaret Hale"), page.url
    box = one.bounding_box()
    x, y = box["x"] + 20, box["y"] + 10
    act("touchStart", x, y)
    for way in range(20, 201, 20):
        act("touchMove", x, y - way)
    act("touchEnd")
    page.wait_for_function("([one, top]) => one.getBoundingClientRect().top < top - 50", arg=[one.element_handle(), y])
    expect(one.locator(".diary__time")).to_have_text("14:30")
    assert page.url == here and page.get_by_role("dialog").count() == 0
    # And a short touch opens its card.
    one.tap()
    expect(page.get_by_role("dialog", name="Margaret Hale")).to_be_visible()
    assert page.faults == []


def test_by_keyboard_a_card_opens_closes_and_marks_who_has_arrived(diary, clinic):
    page = diary()
    block(page, "Margaret Hale").focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="Margaret Hale")
    expect(card).to_be_visible()
    assert not broken_rules(page, WCAG, within="dialog")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(block(page, "Margaret Hale")).to_be_focused()
    # It is some days ahead: it asks first.
    page.keyboard.press("Enter")
    with page.expect_navigation():
        card.get_by_role("link", name="Arrived").press("Enter")
    expect(page.get_by_text("This appointment is not today")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Set the status").press("Enter")
    expect(block(page, "Margaret Hale")).to_contain_text("✓ Arrived")
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").press("Enter")
    expect(block(page, "Margaret Hale")).not_to_contain_text("Arrived")
    assert page.faults == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_without_a_script_all_of_it_works_too(diary, clinic, viewport):
    page = diary(viewport, java_script_enabled=False)
    with page.expect_navigation():
        block(page, "Margaret Hale").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Move").click()
    page.get_by_role("textbox", name="Time").fill("3pm")
    with page.expect_navigation():
        page.get_by_role("button", name="Move the appointment").click()
    expect(block(page, "Margaret Hale")).to_contain_text("15:00")
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == local(clinic, 15)
    place = page.get_by_role("group", name="Ben Marlow", exact=True).locator(".diary__free:not([tabindex])").first
    assert parse_qs(urlsplit(place.get_attribute("href")).query)["start"] == [f"{local(clinic, 9, 30):%Y-%m-%dT%H:%M}"]
    page.get_by_label("Clinician").select_option("Ben Marlow")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    expect(block(page, "Margaret Hale")).to_have_count(0)


def test_a_filter_is_shown_as_soon_as_it_is_chosen(diary, clinic):
    page = diary()
    with page.expect_navigation():
        page.get_by_label("Clinician").select_option("Ben Marlow")
    expect(block(page, "Margaret Hale")).to_have_count(0)
    expect(block(page, "Ann Hale")).to_have_count(1)


def test_what_others_book_meanwhile_comes_by_itself_and_disturbs_nobody(diary, clinic):
    page = diary()
    page.clock.install()
    page.reload()
    clinic.book(client=make_client(first_name="Tom"), start=local(clinic, 11))
    block(page, "Margaret Hale").focus()
    page.clock.fast_forward("02:01")
    page.wait_for_load_state("networkidle")
    assert block(page, "Tom Hale").count() == 0  # somebody is at it
    page.evaluate("document.activeElement.blur()")
    page.clock.fast_forward("02:01")
    expect(block(page, "Tom Hale")).to_have_count(1)
    assert page.faults == []


# The rest is met in ``test_morning.py``.
@pytest.mark.parametrize(
    ("viewport", "view", "scheme"),
    [(PHONE, "day", "light"), (DESK, "day", "dark"), (PHONE, "week", "dark"), (DESK, "week", "light")],
)
def test_a_program_finds_no_fault_with_it(diary, viewport, view, scheme):
    page = diary(viewport, view, color_scheme=scheme)
    assert not broken_rules(page, WCAG, within=".diary")
    assert not page.evaluate(TOO_WIDE)


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_a_program_finds_no_fault_with_today(new_context, live_server, clinic, rita, viewport, scheme):
    clinic.book(start=timezone.now().astimezone(LONDON).replace(hour=12, minute=0) + timedelta(minutes=1))
    page = open_admin(new_context(viewport=viewport, color_scheme=scheme), live_server, rita, "Clinic receptionist")
    expect(page.locator(".today__line")).to_have_count(1)
    assert not broken_rules(page, WCAG, within="#client-portal-today-section, .today")
    assert not page.evaluate(TOO_WIDE)


def test_paper_has_a_page_a_clinician(diary):
    for view in ("day", "week"):
        page = diary(view=view)
        assert page.pdf(format="A4").count(b"/Type /Page\n") == 2
