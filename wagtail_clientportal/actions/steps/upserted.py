"""What became of a record that another system keeps, too."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Upserted:
    """The record as it is then, and what had to be done to it."""

    record: Model
    outcome: Outcome
