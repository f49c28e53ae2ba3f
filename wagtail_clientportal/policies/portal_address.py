"""Where is a site's portal page, and where its page for online booking?

Found by their content types' names, so that rooms below the pages can say where they are.
"""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from wagtail.models import Page, Site


def portal_pages(site: Site) -> QuerySet[Page]:
    """Return the site's portal pages, one a language, live or not."""
    return _pages(site, "clientportalpage")


def _pages(site: Site, model: str) -> QuerySet[Page]:
    # Each language of a site has a tree of its own, beside the one that the site names.
    trees = [Q(path__startswith=root.path) for root in site.root_page.get_translations(inclusive=True)]
    return Page.objects.filter(
        reduce(or_, trees),
        content_type__app_label="wagtail_clientportal",
        content_type__model=model,
    ).order_by("path")


def portal_page(site: Site | None) -> Page | None:
    """Return the site's live portal page, in the active language where there is one; ``None`` without any."""
    return _live_page(site, "clientportalpage")


def portal_languages(site: Site) -> list[tuple[str, str]]:
    """Return code and name of each language that the site's portal is in, live, in the order of its pages."""
    pages = portal_pages(site).live().select_related("locale")
    return [(page.locale.language_code, page.locale.get_display_name()) for page in pages]


def booking_page(site: Site | None) -> Page | None:
    """Return the same of its page for online booking."""
    return _live_page(site, "onlinebookingpage")


def _live_page(site: Site | None, model: str) -> Page | None:
    if site is None:
        return None
    found = list(_pages(site, model).live().select_related("locale"))
    language = get_language()
    return next((page for page in found if page.locale.language_code == language), found[0] if found else None)


def portal_url(site: Site | None) -> str:
    """Return the absolute URL of the site's portal page; without one, the site's root (or "" without a site)."""
    page = portal_page(site)
    if page is not None and (url := page.get_full_url()):
        return url
    return f"{site.root_url}/" if site else ""
