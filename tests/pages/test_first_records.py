"""A site that gets a portal page, however it gets one, finds settings and a policy, with everything off."""

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page, Site

from tests.factories import make_type
from wagtail_clientportal.models import (
    AppointmentStatus,
    BookingSettings,
    ClientPortalPage,
    PortalPolicy,
    PortalSettings,
)
from wagtail_clientportal.policies.effective import effective_rules


def make_root(slug="second"):
    return Page.objects.get(depth=1).add_child(instance=Page(title=slug.title(), slug=slug))


def make_site(root, **values):
    return Site.objects.create(**{"hostname": f"{root.slug}.example", "root_page": root} | values)


def make_page(parent, **values):
    return parent.add_child(instance=ClientPortalPage(**{"title": "Your appointments", "slug": "portal"} | values))


def assert_ready(site):
    """Everything is there, and nothing is on."""
    settings = PortalSettings.objects.get(site=site)
    assert not settings.enabled and "closed at the moment" in settings.off_message
    assert not BookingSettings.objects.get(site=site).enabled
    rules = effective_rules(make_type(), settings)
    assert rules.changes_enabled and rules.cancellations_enabled and rules.revision_id
    assert "24 hours’ notice" in rules.wording


def test_a_second_site_gets_its_own_when_its_portal_page_is_made(db):
    first = PortalSettings.objects.get()
    second = make_site(make_root())
    assert not PortalSettings.objects.filter(site=second).exists()
    make_page(second.root_page)
    assert_ready(second)
    # One clinic's policy is not the other's.
    assert PortalSettings.objects.get(site=second).default_policy != first.default_policy
    assert PortalSettings.objects.get(site=second).default_policy.name == "Standard policy of second.example"


def test_a_site_that_comes_after_its_portal_page_gets_them_too(db):
    root = make_root()
    make_page(root)
    assert_ready(make_site(root))


def test_so_does_one_that_is_pointed_at_another_root(db):
    root = make_root()
    make_page(root)
    site = make_site(make_root("third"))
    site.root_page = root
    site.save()
    assert_ready(site)


def test_so_does_one_that_a_portal_page_is_moved_or_copied_to(db):
    here, there, elsewhere = make_root("here"), make_site(make_root("there")), make_site(make_root("elsewhere"))
    section = here.add_child(instance=Page(title="Patients", slug="patients"))
    page = make_page(section)
    page.copy(to=there.root_page)
    assert_ready(there)
    section.move(elsewhere.root_page, pos="last-child")
    assert_ready(elsewhere)


def test_so_does_one_whose_portal_page_is_a_draft_or_in_another_language(db):
    draft, french = make_site(make_root()), make_site(make_root("third"))
    make_page(draft.root_page, live=False)
    assert_ready(draft)
    root = french.root_page.copy_for_translation(Locale.objects.create(language_code="fr"))
    make_page(root, locale=root.locale)
    assert_ready(french)


def test_an_editor_who_adds_the_page_finds_them(admin_client, db):
    second = make_site(make_root())
    add = reverse("wagtailadmin_pages:add", args=["wagtail_clientportal", "clientportalpage", second.root_page.pk])
    empty = {"intro": "null", "help_text": "null", "signed_out_text": "null"}
    admin_client.post(add, {"title": "Appointments", "slug": "portal", "action-publish": "1"} | empty)
    assert_ready(second)


def test_a_default_site_that_was_replaced_gets_what_was_made_for_the_first(db):
    """As a site's own migration does it that makes the first page."""
    made = PortalPolicy.objects.get()
    Site.objects.all().delete()
    site = make_site(make_root(), is_default_site=True)
    make_page(site.root_page)
    assert_ready(site)
    assert PortalSettings.objects.get().default_policy == made and PortalPolicy.objects.count() == 1


def test_another_name_of_a_site_gets_none(db):
    site = Site.objects.get()
    make_page(site.root_page)
    make_site(site.root_page, hostname="www.harbour.example")
    assert PortalSettings.objects.count() == BookingSettings.objects.count() == 1


@pytest.mark.parametrize("touched", ["edited", "named by a type"])
def test_a_policy_that_somebody_uses_is_not_given_to_another_site(db, admin_user, touched):
    left = PortalPolicy.objects.get()
    Site.objects.all().delete()
    if touched == "edited":
        left.save_revision(user=admin_user).publish()
    else:
        make_type(policy=left)
    site = make_site(make_root(), is_default_site=True)
    make_page(site.root_page)
    assert PortalSettings.objects.get().default_policy != left


def test_what_is_there_stays_as_it_is(db):
    site = Site.objects.get()
    PortalSettings.objects.update(default_policy=None, off_message="<p>Ring us.</p>")
    page = make_page(site.root_page)
    page.save()
    site.save()
    settings = PortalSettings.objects.get()
    assert settings.default_policy is None and settings.off_message == "<p>Ring us.</p>"
    assert PortalPolicy.objects.count() == BookingSettings.objects.count() == 1


def test_without_a_status_that_frees_its_place_there_is_no_policy(db):
    PortalSettings.objects.all().delete()
    PortalPolicy.objects.all().delete()
    AppointmentStatus.objects.filter(attending=False).delete()
    make_page(Site.objects.get().root_page)
    assert PortalSettings.objects.get().default_policy is None
