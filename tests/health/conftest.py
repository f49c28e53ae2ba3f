import pytest
from django.contrib.auth import get_user_model
from django.test import Client as Browser
from wagtail.models import Site

from tests.factories import NOW
from wagtail_clientportal.models import Heartbeat


@pytest.fixture
def boss(db):
    """The account of somebody who may do everything."""
    return get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret")


@pytest.fixture
def admin(boss):
    """The browser that *boss* is signed in with."""
    browser = Browser()
    browser.force_login(boss)
    return browser


@pytest.fixture
def served(clinic):
    """A clinic whose clients are served: its site is a real one, and a sweep has just come to its end."""
    Site.objects.filter(pk=clinic.site.pk).update(hostname="harbour.example", port=443)
    Site.clear_site_root_paths_cache()
    Heartbeat.objects.create(name="sweep", at=NOW)
    return clinic
