"""What a client wrote that could not be sent yet: their chosen time was gone, or their session had run out.

Kept in the Django session until it is sent, another client signs in, they sign out, or a day has passed; shown only on
the form about the same appointment, which only its own client can open.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from ..practice.models import Client
from ..screens.forms import MessageForm

SESSION_KEY = "clientportal_draft"

_KEPT_FOR = timedelta(days=1)


def keep_posted(request: HttpRequest, client: Client, public_id, now: datetime) -> bool:
    """Keep the message of a form that *client* posted about the appointment *public_id*, in the place of whatever was
    kept. Return whether there was one that fits.
    """
    form = MessageForm(request.POST)
    if request.method != "POST" or not public_id or not form.is_valid():
        return False
    forget(request)
    if message := form.cleaned_data["message"]:
        request.session[SESSION_KEY] = [client.pk, str(public_id), message, now.timestamp()]
    return bool(message)


def form_for(request: HttpRequest, public_id, now: datetime) -> MessageForm:
    """Return the form about the appointment *public_id*, with what was kept about it."""
    _client, about, message = _kept(request, now)
    return MessageForm(initial={"message": message if about == str(public_id) else ""})


def forget_what_others_wrote(request: HttpRequest, client: Client, now: datetime) -> None:
    """Forget whatever was kept, unless *client* wrote it."""
    if _kept(request, now)[0] != client.pk:
        forget(request)


def forget(request: HttpRequest) -> None:
    """Forget whatever was kept."""
    request.session.pop(SESSION_KEY, None)


def _kept(request: HttpRequest, now: datetime) -> tuple:
    *kept, since = request.session.get(SESSION_KEY, (None, "", "", now.timestamp()))
    if now.timestamp() - since < _KEPT_FOR.total_seconds():
        return tuple(kept)
    forget(request)
    return None, "", ""
