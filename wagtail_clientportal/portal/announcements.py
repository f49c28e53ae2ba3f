"""What the next page says once, kept in the session between a redirect and that page.

Codes, not sentences: they are put into words in the language of the page that shows them.
"""

from django.http import HttpRequest
from django.utils.translation import gettext as _

SESSION_KEY = "clientportal_announcements"

TIMED_OUT = "timed_out"
SIGNED_OUT = "signed_out"
REPLACED = "replaced"
REPLACED_OWN = "replaced_own"
CHANGED = "changed"
CANCELLED = "cancelled"
RESTORED = "restored"
SAVED = "saved"
# About one appointment: only its own page takes them, and puts them into words.
ABOUT_AN_APPOINTMENT = (CHANGED, CANCELLED, RESTORED)


def announce(request: HttpRequest, code: str, about: str = "") -> None:
    """Have the next page say *code*.

    :param about: public id of the appointment that it is about.
    """
    request.session[SESSION_KEY] = [*request.session.get(SESSION_KEY, []), [code, str(about)]]


def take(request: HttpRequest) -> list[str]:
    """Return the sentences to be said now that are about no appointment, and forget them."""
    return [_sentence(code) for code, _about in _take(request, lambda code, about: not about)]


def take_about(request: HttpRequest, public_id) -> str | None:
    """Return the last code to be said about the appointment *public_id*, and forget all about it."""
    taken = _take(request, lambda code, about: about == str(public_id))
    return taken[-1][0] if taken else None


def forget(request: HttpRequest) -> None:
    """Forget whatever was to be said."""
    request.session.pop(SESSION_KEY, None)


def _take(request, wanted) -> list[list[str]]:
    # A machine that asks with HEAD reads nothing, so it uses nothing up.
    waiting = request.session.get(SESSION_KEY, [])
    taken = [one for one in waiting if wanted(*one)]
    if taken and request.method != "HEAD":
        request.session[SESSION_KEY] = [one for one in waiting if one not in taken]
    return taken


def _sentence(code: str) -> str:
    return {
        SAVED: _("Your choice has been saved."),
        TIMED_OUT: _("You were signed out because nothing happened for a while. This keeps your details safe."),
        SIGNED_OUT: _("You have been signed out. Please ask for a new link to go on."),
        REPLACED: _("Somebody else was signed in on this device. They are signed out now, and you are signed in."),
        REPLACED_OWN: _("You were signed in on this device already. What you see now follows the link you just used."),
    }[code]
