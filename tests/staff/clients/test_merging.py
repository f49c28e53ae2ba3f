"""Two records of one person: staff are warned before there are two, and a manager makes one of them."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories import make_client, make_clinician
from tests.staff.filling_in import hidden, text
from wagtail_clientportal.models import Appointment, Client

SAME = {
    "first_name": "margaret",
    "last_name": "Hale",
    "email": "other@example.org",
    "date_of_birth": "1956-12-09",
    "postcode": "sw1a 1aa",
    "email_opt_in": "on",
    "sms_opt_in": "on",
    "is_active": "on",
    "portal_access": "on",
}


@pytest.fixture
def manager(client, clinic):
    user = get_user_model().objects.create_user("mia", "mia@harbour.example", "secret")
    user.groups.add(Group.objects.get(name="Clinic manager"))
    client.force_login(user)
    return client


def record(client):
    return reverse("clientportal_client:inspect", args=[client.pk])


def merge(client):
    return reverse("clientportal_client:merge", args=[client.pk])


def preview(manager, kept, other):
    return manager.get(merge(kept), {"other": other.pk})


def answer(page, other, **values):
    return {"other": other.pk, "seen_versions": hidden(page, "seen_versions"), "one_person": "on"} | values


# --- before there are two ------------------------------------------------------------------------------------------


def test_an_identical_client_is_saved_only_after_saying_that_they_are_two_people(boss, clinic):
    page = boss.post(reverse("clientportal_client:add"), SAME)
    assert Client.objects.count() == 1
    assert "There is a record already that says the same of who this is." in text(page)
    assert record(clinic.client) in text(page)
    assert "Margaret Hale, born 9 Dec 1956" in text(page)
    said = {"two_people": hidden(page, "two_people")}
    assert boss.post(reverse("clientportal_client:add"), SAME | said).status_code == 302
    assert Client.objects.count() == 2


def test_what_is_said_of_one_record_is_not_said_of_the_next(boss, clinic):
    said = {"two_people": str(clinic.client.pk)}
    make_client()
    page = boss.post(reverse("clientportal_client:add"), SAME | said)
    assert page.status_code == 200 and Client.objects.count() == 2


def test_somebody_new_is_saved_without_a_question(boss, clinic):
    page = boss.get(reverse("clientportal_client:add"))
    assert "They are two people" not in text(page)
    assert boss.post(reverse("clientportal_client:add"), SAME | {"first_name": "Marjorie"}).status_code == 302


def test_a_record_that_becomes_identical_asks_and_one_that_is_so_already_does_not(boss, clinic):
    other = make_client(first_name="Marjorie")
    url = reverse("clientportal_client:edit", args=[other.pk])
    page = boss.post(url, SAME)
    assert "They are two people" in text(page)
    assert boss.post(url, SAME | {"two_people": hidden(page, "two_people")}).status_code == 302
    assert boss.post(url, SAME | {"sms_opt_in": ""}).status_code == 302


def test_a_record_out_of_reach_is_not_named(staff_with, clinic):
    sam = staff_with("add_client", own_diary=True)
    page = sam.post(reverse("clientportal_client:add"), SAME)
    assert "A record that you can’t open." in text(page)
    assert record(clinic.client) not in text(page) and "born 9 Dec" not in text(page)


# --- when there are ------------------------------------------------------------------------------------------------


def test_a_manager_finds_the_other_record_sees_what_goes_where_and_merges(manager, clinic):
    other = make_client(email="m.hale@example.org", mobile="", external_ref="EXT-77")
    clinic.book(client=other, clinician=make_clinician(name="Bea Ito"))
    assert merge(clinic.client) in text(manager.get(record(clinic.client)))
    assert "m.hale@example.org" in text(manager.get(merge(clinic.client)))  # it looks identical
    found = text(manager.get(merge(clinic.client), {"q": "m.hale@example"}))
    assert f"{merge(clinic.client)}?other={other.pk}" in found

    page = preview(manager, clinic.client, other)
    assert "<strong>margaret@example.org</strong>" in text(page)
    assert f"Record #{other.pk} says: m.hale@example.org" in text(page)
    assert "Both say the same of: First name, Last name, Date of birth" in text(page)
    assert "<strong>EXT-77</strong>" in text(page) and "Appointments to come: 1" in text(page)
    assert "Wed 25 Nov 2026, 10:00–10:30, with Bea Ito" in text(page)
    assert Appointment.objects.filter(client=other).exists()

    done = manager.post(merge(clinic.client), answer(page, other), follow=True)
    assert done.redirect_chain[-1][0] == record(clinic.client)
    assert "The two records are one now." in text(done)
    assert Appointment.objects.filter(client=clinic.client).count() == 2
    log = text(manager.get(reverse("clientportal_client:log")))
    assert f"Merged another record into it: Client #{other.pk}" in log
    assert f"Merged it into another record: Client #{clinic.client.pk}" in log


def test_a_record_says_which_other_one_keeps_the_client_out_of_the_portal(manager, staff_with, clinic):
    assert "lets neither in" not in text(manager.get(record(clinic.client)))
    other = make_client()
    page = text(manager.get(record(clinic.client)))
    assert "Another record says the same of who this is." in page
    assert f"{merge(clinic.client)}?other={other.pk}" in page
    page = text(staff_with("view_client").get(record(clinic.client)))
    assert record(other) in page and merge(clinic.client) not in page


def test_the_preview_offers_to_keep_the_other_one_instead(manager, clinic):
    other = make_client()
    assert f"{merge(other)}?other={clinic.client.pk}" in text(preview(manager, clinic.client, other))


def test_nothing_is_merged_without_saying_that_they_are_one_person(manager, clinic):
    other = make_client()
    page = preview(manager, clinic.client, other)
    response = manager.post(merge(clinic.client), answer(page, other, one_person=""))
    assert response.status_code == 409 and "Tick that both records are of one person" in text(response)
    assert Client.objects.filter(merged_into=None).count() == 2


def test_what_changed_since_the_preview_is_shown_before_anything_is_merged(manager, clinic):
    other = make_client()
    page = preview(manager, clinic.client, other)
    Client.objects.filter(pk=other.pk).update(email="m.hale@example.org")
    response = manager.post(merge(clinic.client), answer(page, other))
    assert response.status_code == 409 and "Nothing was merged" in text(response)
    assert "m.hale@example.org" in text(response)
    assert manager.post(merge(clinic.client), answer(response, other)).status_code == 302


def test_an_old_address_of_the_emptied_record_leads_to_the_person(manager, clinic):
    other = make_client()
    manager.post(merge(clinic.client), answer(preview(manager, clinic.client, other), other))
    for name in ("inspect", "edit"):
        page = manager.get(reverse(f"clientportal_client:{name}", args=[other.pk]), follow=True)
        assert page.redirect_chain == [(record(clinic.client), 302)]
        assert f"Record #{other.pk} was merged into this one." in text(page)
    assert "Merged record" not in text(manager.get(reverse("clientportal_client:index")))
    assert "This record is of nobody any more" in text(manager.get(merge(other)))
    assert manager.get(merge(clinic.client), {"other": other.pk}).status_code == 404


@pytest.mark.parametrize("nonsense", ["x", "0", "-1", "9" * 40, "\0", "²"])
def test_another_record_that_is_none_is_not_found(manager, clinic, nonsense):
    assert manager.get(merge(clinic.client), {"other": nonsense}).status_code == 404
    assert manager.post(merge(clinic.client), {"other": nonsense, "one_person": "on"}).status_code == 404
    assert manager.post(merge(clinic.client), {"other": clinic.client.pk}).status_code == 404


def test_a_search_for_nonsense_finds_nobody(manager, clinic):
    assert "No other record was found." in text(manager.get(merge(clinic.client), {"q": "\0zzz"}))


def test_who_may_change_records_may_not_merge_them(staff_with, clinic):
    other = make_client()
    sam = staff_with("change_client", "view_client")
    assert merge(clinic.client) not in text(sam.get(record(clinic.client)))
    assert sam.get(merge(clinic.client)).status_code == 302
    sam.post(merge(clinic.client), {"other": other.pk, "one_person": "on"})
    assert Client.objects.filter(merged_into=None).count() == 2


def test_who_reaches_one_diary_alone_merges_no_record_out_of_reach(staff_with, clinic):
    sam = staff_with("merge_client", "view_client", own_diary=True)
    clinic.clinician.user = get_user_model().objects.get(username="sam")
    clinic.clinician.save()
    other = make_client()
    assert sam.get(merge(clinic.client)).status_code == 200
    assert sam.get(merge(clinic.client), {"other": other.pk}).status_code == 404
    assert sam.get(merge(other)).status_code == 404
