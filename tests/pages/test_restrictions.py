import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Page, PageViewRestriction

from wagtail_clientportal.pages.restrictions import check_view_restrictions


def _check():
    return check_view_restrictions(databases=["default"])


def test_a_public_portal_page_is_fine(clinic):
    assert _check() == []


@pytest.mark.parametrize("kind", ["password", "login", "groups"])
@pytest.mark.parametrize("above", [True, False])
def test_any_restriction_on_it_or_above_it_is_an_error(clinic, kind, above):
    page = clinic.site.root_page if above else clinic.page
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind, password="x")
    restriction.groups.set(Group.objects.all())
    (error,) = _check()
    assert error.id == "wagtail_clientportal.E050"
    assert page.title in error.msg
    assert "Privacy" in error.hint


@pytest.mark.parametrize("above", [True, False])
def test_it_holds_until_it_is_taken_away(clinic, client, above):
    page = clinic.site.root_page if above else clinic.page
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")
    assert 'name="contact"' not in client.get(clinic.page.url).content.decode()
    PageViewRestriction.objects.all().delete()
    assert 'name="contact"' in client.get(clinic.page.url).content.decode()


def test_a_restriction_elsewhere_is_nobodys_business(clinic):
    other = clinic.site.root_page.add_child(instance=Page(title="Staff only", slug="staff"))
    PageViewRestriction.objects.create(page=other, restriction_type="login")
    assert _check() == []


def test_without_a_database_it_reads_none(clinic, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert check_view_restrictions(databases=None) == []


def test_the_systems_own_checks_pass(clinic):
    call_command("check", database=["default"])
