"""A client is found by what people say on the telephone, and only ten are shown at a time."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_client
from wagtail_clientportal.models import Client

CHOOSE = "/admin/clientportal/client-chooser/"


def found(staff, query):
    response = staff.get(reverse("clientportal_client_chooser:choose_results"), {"q": query})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "hale",
        "Hale Marg",
        "margaret@example.org",
        "07700 900123",
        "+44 7700 900123",
        "0770 0900 123",
        "1956-12-09",
        "09/12/1956",
    ],
)
def test_a_client_is_found_by_name_email_mobile_and_date_of_birth(boss, clinic, query):
    make_client(first_name="Tom", last_name="Reed", email="t@example.org", mobile="07700 900999", date_of_birth=None)
    assert "Margaret Hale" in found(boss, query)
    assert "Tom Reed" not in found(boss, query)


@pytest.mark.parametrize("query", ["\0", "31/02/1956", "%", "🙂", "'; --", "9" * 150])
def test_a_search_for_nonsense_is_no_error(boss, clinic, query):
    found(boss, query)


def test_ten_thousand_clients_are_not_loaded_at_once(boss, clinic):
    Client.objects.bulk_create(Client(first_name="Ann", last_name=f"Lee {number}") for number in range(200))
    boss.get(CHOOSE)
    with CaptureQueriesContext(connection) as captured:
        page = boss.get(CHOOSE).json()["html"]
    assert page.count("data-chooser-modal-choice") == 10
    assert len(captured) < 15
    new = boss.get("/admin/clientportal/appointments/new/").content.decode()
    assert "Lee 150" not in new


def test_a_chosen_client_is_named_with_what_tells_namesakes_apart(boss, clinic):
    response = boss.get(f"{CHOOSE}chosen/{clinic.client.pk}/")
    assert response.json()["result"] == {
        "id": str(clinic.client.pk),
        "title": "Margaret Hale, born 9 Dec 1956",
        "edit_url": None,
    }


def test_somebody_who_is_not_active_is_not_offered(boss, clinic):
    former = make_client(first_name="Old", last_name="Tom", is_active=False, date_of_birth=date(1950, 1, 1))
    assert "Old Tom" not in found(boss, "tom")
    assert boss.get(f"{CHOOSE}chosen/{former.pk}/").status_code == 404


@pytest.mark.parametrize("pk", ["x", "987654", "%00"])
def test_choosing_what_does_not_exist_is_not_found(boss, clinic, pk):
    assert boss.get(f"{CHOOSE}chosen/{pk}/").status_code == 404


def test_seeing_clients_is_not_enough_to_choose_one_for_an_appointment(staff_with, clinic):
    reader = staff_with("view_client")
    for url in (CHOOSE, f"{CHOOSE}results/", f"{CHOOSE}chosen/{clinic.client.pk}/"):
        assert reader.get(url).status_code == 302
