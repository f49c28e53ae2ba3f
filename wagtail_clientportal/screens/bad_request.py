"""What Django refuses before a screen is asked, said kindly and in the portal's look.

Nobody's session is looked at: such a request may come from a page that isn't ours.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from ..policies.models import PortalSettings
from .screen_context import ScreenContext, site_of
from .unreadable import make_readable


def show_forgery(page, request):
    """Say that the form could not be told from somebody else's (CSRF)."""
    return _show(page, request, "refused_form", title=_("Please try again"), status=403)


def show_too_much(page, request, status: int):
    """Say that what was sent is too long, or can't be read. *status* is the answer's, 400 or 413."""
    return _show(page, request, "refused_size", title=_("That was too much for us"), status=status)


def show_unreadable(page, request):
    """Say that what the browser sent can't be read."""
    make_readable(request)
    return _show(page, request, "refused_unreadable", title=_("Please try again"), status=400)


def _show(page, request, template, *, title, status):
    site = site_of(page)
    portal_settings = PortalSettings.for_site(site)
    context = ScreenContext(page=page, request=request, site=site, portal_settings=portal_settings, now=timezone.now())
    return context.render(template, title=title, status=status, announcements=()).render()
