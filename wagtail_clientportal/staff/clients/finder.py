"""Finding the client whom somebody on the staff means: by part of a name, a phone number or a date of birth."""

from dataclasses import dataclass

from django.db.models import QuerySet

from ...practice.models import Client
from ..common.client_search import found_by
from ..common.reach import within_reach
from .chooser import in_one_line

# So many are offered; whoever isn't among them is found by typing more.
MOST = 8


@dataclass(frozen=True)
class FoundClients:
    """``clients`` holds the pk of each, and who it is in one line."""

    clients: list[tuple[int, str]]
    has_more: bool


def bookable_clients(user) -> QuerySet[Client]:
    """The clients whom *user* may book in."""
    return within_reach(user, Client.objects.filter(is_active=True))


def find_clients(text: str, user) -> FoundClients | None:
    """Return whom *text* finds, within the reach of *user*; ``None`` where nothing was typed."""
    text = text.replace("\0", "").strip()
    if not text:
        return None
    found = list(bookable_clients(user).filter(found_by(text))[: MOST + 1])
    return FoundClients([(one.pk, in_one_line(one)) for one in found[:MOST]], len(found) > MOST)
