"""What staff see of a booking that somebody new made online."""

import pytest
from django.contrib.auth import get_user_model

from tests.factories import cancelled_status, make_client
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.models import Client, OutboundMessage
from wagtail_clientportal.staff.clients.view import record_url


@pytest.fixture
def record(booking, client):
    booking.ask(**booking.KNOWN | {"postcode": "ZX9 9ZZ", "message": ""})
    booking.confirm(booking.link())
    client.force_login(get_user_model().objects.create_superuser("boss"))
    new = Client.objects.get(postcode="ZX9 9ZZ")
    return client.get(record_url(new)).content.decode()


def test_the_record_says_that_it_is_new_and_whom_it_resembles(booking, record):
    assert "New from online booking on" in record
    assert "Margaret Hale" in record


def test_another_record_says_nothing_of_it(booking, client):
    client.force_login(get_user_model().objects.create_superuser("boss"))
    page = client.get(record_url(make_client())).content.decode()
    assert "New from online booking" not in page


def test_the_record_lists_the_link_that_was_asked_for_with_its_contact(booking, client):
    booking.ask(**booking.KNOWN)
    booking.link()
    client.force_login(get_user_model().objects.create_superuser("boss"))
    page = client.get(record_url(booking.clinic.client)).content.decode()
    tab = page.split('<section id="tab-communications"')[1].split('<section id="tab-')[0]
    assert "Link to confirm an online booking" in tab


def test_nothing_of_a_link_that_was_asked_for_outlives_the_person(booking):
    booking.ask(**booking.KNOWN)
    booking.link()
    person = booking.clinic.client
    person.appointments.update(status=cancelled_status(), holds_place=False)
    anonymise_client(person, by=get_user_model().objects.create_superuser("boss"), now=booking.now)
    assert not OutboundMessage.objects.filter(recipient="margaret@example.org").exists()
