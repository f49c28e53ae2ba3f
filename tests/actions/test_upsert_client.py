"""A client whom another system keeps too is made once, and brought up to date as often as it says."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model

from tests.factories import NOW, make_client
from wagtail_clientportal.access.links import find_link, mint_appointment_link
from wagtail_clientportal.actions.refusals import AlreadyKnown, NotValid
from wagtail_clientportal.actions.steps.upserted import Outcome
from wagtail_clientportal.actions.upsert_client import upsert_client
from wagtail_clientportal.models import Client, OutboundMessage
from wagtail_clientportal.practice.models import ClientLogEntry

pytestmark = pytest.mark.django_db

ANN = {"first_name": "Ann", "last_name": "Other", "date_of_birth": date(1980, 2, 29), "postcode": "N1 9GU"}


def test_a_client_is_made_then_changed_then_left_alone():
    made = upsert_client("A1", **ANN)
    changed = upsert_client("A1", email=" ann@example.org ")
    left = upsert_client("A1", **ANN, email="ann@example.org")
    assert [one.outcome for one in (made, changed, left)] == [Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED]
    assert Client.objects.get() == made.record == changed.record
    assert Client.objects.get().email_key == "ann@example.org"
    assert not OutboundMessage.objects.exists()


def test_the_log_says_who_did_it_and_which_fields():
    user = get_user_model().objects.create(username="manager")
    upsert_client("A1", **ANN, by=user)
    client = upsert_client("A1", last_name="Else", by=user).record
    entries = ClientLogEntry.objects.about(client).order_by("pk")
    assert [(one.action, one.user) for one in entries] == [("wagtail.create", user), ("wagtail.edit", user)]
    assert entries[1].data == {"fields": ["last_name"]}


def test_a_contact_that_changes_ends_the_links_that_went_to_the_old_one(clinic):
    upsert_client("A1", first_name="Margaret", last_name="Hale", postcode="SW1A 1AA")
    Client.objects.filter(pk=clinic.client.pk).update(external_ref="M1")
    link = mint_appointment_link(clinic.appointment, NOW)
    upsert_client("M1", email="new@example.org")
    assert find_link(link, NOW) is None


def test_the_record_of_the_same_person_gets_the_reference_and_no_second_one_is_made():
    known = make_client(**ANN | {"first_name": "ANN"}, email="ann@example.org")
    found = upsert_client("A1", **ANN)
    assert found.record == known and found.outcome == Outcome.CHANGED
    with pytest.raises(AlreadyKnown) as refusal:
        upsert_client("A2", **ANN)
    assert refusal.value.client == known
    assert Client.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"email": "nobody"}, "email"),
        ({"mobile": "12"}, "mobile"),
        ({"date_of_birth": date(2090, 1, 1)}, "date_of_birth"),
        ({"postcode": "N" * 30}, "postcode"),
    ],
)
def test_a_value_that_cannot_be_taken_changes_nothing(values, field):
    upsert_client("A1", **ANN)
    for reference, others in (("A1", {}), ("A2", ANN | {"date_of_birth": None})):
        with pytest.raises(NotValid) as refusal:
            upsert_client(reference, **others | values)
        assert list(refusal.value.errors) == [field]
    client = Client.objects.get()
    assert (client.first_name, client.email, client.postcode) == ("Ann", "", "N1 9GU")


def test_what_stood_in_another_field_before_refuses_nothing():
    client = upsert_client("A1", **ANN).record
    Client.objects.filter(pk=client.pk).update(mobile="12")
    assert upsert_client("A1", first_name="Anne").outcome == Outcome.CHANGED


def test_what_only_the_portal_writes_is_not_written_from_outside():
    with pytest.raises(TypeError, match="contact_version"):
        upsert_client("A1", **ANN, contact_version=7)
    assert not Client.objects.exists()
