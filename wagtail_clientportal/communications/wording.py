"""The words of a message, with the variables still in them: the editor's, or the app's own for a link."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ..outbox.channels.registry import channel_of
from ..outbox.outbound_message import OutboundMessage
from ..policies.translated import translations_of, worded
from .communication_template import CommunicationTemplate
from .placeholders import spelt
from .template_choice import applicable, link_template, live_templates


@dataclass(frozen=True)
class Wording:
    """``channel`` is its key. ``body`` is rich text where the channel has HTML, else plain."""

    channel: str
    subject: str
    body: str

    def followed_by(self, name: str) -> "Wording":
        """Return it with the variable *name* in a paragraph, or a line, at its end."""
        paragraph = f"<p>{spelt(name)}</p>" if channel_of(self.channel).has_html else f"\n{spelt(name)}"
        return replace(self, body=self.body + paragraph)


def wording_of(template: CommunicationTemplate) -> Wording:
    """Return what *template* says in the active language, else what its original says."""
    read = worded(translations_of(template))
    # Which channel it is, the original says.
    return Wording(template.channel, read.subject, read.body)


def sign_in_wording(channel: str) -> Wording:
    """Return the words of a sign-in link: one that somebody asked for is sent, whatever became of the template."""
    template = link_template(OutboundMessage.About.SIGN_IN, channel)
    return wording_of(template) if template else _built_in_sign_in_wording(channel)


def confirm_booking_wording(channel: str) -> Wording:
    """Return the words around the link that confirms a booking: it is sent, whatever became of the template."""
    template = link_template(OutboundMessage.About.CONFIRM_BOOKING, channel)
    if template:
        return wording_of(template)
    paragraphs = [
        _("Hello,"),
        _("You chose {{ appointment_date }} at {{ appointment_time }}. One more step, and it is booked:"),
        "{{ confirm_link }}",
        _("If it wasn’t you, you can ignore this message: nothing is booked without it."),
    ]
    return Wording(channel, _("Please confirm your booking at {{ clinic_name }}"), _as_html(paragraphs))


def receipt_wording(channel: str, appointment) -> Wording:
    """Return the words of a receipt: what was paid is confirmed, whatever became of the template."""
    templates = applicable(live_templates(OutboundMessage.About.PAID), appointment)
    if found := [one for one in templates if one.channel == channel]:
        return wording_of(found[0])
    paragraphs = [
        _("Hello {{ client_first_name }},"),
        _("Thank you, we have received {{ amount_paid }} ({{ payment_method }})."),
        _("Your reference: {{ payment_reference }}"),
        _("For your appointment on {{ appointment_date }} at {{ appointment_time }}, {{ location_name }}."),
        _("Questions? Call us on {{ clinic_phone }}."),
    ]
    return Wording(channel, _("Your payment to {{ clinic_name }}: {{ amount_paid }}"), _as_html(paragraphs))


def payment_in_vain_wording(channel: str) -> Wording:
    """Return the words to somebody who paid for a time that had gone: it is sent, whatever became of the template."""
    if template := link_template(OutboundMessage.About.PAID_IN_VAIN, channel):
        return wording_of(template)
    paragraphs = [
        _("Hello,"),
        _("We have received {{ amount_paid }}. You chose {{ appointment_date }} at {{ appointment_time }}."),
        _("It could not be booked any more when your payment came in."),
        _("This payment booked nothing. We will look at it and get in touch about your money."),
        _("Your reference: {{ payment_reference }}"),
        _("To book another time, or to ask us about it, call {{ clinic_phone }}."),
    ]
    subject = _("Your payment to {{ clinic_name }} booked no appointment")
    return Wording(channel, subject, _as_html(paragraphs))


def _as_html(paragraphs: list[str]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _built_in_sign_in_wording(channel: str) -> Wording:
    if not channel_of(channel).has_html:
        return Wording(
            channel,
            _("Your link to sign in to {{ clinic_name }}"),
            _("{{ clinic_name }}: see your appointments here, within {{ sign_in_minutes }} minutes: {{ sign_in_url }}")
            + "\n"
            + _("Or type this code where you asked for it: {{ sign_in_code }}"),
        )
    paragraphs = [
        _("Hello,"),
        _("Someone, we hope it was you, asked to see appointments at {{ clinic_name }}."),
        "{{ sign_in_link }}",
        _("Or type this code where you asked for it: {{ sign_in_code }}"),
        _(
            "The link works once, within {{ sign_in_minutes }} minutes. "
            "We will ask for your date of birth and postcode."
        ),
        _("If it wasn’t you, you can ignore this message: nobody can see anything without those answers."),
    ]
    return Wording(channel, _("Your link to sign in to {{ clinic_name }}"), _as_html(paragraphs))
