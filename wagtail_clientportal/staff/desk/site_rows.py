"""Rows that a site adds to "Since you were last here" on the home page: a Wagtail hook, asked for each page."""

from datetime import datetime

from django.http import HttpRequest
from wagtail import hooks

HOOK = "clientportal_home_row"


def site_rows(request: HttpRequest, since: datetime) -> list[tuple[str, str]]:
    """Ask the site's own ``fn(request, since)`` for its rows, in the order of the hooks.

    Each returns what there is, in words, and the address where it is listed, or ``None`` where there is nothing.

    :param since: aware datetime from which on the panel tells.
    """
    rows = (fn(request, since) for fn in hooks.get_hooks(HOOK))
    return [row for row in rows if row is not None]
