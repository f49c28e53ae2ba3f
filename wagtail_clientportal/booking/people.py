"""Who could see somebody, as a screen shows them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from ..practice.models import Clinician

# Square, and twice the size that it has on the screen
_PORTRAIT = "fill-192x192"


@dataclass(frozen=True)
class Person:
    """``photo`` is the picture's tag; "" where there is none, or its file can't be read."""

    name: str
    introduction: str
    photo: str | SafeString
    url: str = ""

    @property
    def is_introduced(self) -> bool:
        return bool(self.photo or self.introduction)


def person(clinician: Clinician, url: str = "") -> Person:
    """:param url: where they are chosen."""
    return Person(clinician.name, clinician.introduction, _portrait(clinician), url)


def _portrait(clinician: Clinician) -> str | SafeString:
    if not clinician.photo_id:
        return ""
    try:
        # Their name stands beside it.
        return clinician.photo.get_rendition(_PORTRAIT).img_tag({"alt": "", "loading": "lazy"})
    except OSError:  # the file has gone: nobody is kept from booking by that
        return ""
