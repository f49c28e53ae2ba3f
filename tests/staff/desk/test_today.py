"""The home page shows today: who comes, whether they have arrived, and what clients changed; with one click more."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, cancelled_status, make_client, make_clinician
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.record_payment import record_payment
from wagtail_clientportal.models import (
    AppointmentStatus,
    AppointmentType,
    Clinician,
    CommunicationTemplate,
    OutboundMessage,
    TimeOff,
)
from wagtail_clientportal.staff.common.urls import arranging_url

HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
HOME = "wagtailadmin_home"


def words(element):
    return " ".join(element.get_text(" ").split())


def parsed(response):
    return BeautifulSoup(response.content, "html.parser")


def home(browser):
    return parsed(browser.get(reverse(HOME)))


def days(browser):
    """Each clinician's lines."""
    found = home(browser).select(".today__day")
    return {words(day.h3): [words(line) for line in day.select(".today__line")] for day in found}


def press(browser, page, label):
    """Press the button called *label* of the first form that has one, as a browser would, and follow."""
    button = next(one for one in page.select("button") if words(one).split(" :")[0] == label)
    form = button.find_parent("form")
    sent = {box["name"]: box["value"] for box in form.select("input[name]")}
    if button.has_attr("name"):
        sent[button["name"]] = button["value"]
    return browser.post(button.get("formaction") or form["action"], sent, follow=True)


@pytest.fixture
def today(clinic):
    """The clinic's appointment, today at 10:00; it is 8:00."""
    clinic.appointment.start = NOW + 2 * HOUR
    clinic.appointment.save()
    return clinic.appointment


def test_each_clinicians_day_says_who_comes_when(boss, clinic, today):
    ben = make_clinician(name="Ben Marlow", locations=[clinic.location])
    clinic.book(clinician=ben, client=make_client(first_name="Ann"), start=NOW + HOUR)
    clinic.book(start=NOW + A_DAY)
    assert words(home(boss).select_one("#client-portal-today-heading")) == "Today, Monday 23 November"
    found = days(boss)
    assert list(found) == ["Ada Osei", "Ben Marlow"]
    assert found["Ada Osei"][0].startswith("10:00 Margaret Hale Physiotherapy follow-up")
    assert found["Ben Marlow"][0].startswith("09:00 Ann Hale")
    assert "0 of 1 has arrived" in words(home(boss).select_one(".today__day"))


def test_a_clinician_sees_their_own_day(client, clinic, today):
    ada = get_user_model().objects.create_user("ada")
    ada.groups.add(Group.objects.get(name="Clinician"))
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=ada)
    clinic.book(clinician=make_clinician(name="Ben Marlow"), client=make_client(first_name="Ann"), start=NOW + HOUR)
    client.force_login(ada)
    assert words(home(client).select_one("#client-portal-today-heading")) == "My day, Monday 23 November"
    assert list(days(client)) == ["Ada Osei"]


def test_who_may_see_no_appointments_sees_no_day(staff_with, clinic, today):
    assert not home(staff_with("view_portalsettings")).select("#client-portal-today")


def test_an_empty_day_says_so(boss, clinic):
    assert "Nobody is booked in for today." in words(home(boss))


def test_arrived_is_one_click_and_one_more_undoes_it(boss, today):
    page = press(boss, home(boss), "Arrived")
    today.refresh_from_db()
    assert today.status.arrived
    assert page.redirect_chain[-1][0] == reverse(HOME)
    assert "now has the status “Arrived”" in words(parsed(page))
    assert "1 of 1 has arrived" in words(parsed(page).select_one(".today__day"))
    press(boss, parsed(page), "Undo")
    today.refresh_from_db()
    assert today.status.is_default
    kinds = [event.kind for event in today.events.order_by("pk")]
    assert kinds == ["status_changed", "status_changed"]


def test_nobody_has_failed_to_attend_before_it_begins(boss, today, clock):
    labels = [words(one) for one in home(boss).select(".today__line button")]
    assert labels == ["Arrived : Margaret Hale", "Cancel : Margaret Hale"]
    clock.move_to(today.start + HOUR, tick=False)
    page = press(boss, home(boss), "Did not attend")
    today.refresh_from_db()
    assert not today.holds_place and today.status.name == "Did not attend"
    press(boss, parsed(page), "Undo")
    today.refresh_from_db()
    assert today.holds_place and today.status.is_default
    assert not OutboundMessage.objects.filter(appointment=today, client__isnull=False).exists()


def test_cancel_is_one_click_tells_the_client_and_can_be_undone(boss, today):
    page = press(boss, home(boss), "Cancel")
    today.refresh_from_db()
    assert today.status == cancelled_status()
    assert OutboundMessage.objects.filter(appointment=today, about="cancelled", channel="email").exists()
    assert "A message to" in words(parsed(page))
    press(boss, parsed(page), "Undo")
    today.refresh_from_db()
    assert today.holds_place
    assert OutboundMessage.objects.filter(appointment=today, about="booked", channel="email").exists()


def test_before_one_click_does_it_the_line_says_how_the_client_hears_of_it(boss, clinic, today):
    [line] = days(boss)["Ada Osei"]
    assert "If you cancel: Margaret Hale is told by email and text message." in line and "set a status" not in line
    clinic.client.email_opt_in, clinic.client.mobile = False, ""
    clinic.client.save()
    CommunicationTemplate.objects.filter(event="status_changed", channel="email").update(live=True)
    [line] = days(boss)["Ada Osei"]
    assert "If you cancel: No message reaches Margaret Hale, so please ring." in line and "set a status" not in line
    clinic.client.email_opt_in = True
    clinic.client.save()
    page = home(boss)
    assert "If you set a status: Margaret Hale is told by email." in words(page.select_one(".today__line"))
    # As a tooltip, and for who hears the buttons only
    described = [one["title"].partition(":")[0] for one in page.select(".today__line button")]
    assert described == ["If you set a status", "If you cancel"]


def test_the_button_that_undoes_a_cancellation_says_how_the_client_hears_of_that(boss, today):
    page = words(parsed(press(boss, home(boss), "Cancel")))
    assert "Undo If you undo it: Margaret Hale is told by email and text message." in page


def test_what_is_still_unpaid_stands_beside_it_and_leads_to_the_till(boss, clinic, today):
    AppointmentType.objects.update(price=48)
    [line] = days(boss)["Ada Osei"]
    assert "to pay" not in line  # while nothing was ever paid here
    record_payment(today, Decimal("20.50"), method="card", by=None, now=NOW)
    page = home(boss)
    [link] = page.select(".today__unpaid a")
    assert words(link) == "£27.50 to pay : Margaret Hale"
    assert link["href"].startswith(arranging_url("take_payment", today.pk))
    record_payment(today, Decimal("27.50"), method="cash", by=None, now=NOW)
    assert not home(boss).select(".today__unpaid")


def test_who_may_see_no_payments_reads_nothing_of_them(staff_with, clinic, today):
    AppointmentType.objects.update(price=48)
    record_payment(today, Decimal("20.50"), method="card", by=None, now=NOW)
    assert not home(staff_with("view_appointment")).select(".today__unpaid")


def test_where_somebody_else_was_quicker_nothing_is_done(boss, today):
    page = home(boss)
    change(today, today.start + HOUR, by=None)
    answer = press(boss, page, "Arrived")
    assert answer.status_code == 409 and "was changed in the meantime" in words(parsed(answer))
    today.refresh_from_db()
    assert today.status.is_default


def test_undoing_where_the_place_is_taken_says_so_first(boss, clinic, today):
    page = press(boss, home(boss), "Cancel")
    clinic.book(client=make_client(first_name="Ann"), start=today.start)
    answer = press(boss, parsed(page), "Undo")
    assert answer.status_code == 409 and "has an appointment with Ann Hale" in words(parsed(answer))
    today.refresh_from_db()
    assert not today.holds_place


def test_undoing_asks_nothing_about_what_was_unusual_before(boss, clinic, today):
    clinic.clinician.working_hours.all().delete()
    clinic.clinician.appointment_types.clear()
    press(boss, parsed(press(boss, home(boss), "Cancel")), "Undo")
    today.refresh_from_db()
    assert today.holds_place

    page = press(boss, home(boss), "Cancel")
    TimeOff.objects.create(clinician=clinic.clinician, start=today.start, end=today.end)
    answer = press(boss, parsed(page), "Undo")
    assert answer.status_code == 409 and "time off" in words(parsed(answer))
    today.refresh_from_db()
    assert not today.holds_place


def test_a_status_for_tomorrow_asks_first(boss, clinic):
    card = boss.get(reverse("wagtail_clientportal_diary:card", args=[clinic.appointment.pk]))
    quick = parsed(card).select_one(".clientportal-quick")
    assert not quick.select("button")
    link = next(one for one in quick.select("a") if words(one) == "Arrived")
    form = parsed(boss.get(link["href"]))
    assert "This appointment is not today, but on Wednesday 25 November 2026." in words(form)
    chosen = form.select_one("[name=status] option[selected]")
    assert words(chosen) == "Arrived"
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.status.is_default


def test_what_a_client_changed_since_yesterday_stands_beside_it(boss, clinic, today):
    change(today, NOW + 3 * HOUR, by=clinic.client, now=NOW - A_DAY + HOUR)
    [line] = days(boss)["Ada Osei"]
    assert line.startswith("11:00 Margaret Hale")
    assert "Moved by the client: Sun 22 Nov 2026, 09:00" in line


def test_who_moved_to_another_day_is_named(boss, clinic, today):
    change(today, clinic.appointment.start + A_DAY, by=clinic.client, now=NOW - HOUR - A_DAY)
    clinic.book(client=make_client(first_name="Ann"), start=NOW + HOUR)
    lines = days(boss)["Ada Osei"]
    assert "Margaret Hale moved from 10:00 to Tue 24 Nov 2026, 10:00" in lines[1]


def test_what_a_client_cancelled_is_struck_out_and_says_who_did_it(boss, clinic, today):
    cancel(today, by=clinic.client, now=NOW - A_DAY)
    [line] = days(boss)["Ada Osei"]
    assert "Cancelled" in line and "Cancelled by the client" in line and "Arrived" not in line


def test_who_may_only_read_is_offered_nothing_to_press(staff_with, today):
    assert not home(staff_with("view_appointment")).select(".today button, .today .clientportal-quick")


def test_statuses_that_a_clinic_adds_are_offered_too(boss, clinic, today, clock):
    AppointmentStatus.objects.create(name="Came late", arrived=True)
    AppointmentStatus.objects.create(name="Sent away", attending=False)
    clock.move_to(today.start + HOUR, tick=False)
    labels = [words(one).split(" :")[0] for one in home(boss).select(".today__line button")]
    assert labels == ["Arrived", "Came late", "Did not attend", "Sent away"]


def test_the_home_page_asks_as_often_for_20_appointments_as_for_one(boss, clinic, today):
    def number_of():
        home(boss)
        with CaptureQueriesContext(connection) as captured:
            home(boss)
        return len(captured)

    few = number_of()
    for number in range(19):
        ben = make_clinician(name=f"Clinician {number}", locations=[clinic.location])
        clinic.book(clinician=ben, start=NOW + HOUR)
    assert number_of() == few
