"""Do these answers fit this client? Pure comparison, no database."""

from dataclasses import dataclass
from datetime import date

from ..conf import settings
from ..practice import contact
from ..practice.models import Client
from ..practice.postcode import is_same_postcode


@dataclass(frozen=True)
class Answers:
    """What somebody said to prove who they are. ``first_name`` is "" until it was asked for."""

    date_of_birth: date
    postcode: str
    first_name: str = ""


def fits(client: Client, answers: Answers) -> bool:
    """Whether date of birth and postcode are this client's. Never true where the clinic holds either not."""
    return (
        client.has_identity
        and client.date_of_birth == answers.date_of_birth
        and is_same_postcode(client.postcode, answers.postcode, settings.DEFAULT_REGION)
    )


def first_name_fits(client: Client, answers: Answers) -> bool:
    """Whether the first name is this client's, whatever the case, accents or spaces."""
    key = contact.name_key(answers.first_name)
    return bool(key) and contact.name_key(client.first_name) == key
