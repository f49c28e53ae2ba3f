"""Two records of one person? The portal can't tell them apart, and lets neither in."""

from collections.abc import Iterable

from django.db.models import Q

from .client import Client
from .contact import name_key

_KEYS = ("email_key", "mobile_key", "postcode_key")


def identical_to(client: Client) -> list[Client]:
    """Return the other records that say the same of who somebody is: the name, the date of birth, and a contact or the
    postcode, in whatever spelling.

    :param client: saved or not.
    """
    shared = _sharing(client, _KEYS)
    found = Client.objects.filter(shared, date_of_birth=client.date_of_birth, anonymised_at=None).exclude(pk=client.pk)
    return [one for one in found if _name(one) == _name(client)]


def likely_same_as(client: Client) -> list[Client]:
    """Return the other records that may well be of the same person: they share a contact, or the date of birth with the
    name or the postcode.

    :param client: saved or not.
    """
    shared = _sharing(client, ("email_key", "mobile_key"))
    if client.date_of_birth:
        shared |= Q(date_of_birth=client.date_of_birth)
    found = Client.objects.filter(shared, anonymised_at=None).exclude(pk=client.pk).order_by("pk")
    return [one for one in found if _shares_more_than_a_birthday(one, client)]


def seeming_same_as(client: Client) -> list[Client]:
    """Return those and whoever has the same name: of somebody on the telephone no more may be known yet.

    :param client: saved or not.
    """
    found = likely_same_as(client)
    if all(_name(client)):
        named = Client.objects.filter(
            first_name__iexact=client.first_name.strip(), last_name__iexact=client.last_name.strip(), anonymised_at=None
        )
        found += named.exclude(pk__in=[one.pk for one in found]).exclude(pk=client.pk).order_by("pk")
    return found


def _sharing(client: Client, keys: Iterable[str]) -> Q:
    """Match records that have one of these keys in common with *client*."""
    shared = Q(pk__in=[])
    for key in keys:
        if value := _key(client, key):
            shared |= Q(**{key: value})
    return shared


def _key(client: Client, name: str) -> str:
    # Before it is saved, a record doesn't have them yet.
    return Client._meta.get_field(name).worked_out(client)


def _shares_more_than_a_birthday(one: Client, other: Client) -> bool:
    same_key = any(_key(one, key) and _key(one, key) == _key(other, key) for key in _KEYS)
    return same_key or _name(one) == _name(other)


def _name(client: Client) -> tuple[str, str]:
    return name_key(client.first_name), name_key(client.last_name)
