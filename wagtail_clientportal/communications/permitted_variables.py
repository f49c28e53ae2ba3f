"""Which variables may stand where, and what is wrong with a text that an editor wrote."""

from django.utils.translation import gettext

from ..outbox.channels.registry import channel_of
from ..outbox.outbound_message import OutboundMessage
from .placeholders import mistakes_in_html, mistakes_in_text, names_in_html, names_in_text
from .variables import VARIABLES, variables_for


def permitted_labels(occasion: str, *, in_html: bool) -> dict[str, str]:
    """Return name and label of each variable that may stand there.

    :param in_html: in a body that is rich text; else in a plain one, or in a subject.
    """
    return {name: one.label for name, one in variables_for(occasion).items() if in_html or not one.is_html}


def mistakes(occasion: str, channel: str, *, subject: str, body: str) -> dict[str, list[str]]:
    """Return what is wrong, in sentences, by field. Empty: nothing is."""
    is_html = channel_of(channel).has_html
    # Mail programs and phones find an address in a plain text only where it stands apart from other words.
    addresses = {one.name for one in VARIABLES.values() if one.is_address}
    links = {name for name in addresses if VARIABLES[name].is_html}
    in_subject = mistakes_in_text(subject, permitted_labels(occasion, in_html=False), addresses, links)
    find = mistakes_in_html if is_html else mistakes_in_text
    in_body = find(body, permitted_labels(occasion, in_html=is_html), addresses, links)
    if occasion == OutboundMessage.About.SIGN_IN and not in_body:
        used = names_in_html(body) if is_html else names_in_text(body)
        if not used & {"sign_in_link", "sign_in_url"}:
            in_body.append(
                gettext("Without the sign-in link nobody can sign in: write {{ sign_in_url }} into the text.")
            )
    if occasion == OutboundMessage.About.CONFIRM_BOOKING and not in_body:
        used = names_in_html(body) if is_html else names_in_text(body)
        if not used & {"confirm_link", "confirm_url"}:
            in_body.append(
                gettext("Without the link nobody can confirm their booking: write {{ confirm_url }} into the text.")
            )
    found = {"subject": in_subject, "body": in_body}
    return {field: sentences for field, sentences in found.items() if sentences}
