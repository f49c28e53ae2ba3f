"""Where is a site's portal page?

Found by its content type's name, so that rooms below the pages can say where the portal is.
"""

from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import get_language
from wagtail.models import Page, Site


def portal_page(site: Site | None) -> Page | None:
    """Return the site's live portal page, in the active language where there is one; ``None`` without any."""
    if site is None:
        return None
    # Each language of a site has a tree of its own, beside the one that the site names.
    trees = [Q(path__startswith=root.path) for root in site.root_page.get_translations(inclusive=True)]
    pages = (
        Page.objects.live()
        .filter(reduce(or_, trees))
        .filter(content_type__app_label="wagtail_clientportal", content_type__model="clientportalpage")
        .select_related("locale")
        .order_by("path")
    )
    found = list(pages)
    language = get_language()
    return next((page for page in found if page.locale.language_code == language), found[0] if found else None)


def portal_url(site: Site | None) -> str:
    """Return the absolute URL of the site's portal page; without one, the site's root (or "" without a site)."""
    page = portal_page(site)
    if page is not None and (url := page.get_full_url()):
        return url
    return f"{site.root_url}/" if site else ""
