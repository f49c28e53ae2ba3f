"""An impossible date of birth is refused; what is only unlikely is saved once staff say that it is right."""

from datetime import date

import pytest
from django.urls import reverse

from tests.staff.filling_in import text
from wagtail_clientportal.models import Client


def save(staff, client=None, **values):
    data = {"first_name": "Ann", "last_name": "Lee", "portal_access": "on"} | values
    name, args = ("edit", [client.pk]) if client else ("add", [])
    return staff.post(reverse(f"clientportal_client:{name}", args=args), data)


ASKED = [
    ({"postcode": "SW1A 1A"}, "Postcodes of this country aren’t written so.", "postcode SW1A 1A"),
    ({"postcode": "75001"}, "Postcodes of this country aren’t written so.", "postcode 75001"),
    ({"date_of_birth": "23/11/1916"}, "is 110 or older", "date_of_birth 1916-11-23"),
]


@pytest.mark.parametrize(("values", "sentence", "tick"), ASKED)
def test_what_is_unlikely_is_asked_about_and_saved_when_it_is_right(boss, db, values, sentence, tick):
    page = save(boss, **values)
    assert page.status_code == 200 and sentence in text(page) and f'value="{tick}"' in text(page)
    assert not Client.objects.exists()
    assert save(boss, **values, confirmed_values=tick).status_code == 302
    assert Client.objects.exists()


def test_a_tick_is_for_the_value_that_it_stood_beside(boss, db):
    page = save(boss, postcode="SW1A 1B", confirmed_values="postcode SW1A 1A")
    assert page.status_code == 200 and 'value="postcode SW1A 1B"' in text(page)


def test_several_things_are_asked_about_at_once_and_a_tick_stays(boss, db):
    values = {"postcode": "75001", "date_of_birth": "1/1/1905"}
    page = text(save(boss, **values, confirmed_values="postcode 75001"))
    assert 'value="postcode 75001" checked' in page
    assert 'value="date_of_birth 1905-01-01">' in page
    ticks = ["postcode 75001", "date_of_birth 1905-01-01"]
    assert save(boss, **values, confirmed_values=ticks).status_code == 302
    assert Client.objects.get().date_of_birth == date(1905, 1, 1)


@pytest.mark.parametrize("values", [{"postcode": "sw1a1aa"}, {"date_of_birth": "24/11/1916"}, {}])
def test_what_is_usual_is_saved_at_once(boss, db, values):
    assert save(boss, **values).status_code == 302


def test_a_record_that_is_odd_already_is_not_asked_about_again(boss, clinic):
    Client.objects.filter(pk=clinic.client.pk).update(postcode="75001")
    assert save(boss, clinic.client, postcode="75001").status_code == 302
    assert save(boss, clinic.client, postcode="75002").status_code == 200


def test_a_clinic_elsewhere_has_postcodes_of_its_own(boss, db, settings):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"DEFAULT_REGION": "US"}
    assert save(boss, postcode="12345-6789").status_code == 302
    assert save(boss, postcode="SW1A 1AA").status_code == 200


def test_no_other_door_takes_a_date_of_birth_that_nobody_has(db):
    for born in (date(2026, 11, 24), date(1899, 12, 31)):
        with pytest.raises(Exception, match="date of birth can’t be"):
            Client(first_name="Ann", last_name="Lee", date_of_birth=born).full_clean()
