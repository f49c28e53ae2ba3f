"""With a cache in front of the whole site, no page of a client's is ever kept, and none is given to anybody else."""

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from wagtail.contrib.frontend_cache.utils import get_backends
from wagtail.models import Page

from tests.portal.reading import text
from tests.portal.test_screen import every_path

DJANGO = ("django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.FetchFromCacheMiddleware")
WAGTAIL_CACHE = ("wagtailcache.cache.UpdateCacheMiddleware", "wagtailcache.cache.FetchFromCacheMiddleware")


@pytest.fixture(params=[DJANGO, WAGTAIL_CACHE], ids=["django", "wagtail-cache"])
def cached(request, settings, clinic):
    """The site behind one of the caches, with an ordinary page beside the portal's."""
    if request.param is WAGTAIL_CACHE:
        pytest.importorskip("wagtailcache")
    first, last = request.param
    settings.MIDDLEWARE = [first, *settings.MIDDLEWARE, last]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}}
    cache.clear()
    yield cache
    cache.clear()


def _pages(cached) -> list[str]:
    """The keys of the answers that are kept. Wagtail keeps its table of sites in the same place."""
    return [key for key in cached._cache if "wagtail_site_root_paths" not in key]


def test_the_cache_does_keep_what_may_be_kept(cached, clinic, settings, tmp_path):
    """Otherwise the next test would pass for the wrong reason."""
    (tmp_path / "wagtailcore").mkdir()
    (tmp_path / "wagtailcore" / "page.html").write_text("An ordinary page")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    clinic.site.root_page.add_child(instance=Page(title="Us", slug="us"))
    assert Browser().get("/us/").status_code == 200
    assert _pages(cached)


def test_no_page_of_a_clients_is_ever_kept(cached, portal):
    link = portal.sign_in_link()
    portal.get(link)
    portal.answer()
    for path in every_path(portal):
        portal.get(path)
        portal.get(path)
    assert not _pages(cached)
    portal.post("sign-out/")
    stranger = Browser()
    for path in every_path(portal):
        assert "Margaret" not in text(stranger.get(path))
    assert not _pages(cached)


def test_the_front_door_and_its_errors_are_not_kept_either(cached, portal):
    for path in ("", "sent/", "verify/", "nothing/here/"):
        portal.get(path)
    portal.get("/p/nonsense/")
    portal.post("", {"contact": "nonsense"})
    assert not _pages(cached)


def test_publishing_the_portals_page_purges_its_address_from_wagtails_frontend_cache(settings, clinic):
    """The frontend cache keeps what the headers let it keep, which here is nothing; a purge is all that it is asked."""
    settings.WAGTAILFRONTENDCACHE = {
        "varnish": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": "http://127.0.0.1:9",
        }
    }
    assert get_backends()
    response = Browser().get("/portal/")
    directives = {one.strip() for one in response["Cache-Control"].split(",")}
    assert {"private", "no-store", "max-age=0"} <= directives
    assert clinic.page.get_cached_paths() == ["/"]
