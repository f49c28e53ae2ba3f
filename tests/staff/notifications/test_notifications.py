"""Everybody on the staff reads what they were told, and goes from there to what it is about."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, make_client, make_clinician, make_location
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.models import Client, ClientMessage, Clinician, Notification, OutboundMessage, PortalSettings
from wagtail_clientportal.notifications.queue import tell_of_ambiguity, tell_of_burst, tell_of_failure
from wagtail_clientportal.staff.messages.register import message_url
from wagtail_clientportal.staff.notifications.viewset import NOTIFICATIONS, unread_notifications

A_DAY = timedelta(days=1)
LIST = "clientportal_notification:index"


def user_called(name):
    return get_user_model().objects.get(username=name)


def listed(browser, **query):
    response = browser.get(reverse(LIST), query)
    assert response.status_code == 200
    return response.content.decode()


def act(browser, action, notification, **data):
    return browser.post(reverse(f"clientportal_notification:{action}", args=[notification.pk]), data)


def page_of(record):
    return reverse(f"wagtail_clientportal_{record._meta.model_name}_modeladmin_inspect", args=[record.pk])


@pytest.fixture
def sam(staff_with, clinic):
    """A clinician of their own diary alone, whose browser it is."""
    browser = staff_with(
        "view_appointment", "view_client", "view_clientmessage", "view_outboundmessage", own_diary=True
    )
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=user_called("sam"))
    return browser


def move_to_another_diary(appointment):
    appointment.clinician = make_clinician(name="Ben Adeyemi")
    appointment.save()


def failed(clinic, **values):
    return OutboundMessage.objects.create(
        **{
            "about": "changed",
            "client": clinic.client,
            "appointment": clinic.appointment,
            "channel": "email",
            "recipient": clinic.client.email,
            "status": "failed",
            "last_error": "margaret@example.org: the mailbox is full.",
            "dedupe_key": "changed-1",
        }
        | values
    )


# -- What it says


def test_a_change_says_who_from_when_to_when_and_with_whom(sam, clinic):
    change(clinic.appointment, clinic.appointment.start + A_DAY, by=clinic.client, now=NOW)
    html = listed(sam)
    assert "Margaret Hale changed an appointment" in html
    assert "Wed 25 Nov 2026, 10:00 → Thu 26 Nov 2026, 10:00 · Ada Osei" in html
    assert "On Mon 23 Nov 2026, 08:00" in html


def test_what_staff_did_says_who(sam, clinic):
    desk = get_user_model().objects.create_user("desk", first_name="Maya", last_name="Lind")
    cancel(clinic.appointment, by=desk, now=NOW)
    html = listed(sam)
    assert "Maya Lind cancelled the appointment of Margaret Hale" in html
    desk.delete()
    assert "desk cancelled the appointment of Margaret Hale" in listed(sam)


def test_what_the_system_did_names_nobody_who_did_it(sam, clinic):
    cancel(clinic.appointment, by=None, now=NOW)
    assert "The appointment of Margaret Hale was cancelled" in listed(sam)


def test_a_move_to_another_place_says_each_time_in_its_own_zone(sam, clinic):
    york = make_location(name="Hudson Rooms", timezone="America/New_York")
    change(clinic.appointment, clinic.appointment.start + A_DAY, location=york, by=None, now=NOW)
    said = "Wed 25 Nov 2026, 10:00 → Thu 26 Nov 2026, 05:00, New York time · Ada Osei · Harbour Rooms → Hudson Rooms"
    assert said in listed(sam)


def test_an_empty_list_says_what_will_come_and_where_to_choose(sam):
    html = listed(sam)
    assert "Nothing yet." in html and reverse("wagtailadmin_account") in html
    assert reverse("clientportal_notification:read_all") not in html


def test_the_newest_comes_first(sam, clinic):
    change(clinic.appointment, clinic.appointment.start + A_DAY, by=clinic.client, now=NOW)
    cancel(type(clinic.appointment).objects.get(), by=clinic.client, now=NOW + timedelta(hours=1))
    html = listed(sam)
    assert html.index("cancelled an appointment") < html.index("changed an appointment")


# -- Where it leads


def test_opening_leads_to_the_appointment_and_counts_as_reading(sam, clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    told = Notification.objects.get()
    response = act(sam, "open", told)
    assert response.url == page_of(clinic.appointment)
    told.refresh_from_db()
    assert told.read_at is not None
    # Once read, it is a link like any other.
    assert f'href="{page_of(clinic.appointment)}">Open' in listed(sam)


def test_a_message_leads_to_the_message(sam, clinic):
    cancel(clinic.appointment, message="My knee", by=clinic.client, now=NOW)
    told = Notification.objects.get(kind="client_message")
    assert act(sam, "open", told).url == message_url(ClientMessage.objects.get())
    assert "Margaret Hale wrote a message" in listed(sam)


def test_a_failure_leads_to_the_communication_and_says_why(sam, clinic):
    message = failed(clinic)
    tell_of_failure(message, portal_settings=PortalSettings.objects.get(), now=NOW)
    html = listed(sam)
    assert "A message to Margaret Hale could not be sent" in html and "the mailbox is full." in html
    assert act(sam, "open", Notification.objects.get()).url == page_of(message)


def test_what_is_about_the_clinic_leads_somewhere_too(boss, clinic):
    settings = PortalSettings.objects.get()
    tell_of_ambiguity([clinic.client, make_client()], portal_settings=settings, key="one", now=NOW)
    tell_of_burst(100, portal_settings=settings, now=NOW)
    html = listed(boss)
    assert "Margaret Hale and another client can’t be told apart" in html
    assert "Many identity checks failed within ten minutes" in html
    found = act(boss, "open", Notification.objects.get(kind="ambiguous_identity")).url
    assert found == reverse("clientportal_client:index") + "?q=Margaret+Hale"
    assert boss.get(found).content.decode().count("Margaret Hale") >= 2
    assert boss.get(act(boss, "open", Notification.objects.get(kind="failed_checks")).url).status_code in (200, 302)


@pytest.mark.parametrize("kind", Notification.Kind.values)
def test_one_that_has_lost_all_it_was_about_is_still_said(sam, kind):
    told = Notification.objects.create(recipient=user_called("sam"), kind=kind)
    assert "New" in listed(sam)
    assert act(sam, "open", told).url == reverse(LIST)


# -- Reach


def test_an_appointment_that_moved_to_another_diary_is_said_without_name_or_link(sam, clinic):
    cancel(clinic.appointment, message="My knee", by=clinic.client, now=NOW)
    tell_of_failure(failed(clinic), portal_settings=PortalSettings.objects.get(), now=NOW)
    clinic.appointment.refresh_from_db()
    move_to_another_diary(clinic.appointment)
    html = listed(sam)
    for said in ("A client cancelled an appointment", "A client wrote a message", "A message to a client could not"):
        assert said in html
    assert html.count("The appointment is in another clinician’s diary now.") == 3
    for secret in ("Margaret", "Hale", "margaret@example.org", page_of(clinic.appointment), "My knee"):
        assert secret not in html
    response = sam.post(reverse("clientportal_notification:open", args=[Notification.objects.first().pk]), follow=True)
    assert "You can’t open any more what this was about." in response.content.decode()


def test_without_the_permission_a_message_leads_to_the_appointment_instead(staff_with, clinic):
    browser = staff_with("view_appointment", own_diary=True)
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=user_called("sam"))
    cancel(clinic.appointment, message="My knee", by=clinic.client, now=NOW)
    assert act(browser, "open", Notification.objects.get(kind="client_message")).url == page_of(clinic.appointment)


def test_everybody_reads_and_marks_their_own_alone(sam, clinic, boss):
    theirs = Notification.objects.create(recipient=user_called("sam"), kind="changed", appointment=clinic.appointment)
    assert "Nothing yet." in listed(boss)
    for action in ("open", "read"):
        assert act(boss, action, theirs).status_code == 404
    boss.post(reverse("clientportal_notification:read_all"), {"newest": "999999"})
    theirs.refresh_from_db()
    assert theirs.read_at is None
    assert unread_notifications(user_called("sam")) == 1 and unread_notifications(user_called("boss")) == 0


def test_who_has_no_permission_of_ours_has_no_such_screen(staff_with, clinic):
    editor = staff_with()
    told = Notification.objects.create(recipient=user_called("sam"), kind="changed", appointment=clinic.appointment)
    for response in (editor.get(reverse(LIST)), act(editor, "open", told), act(editor, "read", told)):
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
    told.refresh_from_db()
    assert told.read_at is None


# -- Reading


def test_looking_at_the_list_reads_nothing(sam, clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert "w-status--primary" in listed(sam)
    assert unread_notifications(user_called("sam")) == 1


@pytest.mark.parametrize("action", ["open", "read"])
def test_nothing_is_read_by_a_get(sam, clinic, action):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    told = Notification.objects.get()
    assert sam.get(reverse(f"clientportal_notification:{action}", args=[told.pk])).status_code == 405
    assert sam.get(reverse("clientportal_notification:read_all")).status_code == 405
    assert unread_notifications(user_called("sam")) == 1


def test_one_is_marked_as_read_and_stays_listed(sam, clinic):
    cancel(clinic.appointment, message="Hello", by=clinic.client, now=NOW)
    response = act(sam, "read", Notification.objects.get(kind="cancelled"), next=f"{reverse(LIST)}?read=no")
    assert response.url == f"{reverse(LIST)}?read=no"
    html = listed(sam)
    assert html.count(">New</span>") == 1 and "Margaret Hale cancelled an appointment" in html


def test_nobody_is_sent_to_another_site(sam, clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert act(sam, "read", Notification.objects.get(), next="https://evil.example/").url == reverse(LIST)


def test_marking_all_as_read_leaves_what_came_since_the_page_was_made(sam, clinic):
    cancel(clinic.appointment, message="Hello", by=clinic.client, now=NOW)
    assert "Mark all 2 as read" in listed(sam)
    newest = Notification.objects.latest("pk").pk
    late = Notification.objects.create(recipient=user_called("sam"), kind="failed_checks")
    response = sam.post(reverse("clientportal_notification:read_all"), {"newest": newest}, follow=True)
    assert "2 notifications are marked as read." in response.content.decode()
    assert list(Notification.objects.filter(read_at=None)) == [late]


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 40, "1.5", "²"])
def test_a_spoilt_form_marks_nothing(sam, clinic, newest):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert sam.post(reverse("clientportal_notification:read_all"), {"newest": newest}).status_code == 302
    assert unread_notifications(user_called("sam")) == 1


def test_a_form_from_elsewhere_is_refused(sam, clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(user_called("sam"))
    assert act(strict, "read", Notification.objects.get()).status_code == 403


# -- What is to do


@pytest.fixture
def to_ring(sam, clinic):
    """Sam is asked to ring: nothing says to Margaret that her appointment is cancelled."""
    Client.objects.update(email="", sms_opt_in=False)
    cancel(clinic.appointment, by=None, now=NOW)
    return Notification.objects.get(kind="client_not_told")


def test_whom_to_ring_about_what_and_by_which_number_stands_in_the_list(sam, clinic, to_ring):
    html = listed(sam)
    assert "Please ring Margaret Hale: no message reaches them" in html
    assert "Cancelled: Wed 25 Nov 2026, 10:00 · Ada Osei" in html
    assert "Mobile: 07700 900123" in html and "The client has no email address." in html
    assert f'href="{page_of(clinic.appointment)}">Open' in html and ">To do</span>" in html


def test_who_may_not_see_the_client_learns_no_number(staff_with, clinic):
    browser = staff_with("view_timeoff", own_diary=True)
    Client.objects.update(email="", sms_opt_in=False)
    cancel(clinic.appointment, by=user_called("sam"), now=NOW)
    html = listed(browser)
    assert "Please ring a client: no message reaches them" in html
    assert "Hale" not in html and "900123" not in html


def test_looking_opening_and_reading_leave_it_to_do(sam, clinic, to_ring):
    listed(sam)
    act(sam, "open", to_ring)
    act(sam, "read", to_ring)
    sam.post(reverse("clientportal_notification:read_all"), {"newest": to_ring.pk})
    to_ring.refresh_from_db()
    assert to_ring.read_at is None and ">To do</span>" in listed(sam)
    assert "1 client to ring" in sam.get(reverse("wagtailadmin_home")).content.decode()


def test_once_it_is_handled_the_list_says_when_and_by_whom(sam, clinic, to_ring):
    assert sam.get(reverse("clientportal_notification:handle", args=[to_ring.pk])).status_code == 405
    response = act(sam, "handle", to_ring, next=f"{reverse(LIST)}?read=no")
    assert response.url == f"{reverse(LIST)}?read=no"
    html = listed(sam)
    assert "Handled Mon 23 Nov 2026, 08:00, by Sam" in html and ">To do</span>" not in html
    assert "to ring" not in sam.get(reverse("wagtailadmin_home")).content.decode()


def test_of_two_who_ring_the_second_learns_that_it_was_done(sam, boss, clinic, to_ring):
    theirs = Notification.objects.create(
        recipient=user_called("boss"), kind="client_not_told", event=to_ring.event, appointment=clinic.appointment
    )
    act(boss, "handle", theirs)
    boss.force_login(user_called("sam"))
    response = sam.post(reverse("clientportal_notification:handle", args=[to_ring.pk]), follow=True)
    said = "This was marked as handled before: Mon 23 Nov 2026, 08:00, by boss."
    assert said in [str(message).strip() for message in response.context["messages"]]


def test_only_what_is_to_do_is_handled_and_only_by_whom_it_was_asked(sam, clinic, to_ring):
    read = Notification.objects.create(recipient=user_called("sam"), kind="cancelled", appointment=clinic.appointment)
    other = get_user_model().objects.create_user("other")
    theirs = Notification.objects.create(recipient=other, kind="client_not_told", event=to_ring.event)
    for notification in (read, theirs):
        assert act(sam, "handle", notification).status_code == 404
    to_ring.refresh_from_db()
    assert to_ring.read_at is None


# -- Filters


def test_the_list_is_filtered_by_read_and_by_kind(sam, clinic):
    cancel(clinic.appointment, message="Hello", by=clinic.client, now=NOW)
    Notification.objects.filter(kind="cancelled").update(read_at=NOW)
    cancelled, wrote = "Margaret Hale cancelled", "Margaret Hale wrote"
    assert wrote in listed(sam, read="no") and cancelled not in listed(sam, read="no")
    assert cancelled in listed(sam, read="yes") and wrote not in listed(sam, read="yes")
    assert cancelled in listed(sam, kind="cancelled") and wrote not in listed(sam, kind="cancelled")
    both = listed(sam, kind=["cancelled", "client_message"])
    assert cancelled in both and wrote in both
    assert "No notifications match your query" in listed(sam, kind="failed_checks")


@pytest.mark.parametrize(
    "query", [{"read": "maybe"}, {"kind": "x"}, {"p": "99"}, {"p": "x"}, {"ordering": "recipient"}]
)
def test_an_address_that_means_nothing_shows_the_list(sam, clinic, query):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert "Margaret Hale cancelled" in listed(sam, **query)


def test_results_alone_come_for_the_filters(sam, clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    html = sam.get(reverse("clientportal_notification:index_results"), {"_w_filter_fragment": "1"}).content.decode()
    assert "Margaret Hale cancelled" in html and "<html" not in html
    assert f'value="{reverse(LIST)}?"' in html  # where its forms come back to


# -- What it costs, and what clients wrote


@pytest.mark.parametrize("who", ["own", "every"])
def test_the_list_asks_the_database_as_often_for_many(staff_with, clinic, who):
    codenames = ("view_appointment", "view_client", "view_clientmessage", "view_outboundmessage")
    browser = staff_with(*codenames, own_diary=who == "own")
    sam = user_called("sam")
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=sam)
    message = failed(clinic)
    settings = PortalSettings.objects.get()
    tell_of_failure(message, portal_settings=settings, now=NOW)
    cancel(clinic.appointment, message="Hello", by=clinic.client, now=NOW)
    Notification.objects.create(recipient=sam, kind="ambiguous_identity", client=clinic.client)
    yesterday = NOW - A_DAY  # so that one of each kind stays on the first page, whatever comes behind them

    def queries():
        with CaptureQueriesContext(connection) as captured:
            listed(browser)
        return len(captured)

    def fill(number):
        for nth in range(min(number, 50)):
            appointment = clinic.book(client=make_client(last_name=f"Hale {nth}"), overbooked=True)
            Notification.objects.create(recipient=sam, kind="booked", appointment=appointment, created_at=yesterday)
        rows = list(Notification.objects.filter(recipient=sam)[:20]) * (number // 20)
        for row in rows:
            row.pk, row.created_at = None, yesterday
        Notification.objects.bulk_create(rows)

    fill(10)
    listed(browser)
    few = queries()
    fill(300)
    assert queries() == few


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0"])
def test_what_clients_are_called_and_servers_answered_is_text(sam, clinic, text):
    clinic.client.first_name = clinic.client.last_name = text
    clinic.client.save()
    tell_of_failure(failed(clinic, last_error=text), portal_settings=PortalSettings.objects.get(), now=NOW)
    cancel(clinic.appointment, message=text, by=clinic.client, now=NOW)
    html = listed(sam)
    assert "<script>alert" not in html and "<img src=x" not in html
    assert "cmd|" in html or "alert(1)" in html


def test_the_menu_item_is_for_whoever_uses_the_portal(rf, sam, db):
    request = rf.get("/")
    request.user = user_called("sam")
    item = NOTIFICATIONS.get_menu_item()
    assert item.is_shown(request) and item.url == reverse(LIST)
    request.user = get_user_model().objects.create_user("nobody")
    assert not item.is_shown(request)


def test_a_member_of_a_group_gets_in(client, clinic):
    user = get_user_model().objects.create_user("desk")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "view_timeoff"]))
    client.force_login(user)
    assert "Nothing yet." in listed(client)
