"""What a client wrote that could not be sent yet: their chosen time was gone, or their session had run out.

Kept in the Django session until it is sent, another client signs in, or they sign out; shown only on the form about
the same appointment, which only its own client can open.
"""

from django.http import HttpRequest

from .forms import MessageForm

SESSION_KEY = "clientportal_draft"


def keep(request: HttpRequest, public_id, message: str) -> None:
    """Keep *message*, about the appointment *public_id*, in the place of whatever was kept; "" keeps nothing."""
    forget(request)
    if message:
        request.session[SESSION_KEY] = [str(public_id), message]


def keep_posted(request: HttpRequest, public_id) -> None:
    """Keep the message of a posted form about the appointment *public_id*, if it has one that fits."""
    form = MessageForm(request.POST)
    if request.method == "POST" and public_id and form.is_valid():
        keep(request, public_id, form.cleaned_data["message"])


def form_for(request: HttpRequest, public_id) -> MessageForm:
    """Return the form about the appointment *public_id*, with what was kept about it."""
    about, message = request.session.get(SESSION_KEY, ("", ""))
    return MessageForm(initial={"message": message if about == str(public_id) else ""})


def forget(request: HttpRequest) -> None:
    """Forget whatever was kept."""
    request.session.pop(SESSION_KEY, None)
