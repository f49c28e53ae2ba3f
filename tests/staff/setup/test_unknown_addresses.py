"""Where visitors' addresses can't be told, limits by address are off, and the portal's settings say so."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tests.portal.reading import text
from wagtail_clientportal.models import PortalSettings

WARNING = "private or unknown address"
PUBLIC = "81.2.69.142"


def _ask(address):
    answer = Browser().post("/portal/", {"contact": "somebody@example.org"}, REMOTE_ADDR=address)
    assert answer.status_code == 302


def _screens(boss):
    settings = PortalSettings.objects.get()
    return [
        text(boss.get(reverse("clientportal_portalsettings:index"))),
        text(boss.get(reverse("clientportal_portalsettings:edit", args=[settings.pk]))),
    ]


def test_staff_are_warned_where_addresses_are_private(clinic, boss, caplog):
    for _ in range(3):
        _ask("10.0.0.1")
    for screen in _screens(boss):
        assert WARNING in screen and "TRUSTED_PROXIES" in screen and "localhost" in screen
    assert caplog.text.count("TRUSTED_PROXIES") == 1


def test_an_identity_check_from_a_private_address_warns_too(clinic, boss):
    Browser().post("/portal/verify/", {"day": "1"}, REMOTE_ADDR="10.0.0.1")
    assert WARNING not in _screens(boss)[0], "without a link nothing is checked"


def test_nothing_is_said_where_addresses_can_be_told(clinic, boss):
    _ask(PUBLIC)
    for screen in _screens(boss):
        assert WARNING not in screen


@pytest.mark.parametrize("forwarded", [PUBLIC, f"10.9.8.7, {PUBLIC}"])
def test_naming_the_proxies_ends_the_cause(clinic, boss, settings, forwarded):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "TRUSTED_PROXIES": 1}
    Browser(headers={"X-Forwarded-For": forwarded}).post("/portal/", {"contact": "a@example.org"})
    assert WARNING not in _screens(boss)[0]


def test_on_a_developers_own_machine_nothing_is_said(clinic, boss, settings):
    _ask("127.0.0.1")
    settings.DEBUG = True
    assert WARNING not in _screens(boss)[0]
