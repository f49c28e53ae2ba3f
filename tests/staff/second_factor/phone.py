"""A phone with an authenticator app, as a member of the staff holds it."""

import time
from base64 import b32decode

from bs4 import BeautifulSoup
from django.urls import reverse
from django_otp.oath import TOTP

ENROL, VERIFY = "clientportal_secondfactor:enrol", "clientportal_secondfactor:verify"


def require_second_factor(settings, **values):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"REQUIRE_STAFF_OTP": True} | values


class Phone:
    def set_up(self, client) -> list[str]:
        """Set it up for whoever *client* is signed in as; return the recovery codes that the page shows."""
        page = BeautifulSoup(client.get(reverse(ENROL)).content, "html.parser")
        self.key = base32(page.select_one("code").text)
        response = client.post(reverse(ENROL), {"key": page.find("input", {"name": "key"})["value"], "code": self.code})
        assert response.status_code == 200, response.url
        return [one.text for one in BeautifulSoup(response.content, "html.parser").select("ol code")]

    @property
    def code(self) -> str:
        """What it shows now."""
        clock = TOTP(self.key)
        clock.time = time.time()
        return f"{clock.token():06}"

    @property
    def wrong_code(self) -> str:
        return f"{(int(self.code) + 500_000) % 1_000_000:06}"


def base32(shown: str) -> bytes:
    return b32decode(shown.replace(" ", ""))


def prove(client, code: str, **values):
    """Enter *code*."""
    return client.post(reverse(VERIFY), {"code": code} | values)
