"""How many of something wait for somebody?

Every page of the admin asks, so nobody counts on beyond what a menu can say.
"""

from django.db.models import QuerySet

MAX_COUNTED = 99


def capped_count(records: QuerySet) -> int:
    """Return how many *records* there are, and ``MAX_COUNTED`` + 1 for any number beyond."""
    return records.order_by()[: MAX_COUNTED + 1].count()


def count_label(number: int) -> str:
    """Say what ``capped_count`` returned: "7", "99+"."""
    return str(number) if number <= MAX_COUNTED else f"{MAX_COUNTED}+"
