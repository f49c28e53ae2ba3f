"""The secret in a magic link."""

import hashlib
import re
import secrets
import string

from ..conf import settings

_ALPHABET = string.digits + string.ascii_letters


def new_token() -> str:
    """Return a fresh token of ``TOKEN_LENGTH`` base62 characters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(settings.TOKEN_LENGTH))


def token_hash(token: str) -> str:
    """Return what is stored of a token. It has 131 random bits, so a plain SHA-256 can't be searched backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token_hash(text: str) -> bool:
    """Whether *text* looks like what ``token_hash`` gives."""
    return re.fullmatch(r"[0-9a-f]{64}", text, re.ASCII) is not None
