"""What the outbox's rows are called, so that each is written once: every shape of such a key, and what reads one.

Keys are stored, and gateways are told them to know a text they have had: their shapes stay.
"""

import uuid
from datetime import datetime

_AGAIN = ":again:"


def of_event(event_pk: int, template_pk: int) -> str:
    """Of the message by which a template tells of an event in an appointment's history."""
    return f"event:{event_pk}:template:{template_pk}"


def of_sign_in_link() -> str:
    """Of a sign-in link, each time another one: it may be asked for as often as the limits allow."""
    return f"sign-in:{uuid.uuid4()}"


def of_booking_link(public_id: uuid.UUID) -> str:
    """Of the link that confirms the online booking with this public id."""
    return f"booking:{public_id}"


def of_payment(public_id: uuid.UUID, about: str) -> str:
    """Of what is said of the payment with this public id."""
    return f"payment:{public_id}:{about}"


def written_again(key: str, now: datetime) -> str:
    """Of a further row that says what the one with *key* said."""
    return f"{key}{_AGAIN}{now.isoformat()}"


def sent_again(key: str, now: datetime) -> str:
    """Of the same row, once somebody lets it be sent again: to the old key a gateway would give its old answer."""
    return f"{_first(key)}{_AGAIN}{int(now.timestamp())}"


def is_again(key: str) -> bool:
    """Whether *key* is that of a row that was written, or sent, again."""
    return _AGAIN in key


def of_failure(key: str) -> str:
    """What staff are told once: that the message with *key* failed. It names the emails that tell them."""
    return f"failed:{key}"


def start_of_failures(key: str) -> str:
    """How the keys begin of all emails that told staff that the message with *key* failed, before it was sent again
    or after."""
    return f"{of_failure(_first(key))}:"


def of_staff_email(occasion: str, number: int) -> str:
    """Of one of several emails to staff on an occasion."""
    return f"{occasion}:staff:{number}"


def _first(key: str) -> str:
    return key.partition(_AGAIN)[0]
