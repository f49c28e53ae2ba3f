"""The links that this browser has followed and not yet proved its right to.

Only their public ids are kept in the Django session, so that no later URL, form or table holds a token. Several may
wait side by side; a form says which one it is about.
"""

import uuid
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from .cookie_hash import cookie_hash_of
from .links import find_link_by_public_id
from .magic_link import MagicLink

SESSION_KEY = "clientportal_pending"
MAX_PENDING = 5


def note_pending(session: SessionBase, link: MagicLink) -> None:
    """Remember that this browser followed *link*, under a new session key: whoever planted the old one in it, or read
    it there, is not led to the identity check by that.
    """
    others = [one for one in _noted(session) if one != str(link.public_id)]
    session[SESSION_KEY] = [*others, str(link.public_id)][-MAX_PENDING:]
    session.cycle_key()


def pending_link(request: HttpRequest, public_id: str | None, now: datetime) -> MagicLink | None:
    """Return the link that a form is about, else the newest; only one that this browser followed, and still alive.

    When a form is sent twice, the first time may have ended the session that held the note: then the link knows.

    :param public_id: what the form carried; ``None`` or "" for the newest.
    """
    noted = _noted(request.session)
    if public_id:
        wanted, cookie_hash = _canonical(public_id), cookie_hash_of(request)
        link = find_link_by_public_id(wanted, now, cookie_hash) if wanted else None
        followed = wanted in noted or (link is not None and link.was_just_used_by(cookie_hash, now))
        return link if followed else None
    for one in reversed(noted):
        if link := find_link_by_public_id(one, now):
            return link
    return None


def forget_pending(session: SessionBase, link: MagicLink) -> None:
    """Forget *link*: it has done its work, or can't any more."""
    session[SESSION_KEY] = [one for one in _noted(session) if one != str(link.public_id)]


def forget_all_pending(session: SessionBase) -> None:
    """Forget every link that this browser followed."""
    session.pop(SESSION_KEY, None)


def _noted(session: SessionBase) -> list[str]:
    return session.get(SESSION_KEY, [])


def _canonical(public_id: str) -> str:
    try:
        return str(uuid.UUID(public_id))
    except ValueError:
        return ""
