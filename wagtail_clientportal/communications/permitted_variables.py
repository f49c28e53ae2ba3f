"""Which variables may stand where, and what is wrong with a text that an editor wrote."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..outbox.outbound_message import Channel, OutboundMessage
from .placeholders import mistakes_in_html, mistakes_in_text, names_in_html, names_in_text
from .variables import VARIABLES

# A sign-in link goes to whoever shares a contact, so its message can't speak of anybody's appointments.
SIGN_IN_LABELS = {
    "sign_in_link": _("Sign-in link"),
    "sign_in_url": _("Sign-in URL"),
    "sign_in_minutes": _("Minutes the link works"),
    "clinic_name": VARIABLES["clinic_name"].label,
    "clinic_phone": VARIABLES["clinic_phone"].label,
    "portal_url": VARIABLES["portal_url"].label,
}
LINKS = {"next_appt_link", "sign_in_link"}


def permitted_labels(event: str, channel: str, field: str) -> dict[str, str]:
    """Return name and label of each variable that may stand there.

    :param field: "subject" or "body".
    """
    labels = SIGN_IN_LABELS if event == OutboundMessage.About.SIGN_IN else _appointment_labels()
    if channel == Channel.EMAIL and field == "body":
        return dict(labels)
    # A link is HTML: neither a subject nor a text message can hold one.
    return {name: label for name, label in labels.items() if name not in LINKS}


def mistakes(event: str, channel: str, *, subject: str, body: str) -> dict[str, list[str]]:
    """Return what is wrong, in sentences, by field. Empty: nothing is."""
    is_html = channel == Channel.EMAIL
    in_subject = mistakes_in_text(subject, permitted_labels(event, channel, "subject"))
    in_body = (mistakes_in_html if is_html else mistakes_in_text)(body, permitted_labels(event, channel, "body"))
    if event == OutboundMessage.About.SIGN_IN and not in_body:
        used = names_in_html(body) if is_html else names_in_text(body)
        if not used & {"sign_in_link", "sign_in_url"}:
            in_body.append(
                gettext("Without the sign-in link nobody can sign in: write {{ sign_in_url }} into the text.")
            )
    found = {"subject": in_subject, "body": in_body}
    return {field: sentences for field, sentences in found.items() if sentences}


def _appointment_labels() -> dict[str, str]:
    return {name: variable.label for name, variable in VARIABLES.items()}
