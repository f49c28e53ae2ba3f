"""Ending emails about appointments: one click in the mail program, or a button, never a GET."""

import re

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from tests.factories import NOW, open_portal
from tests.portal.reading import text
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.communications.unsubscribe import unsubscribe_url
from wagtail_clientportal.models import PortalSettings


@pytest.fixture
def path(clinic):
    return unsubscribe_url(clinic.client, clinic.site).removeprefix("http://localhost")


def opted_in(clinic):
    clinic.client.refresh_from_db()
    return clinic.client.email_opt_in


def test_a_mail_program_ends_the_emails_with_one_post(clinic, path):
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not opted_in(clinic)
    cancel(clinic.appointment, by=None, now=NOW)
    deliver_due(now=NOW)
    assert "margaret@example.org" not in [email.to[0] for email in mail.outbox]


def test_looking_at_the_page_changes_nothing(clinic, path):
    for method in ("get", "head", "get"):
        assert getattr(Browser(), method)(path).status_code == 200
    assert opted_in(clinic)


def test_a_person_is_asked_first_and_can_change_their_mind(clinic, path):
    browser = Browser(enforce_csrf_checks=True)
    assert "Stop the emails" in text(browser.get(path))
    assert "You won’t get any more emails" in text(browser.post(path))
    assert not opted_in(clinic)
    assert "again" in text(browser.post(path, {"resume": "yes"}))
    assert opted_in(clinic)


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
    assert "ended=1" in browser.get(f"/p/{token}/")["Location"]


@pytest.mark.parametrize("broken", [lambda path: path[:-5] + "aaaa/", lambda path: "/p/unsubscribe/nonsense/"])
def test_a_made_up_address_changes_nothing(clinic, path, broken):
    answer = Browser().post(broken(path))
    assert answer.status_code == 404 and "Nothing has been changed" in text(answer)
    assert opted_in(clinic)


def test_the_link_in_an_email_to_a_former_address_ends_nothing(clinic, path):
    clinic.client.email = "new@example.org"
    clinic.client.save()
    assert Browser().post(path).status_code == 404
    assert opted_in(clinic)


def test_it_works_while_the_portal_is_off(clinic, path):
    PortalSettings.objects.update(enabled=False)
    assert Browser().post(path).status_code == 200
    assert not opted_in(clinic)
    open_portal()


def test_staff_can_see_in_the_history_that_the_client_did_it(clinic, path, admin_client):
    Browser().post(path)
    history = admin_client.get(reverse("clientportal_client:history", args=[clinic.client.pk]))
    assert "The client stopped emails about appointments" in text(history)


def test_a_corrected_mobile_leaves_the_link_in_an_email_alone(clinic, path):
    clinic.client.mobile = "07700 900999"
    clinic.client.save()
    assert Browser().post(path).status_code == 200 and not opted_in(clinic)


def test_it_works_where_the_portals_page_was_taken_down(clinic, path):
    clinic.page.unpublish()
    answer = Browser().post(path)
    assert answer.status_code == 200 and "You won’t get any more emails" in answer.content.decode()
    assert not opted_in(clinic)
