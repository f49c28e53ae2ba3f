import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Page, Site

from tests.factories import open_portal
from wagtail_clientportal.models import ClientPortalPage, PortalSession
from wagtail_clientportal.policies.portal_address import portal_page
from wagtail_clientportal.portal.views.previews import MODES


def test_it_takes_no_child_pages(clinic):
    assert ClientPortalPage.allowed_subpage_models() == []


def test_a_second_one_in_the_same_language_is_refused_with_a_sentence(clinic):
    with pytest.raises(ValidationError, match="has a client portal page in this language already"):
        clinic.site.root_page.add_child(instance=ClientPortalPage(title="Again", slug="again"))
    section = clinic.site.root_page.add_child(instance=Page(title="Section", slug="section"))
    with pytest.raises(ValidationError, match="One is enough"):
        section.add_child(instance=ClientPortalPage(title="Again", slug="again"))


def test_the_admins_form_refuses_a_second_one_before_it_has_a_place(clinic, admin_client):
    section = clinic.site.root_page.add_child(instance=Page(title="Section", slug="section"))
    url = reverse("wagtailadmin_pages:add", args=["wagtail_clientportal", "clientportalpage", section.pk])
    empty = {"intro": "null", "help_text": "null", "signed_out_text": "null"}
    response = admin_client.post(url, {"title": "Again", "slug": "again", "action-publish": "1"} | empty)
    assert response.status_code == 200
    assert "One is enough" in response.content.decode()


def test_it_can_be_saved_again(clinic):
    clinic.page.title = "My appointments"
    clinic.page.full_clean()
    clinic.page.save()


def test_another_site_and_another_language_have_their_own(clinic):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    assert open_portal(site=Site.objects.create(hostname="other.example", root_page=root)).pk != clinic.page.pk
    french = Locale.objects.create(language_code="fr")
    clinic.site.root_page.copy_for_translation(french).save_revision().publish()
    translation = clinic.page.copy_for_translation(french)
    translation.full_clean()


def test_it_is_in_no_sitemap_and_in_no_search(clinic):
    assert clinic.page.get_sitemap_urls() == []
    assert ClientPortalPage.search_fields == []


def test_the_editor_cannot_put_a_privacy_setting_on_it(clinic):
    assert ClientPortalPage.private_page_options == []


def test_its_address_is_that_of_its_site(clinic):
    assert clinic.page.full_url == "http://localhost/portal/"


@pytest.mark.parametrize("mode", [name for name, _label in MODES])
def test_every_screen_has_a_preview_with_an_example_client(clinic, mode, rf):
    response = clinic.page.make_preview_request(preview_mode=mode)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert page.h1 is not None
    assert not page.select("script:not([src]), style, [style]")
    assert "margaret@example.org" not in page.get_text()
    assert clinic.location.name not in page.get_text()
    # The admin shows previews in a frame.
    assert "frame-ancestors" not in response.headers.get("Content-Security-Policy", "")
    assert not PortalSession.objects.exists()


def test_a_page_that_is_not_saved_yet_has_a_preview(clinic):
    page = ClientPortalPage(title="New", slug="new", locale=clinic.page.locale)
    page.set_url_path(clinic.site.root_page)
    clinic.page.delete()
    for mode, _label in MODES:
        assert page.make_preview_request(preview_mode=mode).status_code == 200


def test_the_admins_preview_shows_what_is_being_written(clinic, admin_client):
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[clinic.page.pk])
    data = {"title": "Half-written title", "slug": "portal", "intro": "null", "help_text": "null"}
    data |= {"signed_out_text": "null"}
    assert admin_client.post(url, data).json()["is_valid"]
    response = admin_client.get(url)
    assert "Half-written title" in response.content.decode()
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_link_leads_to_the_portal_page_of_the_readers_language(clinic):
    french = Locale.objects.get_or_create(language_code="fr")[0]
    root = clinic.site.root_page.copy_for_translation(french)
    root.save_revision().publish()
    page = root.add_child(instance=ClientPortalPage(title="Vos rendez-vous", slug="portail", locale=french))
    assert portal_page(clinic.site).pk == clinic.page.pk
    with translation.override("fr"):
        assert portal_page(clinic.site).pk == page.pk
    clinic.page.unpublish()
    assert portal_page(clinic.site).pk == page.pk
