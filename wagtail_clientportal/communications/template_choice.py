"""Which templates speak on an occasion?"""

from collections.abc import Iterable
from itertools import groupby

from ..outbox.channels.registry import channels_set_up
from ..policies.translated import original
from .communication_template import CommunicationTemplate


def live_templates(occasion: str) -> list[CommunicationTemplate]:
    """Return the live originals for *occasion*: their translations only lend them words.

    Those for a channel count only where the site sends by it at all.
    """
    # A translation's own occasion says nothing, but whichever is the original has this one.
    keys = CommunicationTemplate.objects.filter(event=occasion).values("translation_key")
    found = CommunicationTemplate.objects.filter(translation_key__in=keys).select_related("locale")
    # Their words are read when the message goes out, and this is asked while a diary is locked.
    found = found.defer("subject", "body")
    by_key = groupby(found.order_by("translation_key", "pk"), key=lambda template: template.translation_key)
    originals = [original(list(translations)) for _key, translations in by_key]
    keys_set_up = {channel.key for channel in channels_set_up()}
    live = [one for one in originals if one.live and one.event == occasion and one.channel in keys_set_up]
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


def link_template(occasion: str, channel: str) -> CommunicationTemplate | None:
    """Return the template for the links of *occasion* by *channel*; ``None`` where the clinic keeps none live."""
    # Whoever waits for a link has no type and no location yet.
    found = [one for one in live_templates(occasion) if one.channel == channel and not one.specificity]
    return found[0] if found else None
