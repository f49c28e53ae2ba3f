import hashlib
from datetime import timedelta

import pytest
from django.utils import translation
from wagtail.models import Locale

from tests.factories import cancelled_status, make_type
from wagtail_clientportal.models import AppointmentStatus, PortalPolicy, PortalSettings
from wagtail_clientportal.policies.effective import effective_rules
from wagtail_clientportal.policies.rules import PolicyRules

ENGLISH, FRENCH = "<p>Please ring us.</p>", "<p>Merci de nous appeler.</p>"


def publish(policy):
    policy.save_revision().publish()
    policy.refresh_from_db()
    return policy


@pytest.fixture
def policy(db):
    """The clinic's default policy: published, 24 hours for both windows."""
    policy = PortalPolicy.objects.get()
    policy.cancellation_policy = ENGLISH
    return publish(policy)


@pytest.fixture
def french(policy):
    """Its French translation, as a draft."""
    copy = policy.copy_for_translation(Locale.objects.create(language_code="fr"))
    copy.cancellation_policy = FRENCH
    copy.save()
    return copy


@pytest.fixture
def rules(policy):
    """A function that gives the rules in force, for a type without a policy of its own."""
    appointment_type = make_type()

    def get():
        return effective_rules(appointment_type, PortalSettings.objects.select_related("default_policy").get())

    return get


def test_the_sites_default_applies_to_a_type_that_names_none(rules, policy):
    assert rules() == PolicyRules(
        changes_enabled=True,
        change_window=timedelta(hours=24),
        cancellations_enabled=True,
        cancellation_window=timedelta(hours=24),
        status_after_cancellation_id=cancelled_status().pk,
        wording=ENGLISH,
        revision_id=policy.live_revision_id,
    )


def test_a_types_own_policy_goes_before_the_sites(policy):
    own = publish(PortalPolicy.objects.create(name="Surgery", cancellations_enabled=False, cancellation_policy="No"))
    rules = effective_rules(make_type(policy=own), PortalSettings.objects.get())
    assert (rules.cancellations_enabled, rules.wording, rules.revision_id) == (False, "No", own.live_revision_id)


def test_without_any_policy_nothing_is_permitted(policy):
    settings = PortalSettings.objects.get()
    settings.default_policy = None
    rules = effective_rules(make_type(), settings)
    assert not rules.changes_enabled and not rules.cancellations_enabled and rules.revision_id is None


def test_a_policy_that_is_taken_back_permits_nothing(rules, policy):
    policy.unpublish()
    assert rules() == PolicyRules()


def test_a_policy_that_was_never_published_permits_nothing(policy):
    draft = PortalPolicy.objects.create(name="Draft", live=False)
    assert effective_rules(make_type(policy=draft), PortalSettings.objects.get()) == PolicyRules()


def test_a_draft_changes_nothing_until_it_is_published(rules, policy):
    policy.change_window, policy.cancellation_policy = timedelta(hours=1), "<p>Draft</p>"
    revision = policy.save_revision()
    assert (rules().change_window, rules().wording) == (timedelta(hours=24), ENGLISH)
    revision.publish()
    assert (rules().change_window, rules().wording) == (timedelta(hours=1), "<p>Draft</p>")
    assert rules().revision_id == revision.pk


def test_a_translation_starts_as_a_draft(policy, french):
    french.refresh_from_db()
    assert not french.live
    assert french.live_revision is None and french.latest_revision is None
    policy.refresh_from_db()
    assert policy.live and policy.live_revision is not None


def test_a_draft_of_a_translation_is_not_shown(rules, french):
    with translation.override("fr"):
        assert rules().wording == ENGLISH


def test_the_wording_is_the_translations_and_the_rules_are_the_originals(rules, policy, french):
    french.change_window, french.cancellation_window = timedelta(hours=1), timedelta(minutes=5)
    french.changes_enabled = french.cancellations_enabled = False
    french.status_after_cancellation = AppointmentStatus.objects.get(name="Did not attend")
    publish(french)

    with translation.override("fr"):
        in_french = rules()
    assert in_french.wording == FRENCH and in_french.revision_id == french.live_revision_id
    assert (in_french.changes_enabled, in_french.cancellations_enabled) == (True, True)
    assert (in_french.change_window, in_french.cancellation_window) == (timedelta(hours=24), timedelta(hours=24))
    assert in_french.status_after_cancellation_id == cancelled_status().pk
    assert rules().wording == ENGLISH and rules().revision_id == policy.live_revision_id


@pytest.mark.parametrize("through", ["type", "settings"])
def test_naming_the_translation_does_not_make_its_rules_count(policy, french, through):
    french.change_window = timedelta(0)
    publish(french)
    settings = PortalSettings.objects.get()
    if through == "type":
        appointment_type = make_type(policy=french)
    else:
        settings.default_policy, appointment_type = french, make_type()
    rules = effective_rules(appointment_type, settings)
    assert (rules.change_window, rules.wording) == (timedelta(hours=24), ENGLISH)


def test_without_its_original_a_translation_permits_nothing(rules, policy, french):
    publish(french)
    policy.unpublish()
    with translation.override("fr"):
        assert rules() == PolicyRules()


@pytest.mark.parametrize("language", ["de", "fr-ca", None])
def test_a_language_without_a_wording_gets_the_originals_or_a_relatives(rules, french, language):
    publish(french)
    with translation.override(language):
        assert rules().wording == (FRENCH if language == "fr-ca" else ENGLISH)


def test_the_fingerprint_is_of_the_words_shown(rules, french):
    publish(french)
    with translation.override("fr"):
        assert rules().wording_sha256 == hashlib.sha256(FRENCH.encode()).hexdigest() != PolicyRules().wording_sha256


def test_the_number_of_queries_does_not_grow_with_translations(rules, french, django_assert_num_queries):
    publish(french)
    appointment_type = make_type(name="Another")
    settings = PortalSettings.objects.select_related("default_policy").get()
    Locale.get_default()
    with django_assert_num_queries(1):
        effective_rules(appointment_type, settings)
