"""Databases compare texts in ways of their own; whose an address is may not depend on that."""

import pytest

from tests.factories import NOW, make_client
from wagtail_clientportal.access.candidates import candidates, clients_with_contact
from wagtail_clientportal.access.links import find_link, mint_sign_in_link


@pytest.mark.parametrize("other", ["márgaret@example.org", "margaret@éxample.org"])
def test_an_address_with_an_accent_is_somebody_elses(clinic, other):
    jane = make_client(first_name="Jane", email=other, mobile="")
    assert clients_with_contact("margaret@example.org") == [clinic.client]
    assert clients_with_contact(other) == [jane]
    link = find_link(mint_sign_in_link("margaret@example.org", clinic.site, NOW), NOW)
    assert candidates(link) == [clinic.client]


def test_spaces_behind_a_contact_make_another_one(clinic):
    assert clients_with_contact("margaret@example.org ") == []


def test_everybody_who_shares_a_contact_is_found(clinic):
    child = make_client(first_name="Edith", email="")
    assert clients_with_contact("+447700900123") == [clinic.client, child]
    assert clients_with_contact("margaret@example.org") == [clinic.client]
    assert clients_with_contact("") == clients_with_contact("+447700900999") == []
