"""A key, as an app takes it: by a QR code, or typed."""

from base64 import b32encode
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings as django_settings


@dataclass(frozen=True)
class KeyToScan:
    user: object
    key: str  # in hexadecimal

    @property
    def base32(self) -> str:
        return b32encode(bytes.fromhex(self.key)).decode()

    @property
    def in_groups(self) -> str:
        return " ".join(self.base32[at : at + 4] for at in range(0, len(self.base32), 4))

    @property
    def url(self) -> str:
        """The address that such apps read (Google Authenticator's "Key URI format"): the site's name and the user's."""
        issuer = getattr(django_settings, "WAGTAIL_SITE_NAME", "Wagtail").replace(":", "")
        label = quote(f"{issuer}:{self.user.get_username()}", safe=":")
        return f"otpauth://totp/{label}?{urlencode({'secret': self.base32, 'issuer': issuer}, quote_via=quote)}"
