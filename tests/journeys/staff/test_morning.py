"""What a receptionist and a clinician do in the admin in the morning, in a real browser.

Each of them once with a mouse, at a desk, in the light, in English; and once by keyboard alone, without a script, on a
telephone, in the dark, in French.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import strip_tags
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from tests.factories import make_client, make_clinician
from tests.journeys.signing_in import open_admin
from tests.journeys.staff.desk import WAYS, Desk
from tests.journeys.staff.diary_by_hand import block, drag
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import Appointment, PortalPolicy, TimeOff, TimeOffRequest

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LONDON = ZoneInfo("Europe/London")
BETTER = "I am better, <b>thank you</b>"
RECEPTIONIST, MANAGER, CLINICIAN = "Clinic receptionist", "Clinic manager", "Clinician"


@pytest.fixture(params=WAYS, ids=str)
def way(request):
    return request.param


@pytest.fixture
def sit_down(new_context, live_server, way):
    """A function that opens the admin for somebody in this group."""

    def sit_down(user, group):
        UserProfile.objects.create(user=user, preferred_language=way.language)
        page = scripted = open_admin(new_context(**way.options), live_server, user, group)
        if not way.has_script:
            scripted = open_admin(new_context(**way.options | {"java_script_enabled": True}), live_server, user, group)
        policy = strip_tags(PortalPolicy.objects.get().cancellation_policy.replace("</p>", "\n")).splitlines()
        return Desk(page, way, scripted=scripted, written=[BETTER, *policy])

    return sit_down


@pytest.fixture
def morning(clinic, settings):
    """A clinic where a client cancelled an appointment, wrote why, and has no postcode; another comes today.

    Without a worker the request does what a worker would.
    """
    del settings.Q_CLUSTER
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
    cancel(appointment, message=BETTER, by=clinic.client)
    type(clinic.client).objects.filter(pk=clinic.client.pk).update(postcode="", postcode_key="")
    noon = timezone.now().astimezone(LONDON).replace(hour=12, minute=1)
    clinic.book(client=make_client(first_name="Ann"), start=noon)
    make_clinician(name="Ben Marlow", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    return appointment


def open_from_menu(page, name, *, group=None):
    if group:
        page.get_by_role("button", name=group).click()
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def local(clinic, hour):
    day = clinic.appointment.start.astimezone(LONDON).date()
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def test_a_receptionists_morning(sit_down, morning, clinic, mailoutbox):
    rita = get_user_model().objects.create_user("rita", first_name="Rita")
    desk = sit_down(rita, RECEPTIONIST)
    desk.look()
    says_who_has_come(desk)
    puts_right_what_keeps_a_client_out(desk, clinic, mailoutbox)
    sees_to_a_message(desk, clinic)
    tom = make_client(first_name="Tom", email="tom@example.org", mobile="")
    books_from_the_diary(desk, clinic, tom)
    moves_in_the_diary(desk, clinic)
    clears_the_day_of_who_is_ill(desk, clinic)
    rita.groups.add(Group.objects.get(name=MANAGER))  # whoever merges is one
    merges_two_records(desk, clinic)
    assert desk.page.faults == []


def says_who_has_come(desk):
    line = desk.page.locator(".today__line", has_text="Ann Hale")
    desk.go(line.get_by_role("button", name="Arrived"))
    expect(line.locator(".today__status")).to_contain_text("Arrived")


def puts_right_what_keeps_a_client_out(desk, clinic, mailoutbox):
    page = desk.page
    if desk.way.has_script:
        open_from_menu(page, "Clients", group="Client portal")
    page.goto("/admin/clientportal/clients/?q=07700+900123")
    desk.go(page.locator(f"main a[href$='/{clinic.client.pk}/']").first)
    desk.look()
    desk.go(desk.link("Put it right"))
    desk.write("postcode", "sw1a 1aa")
    desk.go(page.get_by_role("button", name=desk.said("Save"), exact=True).first)
    expect(page.get_by_text(desk.said("Put it right"))).to_have_count(0)
    clinic.client.refresh_from_db()
    assert clinic.client.has_identity
    if desk.way.has_script:
        page.get_by_role("tab", name="Access").click()
    desk.go(page.locator("button[name=channel][value=email]"))
    call_command("clientportal_send")
    assert [mail for mail in mailoutbox if mail.to == ["margaret@example.org"] and "/p/" in mail.body]


def sees_to_a_message(desk, clinic):
    page = desk.page
    if desk.way.has_script:
        open_from_menu(page, "Messages (1)", group="Client portal")
    else:
        page.goto("/admin/wagtail_clientportal/clientmessage/")
    desk.go(page.locator("main").get_by_role("link", name="Margaret Hale").first)
    expect(page.get_by_text(BETTER)).to_be_visible()
    desk.look()
    desk.go(desk.button("Mark as handled"))
    assert clinic.client.messages.get().handled_by.username == "rita"


def books_from_the_diary(desk, clinic, client):
    page = desk.page
    page.goto(f"/admin/clientportal/diary/?date={local(clinic, 0):%Y-%m-%d}&view=day&location=&clinician=")
    desk.look()
    desk.press(desk.link("Book at", page.get_by_role("group", name="Ben Marlow", exact=True)).first)
    form = page
    if desk.way.has_script:
        form = page.get_by_role("dialog", name="New appointment")
        expect(form.get_by_label("Find a client")).to_be_focused()
    desk.write("find", client.first_name)
    if not desk.way.has_script:
        desk.go(desk.button("Find", form))
        desk.look()
    desk.press(form.get_by_role("button", name=client.full_name))
    expect(form.locator("input[name=client]")).to_have_value(str(client.pk))
    desk.go(desk.button("Book the appointment", form).last)
    expect(block(page, "Tom Hale")).to_have_count(1)
    booked = Appointment.objects.latest("pk")
    assert (booked.client, booked.clinician.name) == (client, "Ben Marlow")


def moves_in_the_diary(desk, clinic):
    page = desk.page
    if desk.way.has_script:
        drag(page, "Margaret Hale", "Ben Marlow", 15)
        with page.expect_navigation():
            page.mouse.up()
    else:
        desk.go(block(page, "Margaret Hale"))
        desk.look()
        desk.go(desk.link("Move"))
        desk.write("clinician", "Ben")
        desk.write("time", "15:00")
    desk.look()
    desk.go(desk.button("Move the appointment"))
    clinic.appointment.refresh_from_db()
    assert (clinic.appointment.clinician.name, clinic.appointment.start) == ("Ben Marlow", local(clinic, 15))


def clears_the_day_of_who_is_ill(desk, clinic):
    page = desk.page
    page.goto("/admin/clientportal/clear-a-day/")
    desk.look()
    desk.write("clinician", "Ben Marlow")
    desk.write("first_day", f"{local(clinic, 0):%d/%m/%Y}")
    desk.go(desk.button("See the appointments"))
    desk.look()
    desk.go(desk.button("Preview"))
    desk.look()
    desk.go(desk.button("Do all of this now"))
    desk.look()
    assert TimeOff.objects.get().clinician.name == "Ben Marlow"
    for one in Appointment.objects.filter(clinician__name="Ben Marlow"):
        assert one.holds_place and one.start > local(clinic, 23)  # each moved to a later day


def merges_two_records(desk, clinic):
    twin = make_client(email="m.hale@example.org", mobile="")
    page = desk.page
    page.goto(f"/admin/clientportal/clients/inspect/{clinic.client.pk}/")
    desk.go(page.locator(f"a[href$='merge/?other={twin.pk}']"))
    desk.look()
    desk.tick(page.locator("[name=one_person]"))
    desk.go(desk.button("Merge the records"))
    expect(page.get_by_role("heading", name="Margaret Hale").first).to_be_visible()
    twin.refresh_from_db()
    assert twin.merged_into == clinic.client


def test_a_clinicians_morning(sit_down, morning, clinic):
    desk = sit_down(clinic.clinician.user, CLINICIAN)
    page = desk.page
    expect(page.get_by_text(desk.said("Since you were last here"))).to_be_visible()
    desk.look()
    says_who_has_come(desk)
    reads_what_a_client_wrote(desk)
    asks_for_time_off(desk, clinic)
    assert page.faults == []


def reads_what_a_client_wrote(desk):
    page = desk.page
    if desk.way.has_script:
        open_from_menu(page, re.compile(r"^Notifications \(\d\)$"))
    else:
        page.goto("/admin/clientportal/notifications/")
    desk.look()
    row = page.get_by_role("row").filter(has_text="essage").first
    desk.go(desk.button("Open", row))
    expect(page.get_by_text(BETTER)).to_be_visible()
    desk.go(page.locator("main").get_by_role("link", name=re.compile(r"\d\d:\d\d–\d\d:\d\d")))
    history = page.get_by_role("table").filter(has_text=desk.said("From → to"))
    expect(history.get_by_role("row").nth(1)).to_contain_text(desk.said("Cancelled"))
    expect(history.get_by_role("row").nth(1)).to_contain_text(desk.said("Client"))
    expect(history).to_contain_text(BETTER)
    desk.look()


def asks_for_time_off(desk, clinic):
    desk.page.goto("/admin/clientportal/my-hours/")
    desk.look()
    desk.write("first_day", f"{local(clinic, 0):%d/%m/%Y}")
    desk.go(desk.button("Ask for it"))
    desk.look()
    assert TimeOffRequest.objects.get().clinician == clinic.clinician
