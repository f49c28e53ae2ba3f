from datetime import date

import pytest

from tests.factories import make_client
from wagtail_clientportal.models import Client
from wagtail_clientportal.practice.look_alikes import identical_to

NOBODY = {"email": "", "mobile": "", "postcode": ""}


@pytest.mark.parametrize(
    "values",
    [
        {"email": "MARGARET@Example.org"},
        {"mobile": "+44 7700 900 123"},
        {"postcode": "sw1a1aa"},
        {"email": "margaret@example.org", "first_name": "margaret", "last_name": "HÁLE"},
    ],
)
def test_one_person_is_known_in_any_spelling_by_a_contact_or_the_postcode(db, values):
    client = make_client()
    assert identical_to(make_client(**NOBODY | values)) == [client]


@pytest.mark.parametrize(
    "values",
    [
        NOBODY,
        {"first_name": "Marjorie"},
        {"last_name": "Hall"},
        {"date_of_birth": date(1956, 12, 8)},
        {"date_of_birth": None},
        {"email": "m@example.org", "mobile": "07700 900321", "postcode": "N1 9GU"},
    ],
)
def test_who_differs_in_name_in_birth_or_in_every_contact_is_somebody_else(db, values):
    make_client()
    assert identical_to(make_client(**values)) == []


def test_nobody_is_their_own_double_and_who_was_anonymised_is_nobodys(clock, db):
    client = make_client()
    assert identical_to(client) == []
    unsaved = Client(
        first_name="Margaret", last_name="Hale", date_of_birth=date(1956, 12, 9), email="margaret@example.org"
    )
    assert identical_to(unsaved) == [client]
    Client.objects.update(anonymised_at="2026-11-23T08:00Z")
    assert identical_to(unsaved) == []
