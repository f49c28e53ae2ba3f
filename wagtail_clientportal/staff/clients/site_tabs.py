"""Tabs that a site adds to the client's record: a Wagtail hook, asked for each page."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from ...practice.models import Client

HOOK = "clientportal_client_tab"


def site_tabs(request: HttpRequest, client: Client) -> list[Component]:
    """Ask the site's own ``fn(request, client)`` for its tabs, in the order of the hooks.

    Each returns a Wagtail component with a ``label`` and a ``name`` (letters, digits and dashes: its part of the page's
    addresses), or ``None`` where whoever asks sees no such tab.

    :param client: one whom ``request.user`` reaches.
    """
    tabs = (fn(request, client) for fn in hooks.get_hooks(HOOK))
    return [tab for tab in tabs if tab is not None]
