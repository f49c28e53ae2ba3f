"""Anonymising asks for a word, says what stays and what goes, and for the appointments to be cancelled first."""

from datetime import timedelta

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.factories import NOW, make_client
from wagtail_clientportal.models import Appointment


@pytest.fixture(autouse=True)
def after_the_appointment(time_machine):
    time_machine.move_to(NOW + timedelta(days=7))


def url(client):
    return reverse("clientportal_client:anonymise", args=[client.pk])


def test_the_page_says_what_goes_what_stays_and_which_word_to_type(boss, clinic):
    page = boss.get(url(clinic.client)).content.decode()
    for said in ("What goes", "What stays", "Type the word “anonymise”"):
        assert said in page


def test_nothing_happens_without_the_word(boss, clinic):
    response = boss.post(url(clinic.client), {"word": "yes"})
    assert "Type the word “anonymise” to go on." in response.content.decode()
    clinic.client.refresh_from_db()
    assert clinic.client.full_name == "Margaret Hale"


def test_with_the_word_the_person_is_gone_from_every_screen(boss, records, clinic):
    response = boss.post(url(clinic.client), {"word": " Anonymise "}, follow=True)
    page = response.content.decode()
    assert "Anonymised client" in page
    assert "This record was anonymised on Mon 30 Nov 2026" in page
    assert (
        "Whatever you type makes a new person of it"
        in boss.get(reverse("clientportal_client:edit", args=[clinic.client.pk])).content.decode()
    )
    screens = [reverse("clientportal_client:index"), reverse("clientportal_client:log")]
    for model in ("appointment", "clientmessage", "outboundmessage"):
        screens.append(reverse(f"wagtail_clientportal_{model}_modeladmin_index"))
        screens.append(reverse(f"wagtail_clientportal_{model}_modeladmin_inspect", args=[records[model].pk]))
    for screen in screens:
        shown = boss.get(screen).content.decode()
        for secret in ("Margaret", "Hale", "margaret@example.org", "SW1A 1AA", "is late.", "mailbox is full"):
            assert secret not in shown, screen
    assert Appointment.objects.filter(client=clinic.client).count() == 1
    assert ModelLogEntry.objects.filter(action="clientportal.anonymise", user__username="boss").count() == 1
    assert "anonymised already" in boss.get(url(clinic.client)).content.decode()


def test_somebody_who_is_expected_is_not_anonymised(boss, clinic):
    clinic.book(start=NOW + timedelta(days=9))
    response = boss.post(url(clinic.client), {"word": "anonymise"})
    assert response.status_code == 409
    assert "still has 1 appointment to come. Cancel it first" in response.content.decode()
    clinic.client.refresh_from_db()
    assert clinic.client.full_name == "Margaret Hale"


def test_only_those_who_may_anonymise_are_offered_it(staff_with, clinic):
    staff = staff_with("view_client", "change_client", "delete_client", "export_client")
    record = staff.get(reverse("clientportal_client:inspect", args=[clinic.client.pk])).content.decode()
    assert url(clinic.client) not in record
    assert staff.get(url(clinic.client)).status_code == 302
    assert staff.post(url(clinic.client), {"word": "anonymise"}).status_code == 302
    clinic.client.refresh_from_db()
    assert clinic.client.anonymised_at is None


def test_whose_client_it_is_not_finds_nothing(staff_with, clinic):
    staff = staff_with("anonymise_client", "export_client", "change_client", own_diary=True)
    other = make_client(email="other@example.org")
    for view in ("anonymise", "export", "send_link", "revoke_links", "portal_access"):
        assert staff.post(reverse(f"clientportal_client:{view}", args=[other.pk])).status_code == 404, view


def test_an_anonymised_record_comes_back_only_as_somebody_who_is_typed_in(boss, clinic):
    boss.post(url(clinic.client), {"word": "anonymise"})
    edit = reverse("clientportal_client:edit", args=[clinic.client.pk])
    data = {"first_name": "Anonymised", "last_name": "client", "is_active": "on", "portal_access": "on"}
    assert "type first whom it is about" in boss.post(edit, data).content.decode()
    clinic.client.refresh_from_db()
    assert not clinic.client.is_active
    boss.post(edit, data | {"first_name": "Ann", "last_name": "Lee"})
    clinic.client.refresh_from_db()
    assert (clinic.client.full_name, clinic.client.is_active, clinic.client.anonymised_at) == ("Ann Lee", True, None)
