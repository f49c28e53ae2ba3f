"""Do these answers fit this client? Pure comparison, no database."""

from dataclasses import dataclass
from datetime import date

from ..practice import contact
from ..practice.models import Client


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
        and contact.postcode_key(client.postcode) == contact.postcode_key(answers.postcode)
    )


def first_name_fits(client: Client, answers: Answers) -> bool:
    """Whether the first name is this client's, whatever the case, accents or spaces."""
    key = contact.name_key(answers.first_name)
    return bool(key) and contact.name_key(client.first_name) == key
