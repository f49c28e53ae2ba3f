"""Which templates speak on an occasion?"""

from collections.abc import Iterable
from itertools import groupby

from ..outbox.backends.sms import base as sms
from ..outbox.outbound_message import Channel, OutboundMessage
from ..policies.translated import original
from .communication_template import CommunicationTemplate


def live_templates(event: str) -> list[CommunicationTemplate]:
    """Return the live originals for *event*: their translations only lend them words.

    Those for texts count only where the site sends texts at all.
    """
    # A translation's own event says nothing, but whichever is the original has the event.
    keys = CommunicationTemplate.objects.filter(event=event).values("translation_key")
    found = CommunicationTemplate.objects.filter(translation_key__in=keys).select_related("locale")
    # Their words are read when the message goes out, and this is asked while a diary is locked.
    found = found.defer("subject", "body")
    by_key = groupby(found.order_by("translation_key", "pk"), key=lambda template: template.translation_key)
    originals = [original(list(translations)) for _key, translations in by_key]
    channels = [Channel.EMAIL, *([Channel.SMS] if sms.is_set_up() else [])]
    live = [one for one in originals if one.live and one.event == event and one.channel in channels]
    return sorted(live, key=lambda template: template.pk)


def applicable(templates: Iterable[CommunicationTemplate], appointment) -> list[CommunicationTemplate]:
    """Return those of *templates* that speak of *appointment*.

    Of several for the same channel (and, of reminders, the same time before) the narrowest are meant: one "only for"
    a type or a location stands in for the general one.
    """
    fitting = [template for template in templates if template.is_for(appointment)]
    return [one for one in fitting if not any(stands_in_for(other, one) for other in fitting)]


def stands_in_for(narrow: CommunicationTemplate, wide: CommunicationTemplate) -> bool:
    """Whether *narrow*, where it applies, is sent instead of *wide*."""
    return (
        narrow.channel == wide.channel
        and narrow.send_before == wide.send_before
        and narrow.specificity > wide.specificity
    )


def sign_in_template(channel: str) -> CommunicationTemplate | None:
    """Return the template for sign-in links by *channel*; ``None`` where the clinic keeps none live."""
    # Whoever asks for a link has no type and no location yet.
    found = [
        one for one in live_templates(OutboundMessage.About.SIGN_IN) if one.channel == channel and not one.specificity
    ]
    return found[0] if found else None
