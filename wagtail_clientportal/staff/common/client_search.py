"""Which client do they mean? By what people say on the telephone, in whatever spelling they say it."""

import re
from contextlib import suppress
from datetime import date

from django.db.models import Q

from ...conf import settings
from ...practice.contact import mobile_key, postcode_key
from ...practice.location import site_today
from ...practice.models import Client
from ...practice.typed_dates import About, Refused, is_day_first, read_date
from .viewsets import MAX_CHARACTERS, MAX_WORDS, every_word, may_see

NAMES = ["first_name", "last_name"]
SEARCHED = ["first_name", "last_name", "email", "mobile", "mobile_key", "postcode", "external_ref"]

_YEAR = re.compile(r"(19|20)[0-9]{2}")
_WRITTEN_DATE = re.compile(r"[0-9]+([./-][0-9]+){2}")


def found_by(text: str) -> Q:
    """Match clients by words of their name, email, mobile, postcode or external reference in any order; by a whole
    mobile number, postcode or date of birth in any spelling."""
    text = text[:MAX_CHARACTERS]
    found = every_word(text, SEARCHED)
    if number := mobile_key(text, settings.DEFAULT_REGION):
        found |= Q(mobile_key=number)
    if postcode := postcode_key(text):
        found |= Q(postcode_key=postcode)
    if days := dates_meant(text):
        found |= Q(date_of_birth__in=days)
    return found | _born(text)


def _born(text: str) -> Q:
    """Match by one word that is a date or a year of birth, and by the others as usual: "Hale 1956"."""
    words = text.split()
    for place, word in enumerate(words[:MAX_WORDS]):
        if _YEAR.fullmatch(word):
            born = Q(date_of_birth__year=int(word))
        elif _WRITTEN_DATE.fullmatch(word) and (days := dates_meant(word)):
            born = Q(date_of_birth__in=days)
        else:
            continue
        others = " ".join(words[:place] + words[place + 1 :])
        return born & every_word(others, SEARCHED)
    return Q(pk__in=[])


# So few clients are named one by one, which every database answers from its index.
_FEW = 500


def of_clients_found(text: str, user) -> Q:
    """Match records whose ``client`` *text* finds: by the name alone for a *user* who may see no client's record, who
    could find a contact out here letter by letter."""
    clients = Client.objects.filter(found_by(text) if may_see(user, Client) else every_word(text, NAMES)).order_by()
    keys = list(clients.values_list("pk", flat=True)[: _FEW + 1])
    return Q(client__in=keys if len(keys) <= _FEW else clients)


def dates_meant(text: str) -> set[date]:
    """Return the dates of birth that *text* may mean: none, one, or two where the site writes the month first and the
    reader may not."""
    found = set()
    for day_first in {True, is_day_first()}:
        with suppress(Refused):
            found.add(read_date(text, today=site_today(), day_first=day_first, about=About.BIRTH))
    return found
