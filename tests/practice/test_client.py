from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from tests.factories import make_client
from wagtail_clientportal.models import Client


@pytest.fixture
def margaret(db):
    return make_client()


def versions(client):
    client = Client.objects.get(pk=client.pk)
    return client.contact_version, client.identity_version


# -- What ends links and sessions


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"email": "maggie@example.org"}, (2, 1)),
        ({"email": ""}, (2, 1)),
        ({"mobile": "07700 900999"}, (2, 1)),
        ({"mobile": ""}, (2, 1)),
        ({"email": "maggie@example.org", "mobile": ""}, (2, 1)),
        ({"date_of_birth": date(1956, 9, 12)}, (1, 2)),
        ({"date_of_birth": "1956-09-12"}, (1, 2)),
        ({"date_of_birth": None}, (1, 2)),
        ({"postcode": "SW1A 2AA"}, (1, 2)),
        ({"postcode": ""}, (1, 2)),
        ({"email": "maggie@example.org", "postcode": "SW1A 2AA"}, (2, 2)),
    ],
)
def test_what_is_replaced_or_removed_counts(margaret, changes, expected):
    for name, value in changes.items():
        setattr(margaret, name, value)
    margaret.save()
    assert versions(margaret) == expected
    assert (margaret.contact_version, margaret.identity_version) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"email": "MARGARET@example.org "},
        {"mobile": "+44 7700 900123"},
        {"postcode": "swia laa"},
        {"date_of_birth": "1956-12-09"},
        {"first_name": "Maggie", "last_name": "Thornton"},
        {"email_opt_in": False, "sms_opt_in": False},
    ],
)
def test_another_spelling_or_anything_else_ends_nothing(margaret, changes):
    for name, value in changes.items():
        setattr(margaret, name, value)
    margaret.save()
    assert versions(margaret) == (1, 1)


def test_filling_in_what_was_blank_ends_nothing(db):
    client = make_client(email="", mobile="", date_of_birth=None, postcode="")
    for name, value in [
        ("email", "margaret@example.org"),
        ("mobile", "07700 900123"),
        ("date_of_birth", date(1956, 12, 9)),
        ("postcode", "SW1A 1AA"),
    ]:
        setattr(client, name, value)
        client.save()
    assert versions(client) == (1, 1)


def test_each_replacement_counts_anew(margaret):
    for number, email in enumerate(["a@example.org", "b@example.org", "margaret@example.org"], 2):
        margaret.email = email
        margaret.save()
        assert versions(margaret) == (number, 1)


def test_only_some_fields_may_be_written_and_keys_and_versions_follow(margaret):
    margaret.email, margaret.postcode, margaret.first_name = "Maggie@Example.org", "SW1A 2AA", "Maggie"
    margaret.save(update_fields=["email"])
    stored = Client.objects.get(pk=margaret.pk)
    assert (stored.email, stored.email_key) == ("Maggie@Example.org", "maggie@example.org")
    assert stored.first_name == "Margaret"
    assert stored.contact_version == 2
    margaret.save(update_fields=["postcode"])
    stored = Client.objects.get(pk=margaret.pk)
    assert (stored.postcode_key, stored.contact_version, stored.identity_version) == ("SW1A2AA", 2, 2)


def test_writing_other_fields_alone_raises_nothing_and_asks_nothing(margaret, django_assert_num_queries):
    margaret.first_name = "Maggie"
    with django_assert_num_queries(1):
        margaret.save(update_fields=["first_name"])
    assert versions(margaret) == (1, 1)


def test_a_stale_copy_does_not_wind_a_version_back(margaret):
    stale = Client.objects.get(pk=margaret.pk)
    for email in ("a@example.org", "b@example.org"):
        margaret.email = email
        margaret.save()
    stale.email = "c@example.org"
    stale.save()
    assert versions(margaret) == (4, 1)


# -- Keys


def test_clients_made_in_bulk_have_their_keys(db):
    Client.objects.bulk_create(
        [
            Client(first_name="A", last_name="B", email="One@Example.org", mobile="07700 900123", postcode="sw1a 1aa"),
            Client(first_name="C", last_name="D", email="", mobile="nonsense", postcode=""),
        ]
    )
    full, empty = Client.objects.order_by("pk")
    assert (full.email_key, full.mobile_key, full.postcode_key) == ("one@example.org", "+447700900123", "SW1A1AA")
    assert (empty.email_key, empty.mobile_key, empty.postcode_key) == ("", "", "")


def test_a_mobile_is_read_in_the_clinics_region(db, settings):
    settings.WAGTAIL_CLIENTPORTAL = {"DEFAULT_REGION": "FR"}
    assert make_client(mobile="06 12 34 56 78").mobile_key == "+33612345678"


def test_what_is_no_mobile_is_a_field_error(margaret):
    margaret.mobile = "ring me"
    with pytest.raises(ValidationError) as caught:
        margaret.full_clean()
    assert set(caught.value.message_dict) == {"mobile"}
    margaret.mobile = ""
    margaret.full_clean()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"date_of_birth": None}, False),
        ({"postcode": ""}, False),
        ({"postcode": " - "}, False),
    ],
)
def test_an_identity_can_be_checked_only_where_both_details_are_held(db, values, expected):
    assert make_client(**values).has_identity is expected


# -- Names in logs


def test_the_log_of_the_admin_holds_no_name(margaret):
    entry = log(instance=margaret, action="wagtail.edit")
    assert entry.label == str(margaret) == f"Client #{margaret.pk}"


def test_what_staff_do_in_the_admin_leaves_no_name_in_the_log(client, admin_user):
    client.force_login(admin_user)
    form = {
        "first_name": "Margaret",
        "last_name": "Hale",
        "email": "margaret@example.org",
        "is_active": "on",
        "portal_access": "on",
    }
    made = client.post(reverse("clientportal_client:add"), form)
    assert made.status_code == 302, made.content.decode()
    margaret = Client.objects.get()
    client.post(reverse("clientportal_client:edit", args=[margaret.pk]), form | {"last_name": "Thornton"})
    client.post(reverse("clientportal_client:delete", args=[margaret.pk]))
    assert not Client.objects.exists()
    entries = ModelLogEntry.objects.filter(content_type__model="clientrecord")
    assert entries.count() == 3
    for entry in entries:
        kept = f"{entry.label} {entry.data}".lower()
        assert not any(word in kept for word in ("margaret", "hale", "thornton")), kept


CHANGES = [
    ({"email": "New@Example.org"}, {"email_key": "new@example.org", "contact_version": 2, "identity_version": 1}),
    ({"mobile": "07700 900999"}, {"mobile_key": "+447700900999", "contact_version": 2, "identity_version": 1}),
    ({"postcode": "N1 9GU"}, {"postcode_key": "N19GU", "contact_version": 1, "identity_version": 2}),
    ({"date_of_birth": date(1957, 1, 1)}, {"contact_version": 1, "identity_version": 2}),
]


@pytest.mark.parametrize("values, expected", CHANGES)
@pytest.mark.parametrize("way", ["update", "bulk_update", "update_or_create"])
def test_keys_and_versions_follow_whichever_way_a_contact_is_written(db, way, values, expected):
    client = make_client()
    other = make_client(email="other@example.org")
    if way == "update":
        assert Client.objects.filter(pk=client.pk).update(**values) == 1
    elif way == "update_or_create":
        Client.objects.update_or_create(pk=client.pk, defaults=values)
    else:
        for name, value in values.items():
            setattr(client, name, value)
        assert Client.objects.bulk_update([client], [*values]) == 1
    assert Client.objects.values(*expected).get(pk=client.pk) == expected
    assert Client.objects.get(pk=other.pk).contact_version == 1


def test_a_contact_that_is_worked_out_by_the_database_is_refused(db):
    make_client()
    with pytest.raises(TypeError, match="plain values only"):
        Client.objects.update(email=Lower("email"))
