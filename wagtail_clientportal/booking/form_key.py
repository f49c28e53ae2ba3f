"""The hidden key of a form: names it, so that sending it twice books once, and says when it was shown."""

import uuid
from datetime import timedelta

from django.core import signing

from ..conf import settings

_signer = signing.TimestampSigner(salt="wagtail_clientportal.booking")
_LONGEST = timedelta(days=1)


def new_key() -> str:
    return _signer.sign(uuid.uuid4().hex)


def named_by(key: str) -> str:
    """Return the name that *key* gives its form; "" for one that isn't ours, or is older than a day."""
    try:
        return _signer.unsign(key, max_age=_LONGEST)
    except signing.BadSignature:
        return ""


def is_too_quick(key: str) -> bool:
    """Whether the form with *key* was filled in faster than anybody does it: by a machine."""
    try:
        _signer.unsign(key, max_age=settings.BOOKING_FORM_SECONDS)
    except signing.SignatureExpired:
        return False
    return True
