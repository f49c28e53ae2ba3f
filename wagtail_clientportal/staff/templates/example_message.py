"""A message as an example client would get it: what the preview shows and "Send me a test" sends."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...communications.compose import example
from ...communications.models import CommunicationTemplate
from ...communications.permitted_variables import mistakes
from ...outbox.backends.sms.segments import UCS_2, SmsSize, in_plain, plain_instead, size_of
from ...outbox.rendered_message import RenderedMessage
from ...practice.models import Location


@dataclass(frozen=True)
class ExampleMessage:
    """``message`` is ``None`` while the words can't be sent; ``mistakes`` says in sentences why."""

    message: RenderedMessage | None
    mistakes: list[str]

    @cached_property
    def sms_size(self) -> SmsSize:
        return size_of(self.message.text)

    @property
    def is_ucs_2(self) -> bool:
        return self.sms_size.encoding == UCS_2

    @property
    def sms_warning(self) -> str:
        """What some characters cost and what to write instead; "" where they cost nothing."""
        cost, culprits = self.sms_size.segments, self.sms_size.culprits
        plain_cost = size_of(in_plain(self.message.text)).segments
        if cost == plain_cost:
            return ""
        sentence = ngettext(
            "%(characters)s makes this text cost %(cost)s instead of %(plain_cost)s.",
            "%(characters)s make this text cost %(cost)s instead of %(plain_cost)s.",
            len(culprits),
        ) % {
            "characters": get_text_list([f"“{character}”" for character in culprits], _("and")),
            "cost": cost,
            "plain_cost": plain_cost,
        }
        if plain := dict.fromkeys(filter(str.strip, map(plain_instead, culprits))):
            sentence += " " + _("Write %(plain)s instead.") % {"plain": get_text_list(list(plain), _("and"))}
        return sentence


def example_message(template: CommunicationTemplate, now: datetime) -> ExampleMessage:
    """Compose *template*, saved or not, for an example client. Its link opens nothing.

    :param template: where it is a translation, it is made to follow its original.
    :param now: aware datetime.
    """
    template.follow_original()
    found = mistakes(template.event, template.channel, subject=template.subject, body=template.body)
    if found:
        return ExampleMessage(None, [sentence for sentences in found.values() for sentence in sentences])
    site = (template.location or Location()).portal_site
    return ExampleMessage(example(template, site, now), [])
