"""Staff are told when messages stop leaving, once, and when they leave again."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.factories import NOW
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.health.watch import at_view
from wagtail_clientportal.models import Heartbeat, Notification, OutboundMessage

from .mail import gateway_down, mail_server_down, make_messages

A_MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def in_the_bell():
    """What was told in the admin, oldest first: kind and what it is about."""
    return list(Notification.objects.order_by("pk").values_list("kind", "trouble"))


def emails_to(address):
    found = OutboundMessage.objects.filter(recipient=address, about="staff").exclude(dedupe_key__startswith="health-")
    return list(found.order_by("pk").values_list("subject", flat=True))


def sweep(clock, minutes, *, every=A_MINUTE):
    """Let so many minutes pass, with a sweep in each."""
    for one in range(minutes):
        now = NOW + (one + 1) * every
        clock.move_to(now, tick=False)
        deliver_due()


def test_five_emails_that_fail_in_a_row_are_told_at_once_in_the_admin_and_only_there(clinic, boss):
    make_messages(5)
    with mail_server_down():
        deliver_due()
    assert in_the_bell() == [("trouble", "email")]
    assert not emails_to("staff@harbour.example")


def test_four_that_fail_are_no_trouble_yet_nor_five_with_one_that_left(clinic, boss):
    make_messages(4)
    with mail_server_down():
        deliver_due()
    make_messages(1, due_at=NOW)
    deliver_due()
    assert in_the_bell() == []


def test_texts_that_fail_are_told_by_email_to_the_notification_address_too(clinic, boss):
    make_messages(5, channel="sms")
    with gateway_down():
        deliver_due()
    assert in_the_bell() == [("trouble", "sms")]
    assert emails_to("staff@harbour.example") == ["Text messages are not getting out"]
    email = OutboundMessage.objects.get(subject="Text messages are not getting out")
    assert "The gateway answered 503." in email.body and "ring clients" in email.body


def test_a_single_message_that_has_been_trying_for_fifteen_minutes_is_told(clinic, boss, clock):
    make_messages(1)
    with mail_server_down():
        sweep(clock, 15)
        assert in_the_bell() == []
        sweep(clock, 17)
    assert in_the_bell() == [("trouble", "email")]


def test_the_same_trouble_is_told_once_however_long_it_lasts_and_its_end_too(clinic, boss, clock):
    make_messages(5)
    with mail_server_down():
        sweep(clock, 60)
    assert in_the_bell() == [("trouble", "email")]
    clock.move_to(NOW + timedelta(hours=5), tick=False)
    deliver_due()
    assert in_the_bell() == [("trouble", "email"), ("trouble_over", "email")]
    deliver_due()
    assert len(in_the_bell()) == 2
    assert not OutboundMessage.objects.exclude(status="sent")


def test_trouble_that_comes_back_within_ten_minutes_is_still_the_same_one(clinic, boss, clock):
    make_messages(5)
    with mail_server_down():
        deliver_due()
    clock.move_to(NOW + 5 * A_MINUTE, tick=False)
    deliver_due()
    make_messages(5, due_at=NOW + 6 * A_MINUTE)
    clock.move_to(NOW + 6 * A_MINUTE, tick=False)
    with mail_server_down():
        deliver_due()
    assert in_the_bell() == [("trouble", "email")]


def test_a_message_that_waits_for_its_hour_is_no_trouble(clinic, boss, clock):
    make_messages(1, due_at=NOW + timedelta(hours=2))
    clock.move_to(NOW + timedelta(hours=1), tick=False)
    deliver_due()
    assert in_the_bell() == []


def test_the_command_of_a_site_without_a_worker_is_a_sweep_as_well(clinic, boss):
    call_command("clientportal_send", verbosity=0)
    assert Heartbeat.objects.get().at == NOW


def test_a_worker_that_has_stopped_is_told_by_whoever_opens_the_admin_first(served, admin, clock):
    clock.move_to(NOW + timedelta(minutes=10), tick=False)
    for name in ("clientportal_client:index", "wagtailadmin_home"):
        page = admin.get(reverse(name)).content.decode()
        assert "Waiting messages have not been sent since Monday 23 November 2026 at 8am" in page
    assert "python manage.py clientportal_worker" in page
    assert in_the_bell() == [("trouble", "worker")]
    # It is back.
    deliver_due()
    page = admin.get(reverse("wagtailadmin_home")).content.decode()
    assert "Waiting messages have not been sent" not in page
    sweep(clock, 3, every=timedelta(minutes=9))
    assert in_the_bell() == [("trouble", "worker"), ("trouble_over", "worker")]


@pytest.mark.parametrize(
    "name",
    [
        "wagtail_clientportal_appointment_modeladmin_index",
        "clientportal_client:index",
        "clientportal_notification:index",
    ],
)
def test_each_list_says_that_emails_do_not_leave_and_the_bell_says_it_in_words(served, admin, name):
    make_messages(5)
    with mail_server_down():
        deliver_due()
    assert "The last 5 emails could not be sent." in admin.get(reverse(name)).content.decode()
    bell = admin.get(reverse("clientportal_notification:index")).content.decode()
    assert "Emails are not getting out" in bell
    opened = admin.post(reverse("clientportal_notification:open", args=[Notification.objects.get().pk]), follow=True)
    assert "whether the mail server answers" in opened.content.decode()


def test_where_all_is_well_a_list_asks_two_things_more_of_the_database(served, admin, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert at_view(NOW) == []


def test_a_clinic_whose_portal_is_off_and_that_has_nothing_to_send_needs_no_worker(served, admin, clock):
    served.settings = served.site.client_portal_settings
    served.settings.enabled = False
    served.settings.save()
    clock.move_to(NOW + timedelta(hours=1), tick=False)
    assert "Waiting messages have not been sent" not in admin.get(reverse("wagtailadmin_home")).content.decode()
    make_messages(1)
    assert "Waiting messages have not been sent" in admin.get(reverse("wagtailadmin_home")).content.decode()
