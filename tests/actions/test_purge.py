from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string
from django_q.models import Schedule

from tests.factories import NOW
from wagtail_clientportal.access import throttle
from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.purge import purge
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.models import (
    Appointment,
    CommunicationTemplate,
    MagicLink,
    Notification,
    OutboundMessage,
    PortalSession,
    Throttle,
)

A_DAY = timedelta(days=1)


@pytest.fixture
def old(clinic):
    mint_sign_in_link("margaret@example.org", clinic.site, NOW)
    mint_appointment_link(clinic.appointment, NOW)
    PortalSession.objects.create(
        client=clinic.client,
        site=clinic.site,
        contact_version=1,
        identity_version=1,
        created_at=NOW,
        last_seen_at=NOW,
        link=MagicLink.objects.first(),
    )
    throttle.take("identity:client:1", limit=10, period=timedelta(days=1), now=NOW)
    request_link("stranger@example.org", clinic.site, now=NOW)
    OutboundMessage.objects.update(status="dropped")
    return clinic


def test_nothing_goes_before_its_term(old):
    done = purge(NOW + timedelta(hours=24))
    assert (done.links, done.sessions, done.attempts, done.requests) == (0, 0, 0, 0)


def test_a_sign_in_link_goes_a_day_after_it_expired(old):
    assert purge(NOW + timedelta(hours=24, minutes=11)).links == 1
    assert MagicLink.objects.get().kind == "appointment"


def test_an_appointment_link_goes_thirty_days_after_the_appointment(old):
    month_after = old.appointment.end + timedelta(days=30)
    purge(month_after)
    assert MagicLink.objects.filter(kind="appointment").exists()
    assert purge(month_after + timedelta(seconds=1)).links == 1
    assert Appointment.objects.exists()


def test_sessions_attempts_and_requests_go_after_thirty_days(old):
    done = purge(NOW + timedelta(days=30, seconds=1))
    assert (done.sessions, done.attempts, done.requests) == (1, 1, 1)
    assert not (PortalSession.objects.exists() or Throttle.objects.exists() or OutboundMessage.objects.exists())


def test_a_request_that_is_still_waiting_stays(old):
    OutboundMessage.objects.update(status="waiting")
    assert purge(NOW + timedelta(days=40)).requests == 0


def test_the_command_says_what_it_did(old):
    said = StringIO()
    call_command("clientportal_purge", stdout=said)
    assert said.getvalue() == (
        "Deleted: 0 links, 0 sessions, 0 counters, 0 link requests, 0 booking requests, 0 sent communications, "
        "0 notifications.\n"
    )


# -- What the clinic says for how long it keeps


def keep(settings, **terms):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, **terms}


@pytest.fixture
def said(clinic, admin_user):
    """A clinic that cancelled an appointment, and whose messages about it are sent."""
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    deliver_due(now=NOW)
    Notification.objects.create(recipient=admin_user, kind="cancelled", appointment=clinic.appointment)
    assert set(OutboundMessage.objects.values_list("status", flat=True)) == {"sent"}
    return clinic


def test_what_was_sent_and_read_is_kept_until_the_clinic_says_otherwise(said):
    Notification.objects.update(read_at=NOW)
    done = purge(NOW + 3650 * A_DAY)
    assert (done.communications, done.notifications) == (0, 0)
    assert OutboundMessage.objects.count() == 3 and Notification.objects.exists()


def test_sent_communications_go_so_long_after_their_appointment(said, settings):
    keep(settings, PURGE_COMMUNICATIONS_AFTER=365 * A_DAY)
    about_staff, term = OutboundMessage.objects.get(about="staff"), said.appointment.end + 365 * A_DAY
    assert purge(NOW + 365 * A_DAY).communications == 0
    assert purge(term).communications == 1 and not OutboundMessage.objects.filter(pk=about_staff.pk).exists()
    assert purge(term + timedelta(seconds=1)).communications == 2
    assert not OutboundMessage.objects.exists() and Appointment.objects.exists()


def test_a_message_that_still_waits_stays_and_so_does_one_that_failed_of_an_appointment_to_come(said, settings):
    keep(settings, PURGE_COMMUNICATIONS_AFTER=A_DAY)
    OutboundMessage.objects.filter(channel="sms").update(status="waiting")
    OutboundMessage.objects.filter(channel="email").update(status="failed")
    later = said.book(start=said.appointment.start + 100 * A_DAY)
    OutboundMessage.objects.filter(about="cancelled", channel="email").update(appointment=later)
    assert purge(NOW + 50 * A_DAY).communications == 1, "the staff's alone"
    assert set(OutboundMessage.objects.values_list("status", flat=True)) == {"waiting", "failed"}


def test_nobody_is_reminded_twice_because_the_first_reminder_was_purged(clinic, settings):
    keep(settings, PURGE_COMMUNICATIONS_AFTER=A_DAY)
    start = NOW + 10 * A_DAY
    book(clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, start, by=None, now=NOW)
    reminders = CommunicationTemplate.objects.filter(event="reminder", channel="email")
    reminders.update(send_before=7 * A_DAY, first_published_at=NOW)
    deliver_due(now=start - 7 * A_DAY)
    purge(start - 5 * A_DAY)
    deliver_due(now=start - 5 * A_DAY)
    assert len([email for email in mail.outbox if email.subject.startswith("Reminder")]) == 1


def test_notifications_go_so_long_after_they_were_read_and_what_is_to_do_stays(said, admin_user, settings):
    keep(settings, PURGE_NOTIFICATIONS_AFTER=90 * A_DAY)
    assert purge(NOW + 1000 * A_DAY).notifications == 0, "nobody has read it"
    Notification.objects.update(read_at=NOW)
    Notification.objects.create(recipient=admin_user, kind="client_not_told", appointment=said.appointment)
    assert purge(NOW + 90 * A_DAY).notifications == 0
    assert purge(NOW + 90 * A_DAY + timedelta(seconds=1)).notifications == 1
    assert Notification.objects.get().kind == "client_not_told"


def test_however_much_there_is_so_many_are_deleted_at_a_time(said, settings):
    keep(settings, PURGE_COMMUNICATIONS_AFTER=A_DAY)
    OutboundMessage.objects.bulk_create(
        OutboundMessage(about="staff", channel="email", status="sent", dedupe_key=f"old-{number}", created_at=NOW)
        for number in range(1200)
    )
    with CaptureQueriesContext(connection) as captured:
        assert purge(NOW + 30 * A_DAY).communications == 1203
    read = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    deleted = [query["sql"] for query in captured if query["sql"].startswith("DELETE")]
    assert read and all("LIMIT 500" in sql or " IN (" in sql for sql in read)
    assert deleted and all(sql.count(", ") <= 500 for sql in deleted)


def test_the_worker_purges_every_day(old):
    daily = Schedule.objects.get(func="wagtail_clientportal.actions.purge.purge")
    assert (daily.schedule_type, daily.repeats) == (Schedule.DAILY, -1)
    with time_machine.travel(NOW + timedelta(days=60)):
        import_string(daily.func)()
    assert not MagicLink.objects.exists() and not PortalSession.objects.exists()
