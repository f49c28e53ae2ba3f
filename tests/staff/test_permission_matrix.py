"""Which group opens which screen: every URL of ours, read from the URL patterns, by every group."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories import make_clinician
from wagtail_clientportal.models import Appointment, Client, ClientMessage, OutboundMessage, Payment, Refund

from .permission_matrix import MATRIX
from .second_factor.phone import Phone, require_second_factor
from .urls_of_the_app import OURS, our_urls

pytestmark = pytest.mark.usefixtures("without_menu")

GROUPS = {"R": "Clinic receptionist", "C": "Clinician", "M": "Clinic manager", "W": "Clinic editor", "E": "Editors"}
SEE_NO_CLIENT = ("W", "E")
SECRETS = ["Margaret", "Hale", "margaret@example.org", "07700 900123", "SW1A 1AA", "is late.", "mailbox is full"]
# What a clinician reaches only where it is about their own clients.
SCOPED = (Appointment, Client, ClientMessage, OutboundMessage, Payment, Refund)


@pytest.fixture
def sign_in(client, records):
    """A function that signs somebody in who is in one group alone, and whom the notification is for."""

    def sign_in(letter):
        user = get_user_model().objects.create_user(f"user-{letter}", password="secret", first_name="Sam")
        user.groups.add(Group.objects.get(name=GROUPS[letter]))
        records["notification"].recipient = user
        records["notification"].save()
        client.force_login(user)
        return user

    return sign_in


def own_diary(records, user):
    """Make the records those of *user*'s own diary."""
    records["clinician"].user = user
    records["clinician"].save()


def is_open(response) -> bool:
    """Whether the screen showed itself: also by saying that it wants something else than it was sent."""
    if response.status_code in (301, 302):
        return response.url not in (reverse("wagtailadmin_home"),) and "/admin/login/" not in response.url
    return response.status_code not in (403, 404)


def leaks(response) -> list[str]:
    body = b"".join(response) if response.streaming else response.content
    return [secret for secret in SECRETS if secret in body.decode(errors="replace")]


def test_every_url_of_ours_stands_in_the_matrix(records):
    assert {name for name, _url in our_urls(records)} == set(MATRIX)


@pytest.mark.parametrize("letter", GROUPS)
def test_each_group_opens_what_the_matrix_says_and_nothing_else(client, sign_in, records, letter):
    user = sign_in(letter)
    if letter == "C":
        own_diary(records, user)
    opened = set()
    for name, url in our_urls(records):
        response = client.get(url)
        if is_open(response):
            opened.add(name)
        if letter in SEE_NO_CLIENT:
            # The example of a message is about a Margaret, too.
            assert not set(leaks(response)) - {"Margaret"}, name
    assert opened == {name for name, letters in MATRIX.items() if letter in letters}


@pytest.mark.parametrize("letter", GROUPS)
def test_what_a_group_may_not_open_it_cannot_post_to_either(client, sign_in, records, letter):
    user = sign_in(letter)
    if letter == "C":
        own_diary(records, user)
    for name, url in our_urls(records):
        if letter not in MATRIX[name]:
            response = client.post(url, {"delete": "1"})
            assert response.status_code == 405 or not is_open(response), name
            assert not leaks(response), name


def test_nobody_opens_anything_who_is_not_signed_in(client, records):
    for name, url in our_urls(records):
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 302 and "/admin/login/" in response.url, name


def test_a_clinician_reaches_none_of_a_colleagues_records(client, sign_in, records):
    make_clinician(name="Ben", user=sign_in("C"))
    tried = set()
    for name, url in our_urls(records):
        for response in (client.get(url), client.post(url)):
            assert not leaks(response), name
        record = records[OURS.search(name)["model"]]
        if isinstance(record, SCOPED) and f"/{record.pk}/" in url:
            missing = client.get(url.replace(f"/{record.pk}/", "/987654/"))
            assert client.get(url).status_code == missing.status_code, name
            assert not is_open(missing), name
            tried.add(type(record))
    assert tried == set(SCOPED)


METHODS = ("get", "post", "put", "delete")
# Where a second factor is proved; neither shows a record.
TO_PROVE_IT = {"clientportal_secondfactor:verify", "clientportal_secondfactor:enrol"}


@pytest.mark.parametrize(("letter", "has_device"), [("R", True), ("C", False), ("M", True)])
def test_with_a_password_alone_each_group_opens_nothing(client, sign_in, records, settings, letter, has_device):
    user = sign_in(letter)
    if letter == "C":
        own_diary(records, user)
    if has_device:
        Phone().set_up(client)
        client.logout()
        client.force_login(user)
    require_second_factor(settings)
    for name, url in our_urls(records):
        if name in TO_PROVE_IT:
            continue
        for method in METHODS:
            response = getattr(client, method)(url, {"delete": "1"} if method == "post" else None)
            assert response.status_code == 302, (method, name)
            assert response.url.startswith(reverse("clientportal_secondfactor:verify")), (method, name)
        assert client.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403, name


@pytest.mark.parametrize("letter", "EM")
def test_with_a_second_factor_each_group_opens_what_the_matrix_says(client, sign_in, records, settings, letter):
    require_second_factor(settings)
    user = sign_in(letter)
    if letter == "C":
        own_diary(records, user)
    if letter != "E":  # who sees no clients isn't asked
        Phone().set_up(client)
    # Who has just proved it has nothing more to prove.
    opened = {name for name, url in our_urls(records) if is_open(client.get(url))}
    assert opened == {name for name, letters in MATRIX.items() if letter in letters}
