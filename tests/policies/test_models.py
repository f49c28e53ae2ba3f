from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import translation
from wagtail.models import Locale, Revision, Site

from tests.factories import NOW, cancelled_status, default_status, open_portal
from wagtail_clientportal.models import (
    AppointmentStatus,
    BookingSettings,
    ClientPortalPage,
    PortalPolicy,
    PortalSettings,
)
from wagtail_clientportal.policies.portal_address import portal_page, portal_url


@pytest.fixture
def site(db):
    return Site.objects.get(is_default_site=True)


# -- What a new clinic finds


def test_a_new_clinic_finds_one_published_policy_and_everything_off(site):
    policy = PortalPolicy.objects.get()
    assert policy.live and policy.cancellation_policy
    assert policy.status_after_cancellation == cancelled_status()
    assert policy.live_revision.as_object().cancellation_window == policy.cancellation_window
    settings = PortalSettings.objects.get(site=site)
    assert not settings.enabled and settings.off_message and settings.default_policy == policy
    assert not BookingSettings.objects.get(site=site).enabled


def test_what_somebody_deleted_is_not_made_again(site):
    PortalSettings.objects.all().delete()
    BookingSettings.objects.all().delete()
    PortalPolicy.objects.all().delete()
    AppointmentStatus.objects.filter(name="Did not attend").delete()
    call_command("migrate", verbosity=0)
    call_command("migrate", "wagtail_clientportal", verbosity=0)
    assert not PortalPolicy.objects.exists() and not PortalSettings.objects.exists()
    assert not BookingSettings.objects.exists()
    assert not AppointmentStatus.objects.filter(name="Did not attend").exists()


# -- The policy


def test_a_status_that_keeps_its_place_cannot_follow_a_cancellation(db):
    policy = PortalPolicy.objects.get()
    policy.status_after_cancellation = default_status()
    with pytest.raises(ValidationError) as caught:
        policy.full_clean()
    assert set(caught.value.message_dict) == {"status_after_cancellation"}
    with pytest.raises(ValidationError):
        policy.save()


@pytest.mark.parametrize("clean", [True, False])
def test_a_draft_cannot_smuggle_such_a_status_in(db, clean):
    policy = PortalPolicy.objects.get()
    policy.status_after_cancellation = default_status()
    with pytest.raises(ValidationError):
        policy.save_revision(clean=clean)


@pytest.mark.parametrize("field", ["change_window", "cancellation_window"])
def test_a_window_is_not_negative(db, field):
    policy = PortalPolicy.objects.get()
    setattr(policy, field, -timedelta(minutes=1))
    with pytest.raises(ValidationError) as caught:
        policy.full_clean()
    assert set(caught.value.message_dict) == {field}
    setattr(policy, field, timedelta(0))
    policy.full_clean()


def test_the_revision_a_client_was_shown_survives_the_purge_of_old_ones(clinic):
    policy = PortalPolicy.objects.get()
    shown = policy.live_revision
    clinic.appointment.events.create(kind="cancelled", at=NOW, by_kind="client", policy_revision=shown)
    unshown = policy.save_revision()
    unshown.publish()
    policy.refresh_from_db()
    policy.save_revision().publish()
    call_command("purge_revisions", verbosity=0)
    assert Revision.objects.filter(pk=shown.pk).exists()
    assert not Revision.objects.filter(pk=unshown.pk).exists()


# -- The switch


@pytest.mark.parametrize("written", [None, {"enabled"}])
def test_switching_off_is_dated(site, written):
    settings = PortalSettings.objects.get(site=site)
    settings.enabled = True
    settings.save()
    assert settings.switched_off_at is None

    settings = PortalSettings.for_site(site)
    settings.enabled = False
    with time_machine.travel(NOW, tick=False):
        settings.save(update_fields=written)
    assert PortalSettings.objects.get(site=site).switched_off_at == NOW


def test_only_switching_off_is_dated(site):
    settings = PortalSettings.objects.get(site=site)
    for enabled, expected in [(False, None), (True, None), (True, None), (False, NOW), (False, NOW), (True, NOW)]:
        settings.enabled = enabled
        # Each save at a later moment, but for the first that switches off.
        with time_machine.travel(NOW if settings.switched_off_at is None else NOW + timedelta(days=1), tick=False):
            settings.save()
        settings.refresh_from_db()
        assert settings.switched_off_at == expected
    settings.enabled = False
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        settings.save()
    assert settings.switched_off_at == NOW + timedelta(days=2)


def test_a_site_without_settings_has_its_portal_and_booking_off(db):
    site = Site.objects.create(hostname="second.example", root_page=Site.objects.get().root_page, site_name="Second")
    for model in (PortalSettings, BookingSettings):
        for settings in (model.for_site(site), model.for_site(None)):
            assert settings.pk is None and not settings.enabled
    assert PortalSettings.for_site(site).default_policy is None
    assert PortalSettings.for_site(site).display_name == "Second"
    assert PortalSettings.for_site(None).display_name == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lead_time", -timedelta(minutes=1)),
        ("horizon_days", 0),
        ("horizon_days", 731),
        ("horizon_days", None),  # and no months either
        ("horizon_months", 0),
        ("horizon_months", 25),
        ("lead_days", 366),
        ("max_upcoming", 0),
        ("slot_interval_minutes", 0),
        ("slot_interval_minutes", 1441),
    ],
)
def test_booking_settings_that_make_no_sense_are_refused(site, field, value):
    settings = BookingSettings.objects.get(site=site)
    settings.full_clean()
    setattr(settings, field, value)
    with pytest.raises(ValidationError) as caught:
        settings.full_clean()
    assert set(caught.value.message_dict) == {field}


# -- The portal's address


def test_the_portal_is_found_in_the_language_that_is_spoken(site):
    page = open_portal()
    locale = Locale.objects.create(language_code="fr")
    site.root_page.copy_for_translation(locale).save_revision().publish()
    french = page.copy_for_translation(locale)
    with translation.override("fr"):
        assert portal_page(site).pk == page.pk  # the translation is a draft
        french.save_revision().publish()
        assert portal_page(site).pk == french.pk
        assert "/portal" in portal_url(site)
    assert portal_page(site).pk == page.pk


def test_without_a_live_portal_page_the_address_is_the_sites(site):
    assert portal_page(site) is None and portal_url(site) == f"{site.root_url}/"
    open_portal().unpublish()
    assert ClientPortalPage.objects.exists() and portal_url(site) == f"{site.root_url}/"
    assert portal_url(None) == "" and portal_page(None) is None
