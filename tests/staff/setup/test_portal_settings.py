"""The switch, and what has to be there before it can be turned on."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import Locale, Site

from wagtail_clientportal.models import ClientPortalPage, PortalPolicy, PortalSettings

EMPTY_RICH_TEXT = "null"


def settings_data(site, **values):
    policy = PortalPolicy.objects.order_by("pk").first()
    return {
        "site": site.pk,
        "off_message": EMPTY_RICH_TEXT,
        "phone": "020 7946 0999",
        "default_policy": policy.pk,
    } | values


def test_switching_the_portal_off_works_at_once(boss, clinic):
    settings = PortalSettings.objects.get()
    boss.post(reverse("clientportal_portalsettings:edit", args=[settings.pk]), settings_data(clinic.site))
    assert not PortalSettings.for_site(clinic.site).enabled


@pytest.fixture
def switched_off(clinic):
    """The edit address of the settings of an otherwise ready clinic whose portal is off."""
    Site.objects.filter(pk=clinic.site.pk).update(hostname="harbour.example", port=443)
    PortalSettings.objects.filter(site=clinic.site).update(enabled=False)
    cache.clear()
    return reverse("clientportal_portalsettings:edit", args=[PortalSettings.objects.get(site=clinic.site).pk])


def switch_on(boss, edit, clinic, **values):
    """Return what the page says, and whether the portal is on afterwards."""
    data = settings_data(clinic.site, enabled="on", notify_email="desk@harbour.example") | values
    page = boss.post(edit, data, follow=True).content.decode()
    return page, PortalSettings.objects.get(site=clinic.site).enabled


def test_the_portal_is_switched_on_where_everything_is_ready(boss, clinic, switched_off):
    _page, is_on = switch_on(boss, switched_off, clinic)
    assert is_on


@pytest.mark.parametrize(
    ("hostname", "port", "sentence"),
    [
        ("localhost", 443, "where no client can open them"),
        ("127.0.0.1", 443, "where no client can open them"),
        ("harbour.example", 80, "Give the site the port 443"),
    ],
)
def test_the_portal_stays_off_while_its_links_would_lead_nowhere(
    boss, clinic, switched_off, hostname, port, sentence, settings
):
    Site.objects.filter(pk=clinic.site.pk).update(hostname=hostname, port=port)
    page, is_on = switch_on(boss, switched_off, clinic)
    assert sentence in page and not is_on
    settings.DEBUG = True  # as on a developer's own machine
    assert switch_on(boss, switched_off, clinic)[1]


def test_the_portal_stays_off_without_a_live_page(boss, clinic, switched_off):
    ClientPortalPage.objects.update(live=False)
    page, is_on = switch_on(boss, switched_off, clinic)
    assert "has no portal page that is live" in page and not is_on


def test_the_portal_stays_off_without_a_policy(boss, clinic, switched_off):
    page, is_on = switch_on(boss, switched_off, clinic, default_policy="")
    assert "Without a policy nobody could change or cancel anything. Choose one" in page and not is_on


def test_the_portal_stays_off_while_its_policy_is_not_published(boss, clinic, switched_off):
    PortalPolicy.objects.get().unpublish()
    page, is_on = switch_on(boss, switched_off, clinic)
    assert "“Standard policy” isn’t published" in page and not is_on
    # Nor does a translation of it permit anything by itself.
    french = PortalPolicy.objects.get().copy_for_translation(Locale.objects.create(language_code="fr"))
    french.save()
    french.save_revision().publish()
    page, is_on = switch_on(boss, switched_off, clinic, default_policy=french.pk)
    assert "“Standard policy” isn’t published" in page and not is_on


def test_the_policy_cannot_be_taken_away_while_the_portal_is_on(boss, clinic):
    edit = reverse("clientportal_portalsettings:edit", args=[PortalSettings.objects.get().pk])
    data = settings_data(clinic.site, enabled="on", notify_email="desk@harbour.example", default_policy="")
    assert "Without a policy nobody" in boss.post(edit, data).content.decode()
    assert PortalSettings.objects.get().default_policy


def test_the_portal_stays_off_while_nobody_would_hear_of_a_change(boss, clinic, switched_off):
    page, is_on = switch_on(boss, switched_off, clinic, notify_email="")
    assert "Nobody would hear of what clients change" in page and not is_on
    clinic.clinician.user = get_user_model().objects.create_user("ada")
    clinic.clinician.save()
    assert switch_on(boss, switched_off, clinic, notify_email="")[1]


def test_the_last_to_hear_of_a_change_cannot_be_taken_away_while_the_portal_is_on(boss, clinic):
    PortalSettings.objects.update(notify_email="desk@harbour.example")
    edit = reverse("clientportal_portalsettings:edit", args=[PortalSettings.objects.get().pk])
    page = boss.post(edit, settings_data(clinic.site, enabled="on", notify_email="")).content.decode()
    assert "Nobody would hear of what clients change" in page
    assert PortalSettings.objects.get().notify_email


def test_the_settings_show_the_portals_address_ready_to_be_copied(boss, clinic):
    edit = reverse("clientportal_portalsettings:edit", args=[PortalSettings.objects.get().pk])
    page = boss.get(edit).content.decode()
    assert f'value="{clinic.page.get_full_url()}" data-w-clipboard-target="value"' in page
    ClientPortalPage.objects.update(live=False)
    assert "clients can’t find the portal" in boss.get(edit).content.decode()


def test_another_site_gets_its_own_settings(boss, clinic):
    second = Site.objects.create(hostname="second.example", root_page=clinic.site.root_page)
    assert boss.post(reverse("clientportal_portalsettings:add"), settings_data(second)).status_code == 302
    assert PortalSettings.for_site(second).pk
    response = boss.post(reverse("clientportal_portalsettings:add"), settings_data(second))
    assert response.status_code == 200
