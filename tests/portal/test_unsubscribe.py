"""Ending reminders by email: one click in the mail program, or a button, never a GET. All else is said as before."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from tests.factories import NOW, open_portal
from tests.portal.reading import text
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import PortalSettings
from wagtail_clientportal.outbox.unsubscribe import unsubscribe_url


@pytest.fixture
def path(clinic):
    return unsubscribe_url(clinic.client, clinic.site).removeprefix("http://localhost")


def is_reminded(clinic):
    clinic.client.refresh_from_db()
    return clinic.client.email_reminders


def test_a_mail_program_ends_the_reminders_with_one_post(clinic, path):
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not is_reminded(clinic)
    assert clinic.client.email_opt_in and clinic.client.sms_reminders


@pytest.mark.parametrize("charset", ["us-ascii", "utf-7", "hex", "none-such"])
@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_it_does_so_in_whatever_encoding_and_with_whatever_cookie(clinic, path, form, charset):
    odd = {"cookie": 'sessionid="0123456789abcdefghijklmno\\000p"'}
    body = b"List-Unsubscribe=One-Click"
    response = Browser().generic("POST", path, body, f"{form}; charset={charset}", headers=odd)
    assert response.status_code == 200
    assert not is_reminded(clinic)


def test_who_ended_the_reminders_still_hears_by_email_what_the_clinic_did(clinic, path):
    Browser().post(path)
    moved = clinic.book(start=NOW + timedelta(days=3))
    change(moved, NOW + timedelta(days=4, hours=2), by=None, now=NOW)
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW + timedelta(minutes=5))
    subjects = {email.subject.split(":")[0] for email in mail.outbox if email.to == ["margaret@example.org"]}
    assert subjects == {"Your appointment has been changed", "Your appointment has been cancelled"}


def test_looking_at_the_page_changes_nothing(clinic, path):
    for method in ("get", "head", "get"):
        assert getattr(Browser(), method)(path).status_code == 200
    assert is_reminded(clinic)


def test_a_person_is_asked_first_and_can_change_their_mind(clinic, path):
    browser = Browser(enforce_csrf_checks=True)
    assert "Stop the reminders" in text(browser.get(path))
    assert "You won’t get any more reminders by email" in text(browser.post(path))
    assert not is_reminded(clinic)
    assert "again" in text(browser.post(path, {"resume": "yes"}))
    assert is_reminded(clinic)


def test_the_page_names_nobody_and_is_stored_nowhere(clinic, path):
    answer = Browser().get(path)
    assert "Margaret" not in answer.content.decode() and "margaret@" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_it_opens_no_session_and_no_appointment(clinic, path):
    browser = Browser()
    browser.post(path)
    assert not browser.session.keys()
    token = re.search("unsubscribe/(.+)/", path)[1]
    assert "ended=" in browser.get(f"/p/{token}/")["Location"]


@pytest.mark.parametrize("broken", [lambda path: path[:-5] + "aaaa/", lambda path: "/p/unsubscribe/nonsense/"])
def test_a_made_up_address_changes_nothing(clinic, path, broken):
    answer = Browser().post(broken(path))
    assert answer.status_code == 404 and "Nothing has been changed" in text(answer)
    assert is_reminded(clinic)


def test_the_link_in_an_email_to_a_former_address_ends_nothing(clinic, path):
    clinic.client.email = "new@example.org"
    clinic.client.save()
    assert Browser().post(path).status_code == 404
    assert is_reminded(clinic)


def test_it_works_while_the_portal_is_off(clinic, path):
    PortalSettings.objects.update(enabled=False)
    assert Browser().post(path).status_code == 200
    assert not is_reminded(clinic)
    open_portal()


def test_staff_can_see_in_the_history_that_the_client_did_it(clinic, path, admin_client):
    Browser().post(path)
    history = admin_client.get(reverse("clientportal_client:history", args=[clinic.client.pk]))
    assert "The client stopped reminders by email" in text(history)


def test_a_corrected_mobile_leaves_the_link_in_an_email_alone(clinic, path):
    clinic.client.mobile = "07700 900999"
    clinic.client.save()
    assert Browser().post(path).status_code == 200 and not is_reminded(clinic)


def test_it_works_where_the_portals_page_was_taken_down(clinic, path):
    clinic.page.unpublish()
    answer = Browser().post(path)
    assert answer.status_code == 200 and "You won’t get any more reminders by email" in answer.content.decode()
    assert not is_reminded(clinic)


def test_nobody_is_promised_reminders_while_staff_keep_all_emails_off(clinic, path):
    type(clinic.client).objects.update(email_opt_in=False, email_reminders=False)
    said = text(Browser().post(path, {"resume": "yes"}))
    assert "Please ring us to get emails again" in said and "020 7946 0999" in said
    assert "You will get reminders" not in said
    assert is_reminded(clinic) and not clinic.client.email_opt_in
