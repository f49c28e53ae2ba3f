"""The home page says what clients did, and what waits, since somebody was last here."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, make_client, make_clinician
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.record_payment import record_payment
from wagtail_clientportal.models import (
    Clinician,
    Notification,
    NotificationPreferences,
    OutboundMessage,
    PortalPolicy,
    Refund,
)
from wagtail_clientportal.staff.desk.since_last_visit import last_here

HEADING = "Since you were last here"
A_DAY, HOUR, A_MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EVERYTHING = ("view_appointment", "view_clientmessage", "view_outboundmessage", "view_refund")


def home(browser):
    response = browser.get(reverse("wagtailadmin_home"))
    assert response.status_code == 200
    return response.content.decode()


def panel(browser):
    html = home(browser)
    assert HEADING in html
    return html[html.index('id="client-portal-since-last-visit') :]


def user_called(name):
    return get_user_model().objects.get(username=name)


def was_here(name, ago):
    NotificationPreferences.objects.update_or_create(user=user_called(name), defaults={"here_at": NOW - ago})


def own_clinician(clinic, name="sam"):
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=user_called(name))


# -- When that was


def test_a_visit_goes_on_for_as_long_as_one_comes_back_within_half_an_hour(django_user_model, db):
    user = django_user_model.objects.create_user("sam")
    assert last_here(user, NOW) is None
    for minutes in (10, 39, 60):  # never more than half an hour apart
        assert last_here(user, NOW + minutes * A_MINUTE) is None
    last = NOW + 60 * A_MINUTE
    assert last_here(user, last + 30 * A_MINUTE) == last
    assert last_here(user, last + 31 * A_MINUTE) == last
    assert last_here(user, last + A_DAY) == last + 31 * A_MINUTE


def test_preferences_that_were_chosen_before_the_first_visit_stay(django_user_model, db):
    user = django_user_model.objects.create_user("sam")
    NotificationPreferences.objects.create(user=user, within_days=3)
    assert last_here(user, NOW) is None
    assert NotificationPreferences.objects.get().within_days == 3


def test_only_what_happened_since_is_told(staff_with, clinic):
    browser = staff_with(*EVERYTHING)
    was_here("sam", timedelta(hours=2))
    other = clinic.book(client=make_client(first_name="Old", last_name="Tom"), start=clinic.appointment.start + A_DAY)
    cancel(other, by=other.client, now=NOW - timedelta(hours=3))
    cancel(clinic.appointment, by=clinic.client, now=NOW - timedelta(hours=1))
    html = panel(browser)
    assert "You were here Mon 23 Nov 2026, 06:00." in html
    assert "1 appointment cancelled by a client" in html and "Margaret Hale cancelled an appointment" in html
    assert "Old Tom" not in html


def test_coming_back_within_the_visit_still_tells_of_it(staff_with, clinic, clock):
    browser = staff_with(*EVERYTHING)
    was_here("sam", A_DAY)
    cancel(clinic.appointment, by=clinic.client, now=NOW - timedelta(hours=1))
    for minutes in (0, 20, 40):
        clock.move_to(NOW + minutes * A_MINUTE, tick=False)
        assert "Margaret Hale cancelled an appointment" in panel(browser)
    clock.move_to(NOW + 80 * A_MINUTE, tick=False)
    assert "cancelled an appointment" not in panel(browser)


def test_the_first_visit_looks_back_a_week(staff_with, clinic):
    browser = staff_with(*EVERYTHING)
    cancel(clinic.appointment, by=clinic.client, now=NOW - 3 * A_DAY)
    html = panel(browser)
    assert "This is your first visit" in html and "Margaret Hale cancelled an appointment" in html


# -- What it says


def test_it_counts_what_clients_did_and_what_waits_and_leads_there(staff_with, clinic):
    browser = staff_with(*EVERYTHING)
    own_clinician(clinic)
    was_here("sam", A_DAY)
    change(clinic.appointment, clinic.appointment.start + A_DAY, message="Hello", by=clinic.client, now=NOW)
    OutboundMessage.objects.create(
        about="changed",
        client=clinic.client,
        appointment=clinic.appointment,
        channel="email",
        recipient="margaret@example.org",
        status="failed",
        dedupe_key="x",
    )
    html = panel(browser)
    for said in (
        "1 appointment changed by a client",
        "1 message waiting",
        "1 message could not be sent",
        "2 unread notifications",
    ):
        assert said in html
    assert "Wed 25 Nov 2026, 10:00 → Thu 26 Nov 2026, 10:00" in html
    assert "cancelled" not in html and "new appointment" not in html
    for url in ("clientmessage/?handled=no", "outboundmessage/?to_mend=yes", "notifications/?read=no"):
        assert url in html
        address = next(part for part in html.split('"') if part.endswith(url))
        assert browser.get(address).status_code == 200


def test_each_button_opens_exactly_what_it_counts(staff_with, clinic):
    browser = staff_with(*EVERYTHING)
    was_here("sam", A_DAY)
    PortalPolicy.objects.update(cancellations_enabled=True)
    first, second, third = (clinic.book(start=clinic.appointment.start + days * A_DAY) for days in (2, 3, 5))
    for hours in (1, 2):  # one appointment, changed twice
        change(first, first.start + hours * HOUR, by=clinic.client, now=NOW)
    for one in (second, third):
        cancel(one, by=clinic.client, now=NOW)
    cancel(clinic.appointment, by=None, now=NOW)
    long_ago = clinic.book(start=clinic.appointment.start + 7 * A_DAY)
    change(long_ago, long_ago.start + HOUR, by=clinic.client, now=NOW - 2 * A_DAY)
    for appointment in (first, second):  # of what is cancelled nothing is left to mend
        OutboundMessage.objects.create(
            about="changed",
            client=clinic.client,
            appointment=appointment,
            channel="email",
            recipient="margaret@example.org",
            status="failed",
            dedupe_key=f"x{appointment.pk}",
        )
    record_payment(long_ago, Decimal(48), method="card", by=None, now=NOW)
    cancel(long_ago, by=None, now=NOW)
    sam = get_user_model().objects.get(username="sam")
    checks = [
        Notification.objects.create(recipient=sam, kind=kind, created_at=NOW)
        for kind in ("failed_checks", "ambiguous_identity")
    ]
    buttons = {
        said: html.unescape(url)
        for url, said in re.findall(r'<a class="button button-small[^"]*" href="([^"]*)">([^<]*)</a>', panel(browser))
    }

    def listed(said):
        return {one.pk for one in browser.get(buttons[said]).context["page_obj"]}

    assert listed("1 appointment changed by a client") == {first.pk}
    assert listed("2 appointments cancelled by clients") == {second.pk, third.pk}
    assert len(listed("1 message could not be sent")) == 1
    assert listed("1 refund to decide") == {Refund.objects.get().pk}
    assert listed("2 identity checks to look at") == {one.pk for one in checks}
    page = browser.get(buttons["1 appointment changed by a client"])
    assert "Changed since Sun 22 Nov 2026, 08:00" in page.content.decode()


def test_what_staff_did_is_not_counted_as_a_clients_doing(staff_with, clinic):
    browser = staff_with(*EVERYTHING)
    was_here("sam", A_DAY)
    person = make_client(email="b@example.org")
    start = clinic.appointment.start + A_DAY
    book(person, clinic.clinician, clinic.location, clinic.appointment_type, start, by=user_called("sam"), now=NOW)
    assert "Nothing has happened, and nothing waits for you." in panel(browser)


def test_the_newest_five_are_said_and_all_are_counted(staff_with, clinic):
    browser = staff_with(*EVERYTHING)
    was_here("sam", A_DAY)
    PortalPolicy.objects.update(cancellations_enabled=True)
    for number in range(7):
        person = make_client(first_name="Nr", last_name=f"N{number}", email=f"{number}@example.org")
        appointment = clinic.book(client=person, start=clinic.appointment.start + (1 + number) * A_DAY)
        cancel(appointment, by=person, now=NOW - timedelta(hours=10 - number))
    html = panel(browser)
    assert "7 appointments cancelled by clients" in html
    assert [f"Nr N{number} cancelled" in html for number in range(7)] == [False] * 2 + [True] * 5
    assert html.index("Nr N6") < html.index("Nr N5")


def test_when_nothing_happened_it_says_so(staff_with, clinic):
    browser = staff_with(*EVERYTHING)
    was_here("sam", A_DAY)
    assert "Nothing has happened, and nothing waits for you." in panel(browser)


# -- Who sees it


def test_a_clinician_reads_of_their_own_diary_alone(staff_with, clinic):
    browser = staff_with(*EVERYTHING, own_diary=True)
    was_here("sam", A_DAY)
    person = make_client(first_name="Old", last_name="Tom", email="b@example.org")
    ben = make_clinician(name="Ben", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    theirs = clinic.book(client=person, clinician=ben)
    cancel(theirs, message="Hello", by=person, now=NOW)
    cancel(clinic.appointment, message="Hello", by=clinic.client, now=NOW)
    assert "Nothing has happened" in panel(browser)
    own_clinician(clinic)
    html = panel(browser)
    assert "1 appointment cancelled by a client" in html and "1 message waiting" in html and "Margaret Hale" in html
    assert "Old Tom" not in html


def test_what_one_may_not_see_is_neither_said_nor_counted(staff_with, clinic):
    browser = staff_with("view_timeoff")
    own_clinician(clinic)
    was_here("sam", A_DAY)
    cancel(clinic.appointment, message="Hello", by=clinic.client, now=NOW)
    html = panel(browser)
    assert "2 unread notifications" in html
    for said in ("Margaret", "cancellation", "message waiting"):
        assert said not in html


def test_a_page_editor_has_no_such_panel(staff_with, clinic):
    assert HEADING not in home(staff_with())
    assert not NotificationPreferences.objects.exists()


@pytest.mark.parametrize("own_diary", [True, False])
def test_the_home_page_asks_the_database_as_often_however_much_happened(staff_with, clinic, own_diary):
    browser = staff_with(*EVERYTHING, own_diary=own_diary)
    own_clinician(clinic)
    was_here("sam", A_DAY)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            panel(browser)
        return len(captured)

    def cancel_some(first, last):
        for number in range(first, last):
            person = make_client(email=f"{number}@example.org")
            appointment = clinic.book(client=person, start=clinic.appointment.start + (1 + number) * A_DAY)
            cancel(appointment, message="Hello", by=person, now=NOW)

    cancel_some(0, 5)
    panel(browser)
    few = queries()
    cancel_some(5, 30)
    rows = list(Notification.objects.all()) * 5
    for row in rows:
        row.pk = None
    Notification.objects.bulk_create(rows)
    assert Notification.objects.count() > 300
    assert queries() == few


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0"])
def test_what_clients_are_called_is_text(staff_with, clinic, text):
    browser = staff_with(*EVERYTHING)
    was_here("sam", A_DAY)
    clinic.client.first_name = text
    clinic.client.save()
    cancel(clinic.appointment, message=text, by=clinic.client, now=NOW)
    html = panel(browser)
    assert "<script>alert" not in html and "<img src=x" not in html
    assert "cmd|" in html or "alert(1)" in html
