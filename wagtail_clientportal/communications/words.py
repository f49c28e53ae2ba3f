"""Words with variables in them, as an editor wrote them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..outbox.outbound_message import Channel


@dataclass(frozen=True)
class Words:
    """``body`` is rich text in an email, plain in a text message."""

    channel: str
    subject: str
    body: str


def sign_in_words(channel: str) -> Words:
    """Return the words of a sign-in link where the clinic keeps no template of its own."""
    if channel == Channel.SMS:
        return Words(
            channel,
            "",
            _("{{ clinic_name }}: see your appointments here, within {{ sign_in_minutes }} minutes: {{ sign_in_url }}"),
        )
    paragraphs = [
        _("Hello,"),
        _("Someone, we hope it was you, asked to see appointments at {{ clinic_name }}."),
        "{{ sign_in_link }}",
        _(
            "The link works once, within {{ sign_in_minutes }} minutes. "
            "We will ask for your date of birth and postcode."
        ),
        _("If it wasn’t you, you can ignore this message: nobody can see anything without those answers."),
    ]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Words(channel, _("Your link to sign in to {{ clinic_name }}"), body)
