"""What a client wrote before their chosen time turned out to be gone: kept until they have chosen another."""

from django.http import HttpRequest

SESSION_KEY = "clientportal_draft"


def keep(request: HttpRequest, public_id, message: str) -> None:
    """Keep *message*, about the appointment *public_id*, in the place of any other."""
    if message:
        request.session[SESSION_KEY] = [str(public_id), message]


def kept(request: HttpRequest, public_id) -> str:
    """Return what was kept about the appointment *public_id*, or ""."""
    about, message = request.session.get(SESSION_KEY, ("", ""))
    return message if about == str(public_id) else ""


def forget(request: HttpRequest) -> None:
    """Forget it: it has been sent."""
    request.session.pop(SESSION_KEY, None)
