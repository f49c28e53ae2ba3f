"""What of a page or a message in another language is left in English?"""

import re
from functools import cache
from html import unescape

from bs4 import BeautifulSoup
from django.utils.translation import gettext, override, pgettext

from tests.locale.clients_side import entries_of, is_clients, key_of
from wagtail_clientportal.models import BookingSettings, PortalPolicy, PortalSettings
from wagtail_clientportal.policies import first_words

TO_FILL_IN = re.compile(r"%\(\w+\)[sd]|\{\{ \w+ \}\}|<[^>]+>")


def read(written):
    return written.replace('\\"', '"').replace("\\n", "\n")


# All that is said anywhere, but for the example's people and places: what of the staff's a client meets is English.
_HEADER, *_ENTRIES = entries_of("fr")
SAID = {
    tuple(map(read, key_of(one))): is_clients(one)
    for one in _ENTRIES
    if not re.search(r"^#: .*(diary/example|booking/views/previews)\.py", one, re.MULTILINE) or is_clients(one)
}


def left_in_english(html, language):
    """What of *html* is an English sentence, or by itself an English label of those that clients meet."""
    html = unescape(html)
    alone = {" ".join(part.split()) for part in BeautifulSoup(html, "html.parser").find_all(string=True)}
    labels, parts = english_in(language)
    return sorted((labels & alone) | {part for part in parts if part in html})


@cache
def english_in(language):
    """The labels, and the parts of sentences between what is filled in, that are wrong where all is in *language*."""
    labels, parts = set(), set()
    with override(language):
        for (context, sentence), is_of_clients in SAID.items():
            translated = pgettext(context, sentence) if context else gettext(sentence)
            if is_of_clients and translated != sentence:
                labels.add(sentence)
            for part in map(str.strip, TO_FILL_IN.split(sentence)):
                if len(part.split()) > 2 and not (is_of_clients and part in translated):
                    parts.add(part)
    return labels, parts


def word_anew(clinic, language):
    """Let what was seeded in English, and a page's title, be in *language*, as editors would have them."""
    with override(language):
        PortalSettings.objects.update(off_message=first_words.portal_off())
        BookingSettings.objects.update(off_message=first_words.booking_off())
        PortalPolicy.objects.update(cancellation_policy=first_words.cancellation_policy())
    clinic.page.title = "Harbour"
    clinic.page.save()
