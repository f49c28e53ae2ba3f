"""Which number does a client ring, as people read it and as their phone dials it?"""

from dataclasses import dataclass

from ..conf import settings
from ..practice.contact import mobile_key
from ..practice.models import Location
from .portal_settings import PortalSettings


@dataclass(frozen=True)
class Phone:
    """*text* is what the portal_settings typed; falsy where there is no number."""

    text: str

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    @property
    def href(self) -> str:
        """The ``tel:`` URL: international where the number can be read, else its digits."""
        number = mobile_key(self.text, settings.DEFAULT_REGION)
        return "tel:" + (number or "".join(character for character in self.text if character in "+0123456789"))


def phone_of(location: Location | None, portal_settings: PortalSettings) -> Phone:
    """Return the number to ring about an appointment at *location*: its own, else the portal_settings's."""
    return Phone((location.phone if location else "") or portal_settings.phone)
