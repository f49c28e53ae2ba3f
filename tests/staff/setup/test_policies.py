"""A policy is a snippet: it is drafted, published, previewed and translated."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from wagtail.models import Locale

from wagtail_clientportal.models import AppointmentStatus, PortalPolicy

WORDING = '{"blocks": [{"key": "a", "text": "Be kind.", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": [], "data": {}}], "entityMap": {}}'  # noqa: E501


@pytest.fixture
def policy(db):
    return PortalPolicy.objects.get()


def url(view, *args):
    return reverse(PortalPolicy.snippet_viewset.get_url_name(view), args=args)


def form(**values):
    return {
        "name": "Strict policy",
        "changes_enabled": "on",
        "change_window_number": "3",
        "change_window_unit": "days",
        "cancellation_window_number": "24",
        "cancellation_window_unit": "hours",
        "status_after_cancellation": AppointmentStatus.objects.get(name="Cancelled").pk,
        "cancellation_policy": WORDING,
    } | values


@pytest.mark.parametrize("view", ["list", "list_results", "add"])
def test_the_list_and_the_form_open(boss, db, view):
    assert boss.get(url(view)).status_code == 200


@pytest.mark.parametrize("view", ["edit", "inspect", "delete", "history", "usage", "unpublish"])
def test_every_page_of_a_policy_opens(boss, policy, view):
    assert boss.get(url(view, policy.pk)).status_code == 200


def test_the_list_says_windows_as_people_do(boss, policy):
    PortalPolicy.objects.update(cancellations_enabled=False)
    page = boss.get(url("list")).content.decode()
    assert "until 24 hours before" in page
    assert "not online" in page
    assert "1 day, 0:00:00" not in page


def test_a_draft_changes_nothing_until_it_is_published(boss, policy):
    boss.post(url("edit", policy.pk), form())
    policy.refresh_from_db()
    assert policy.change_window == timedelta(hours=24)
    assert policy.has_unpublished_changes

    boss.post(url("edit", policy.pk), form() | {"action-publish": "1"})
    policy.refresh_from_db()
    assert policy.change_window == timedelta(days=3)
    assert not policy.cancellations_enabled
    assert policy.live_revision == policy.latest_revision


def test_a_policy_goes_live_when_it_was_typed_to_whoever_types_it(boss, policy):
    boss.post(url("edit", policy.pk), form(go_live_at="25/11/2026 2.30pm"))
    policy.refresh_from_db()
    assert policy.get_latest_revision_as_object().go_live_at == datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    page = boss.get(url("edit", policy.pk)).content.decode()
    assert 'value="25/11/2026 14:30"' in page and "Wednesday 25 November 2026 at 2:30pm" in page
    page = boss.post(url("edit", policy.pk), form(go_live_at="11/25/2026 2.30pm")).content.decode()
    assert 'value="11/25/2026 2.30pm"' in page and "like 25/11/2026" in page
    policy.refresh_from_db()
    assert policy.get_latest_revision_as_object().go_live_at.day == 25


def test_a_policy_can_be_added(boss, db):
    assert boss.post(url("add"), form() | {"action-publish": "1"}).status_code == 302
    assert PortalPolicy.objects.get(name="Strict policy").live


def test_only_a_status_that_frees_the_place_can_follow_a_cancellation(boss, policy):
    field = boss.get(url("edit", policy.pk)).context["form"].fields["status_after_cancellation"]
    assert not field.queryset.filter(attending=True).exists()
    assert field.queryset.filter(name="Cancelled").exists()
    booked = AppointmentStatus.objects.get(name="Booked")
    response = boss.post(url("edit", policy.pk), form(status_after_cancellation=booked.pk, **{"action-publish": "1"}))
    assert response.status_code == 200
    policy.refresh_from_db()
    assert policy.status_after_cancellation.name == "Cancelled"


@pytest.mark.parametrize("number", ["-1", "", "x", "9999999"])
def test_a_window_that_is_no_length_is_a_field_error(boss, policy, number):
    response = boss.post(url("edit", policy.pk), form(change_window_number=number, **{"action-publish": "1"}))
    assert response.status_code == 200
    assert "change_window" in response.context["form"].errors


def test_the_preview_says_the_deadlines_and_the_wording(boss, policy):
    preview = url("preview_on_edit", policy.pk)
    assert boss.post(preview, form(cancellations_enabled="on")).json()["is_valid"]
    page = boss.get(preview, {"mode": ""}).content.decode()
    # 08:00 on Monday 23 November, three days of window and three more
    assert "Sunday 29 November 2026 at 10am" in page
    assert "You can change this appointment online until Thursday 26 November 2026 at 10am." in page
    assert "You can cancel this appointment online until Saturday 28 November 2026 at 10am." in page
    assert "Be kind." in page


def test_the_preview_says_what_is_not_possible_online(boss, policy):
    preview = url("preview_on_edit", policy.pk)
    boss.post(preview, form())
    page = boss.get(preview, {"mode": ""}).content.decode()
    assert "can’t be cancelled online" in page


def test_two_revisions_are_compared_in_words(boss, policy):
    boss.post(url("edit", policy.pk), form() | {"action-publish": "1"})
    first, second = policy.revisions.order_by("pk")
    page = boss.get(url("revisions_compare", policy.pk, first.pk, second.pk)).content.decode()
    assert "24 hours" in page
    assert "3 days" not in page  # three days are said in hours
    assert "72 hours" in page
    assert "0:00:00" not in page


def test_a_translation_is_previewed_with_the_originals_windows(boss, policy):
    french = Locale.objects.create(language_code="fr")
    copy = policy.copy_for_translation(french)
    copy.change_window = timedelta(days=30)
    copy.cancellation_policy = "<p>Soyez aimables.</p>"
    copy.save()
    preview = url("preview_on_edit", copy.pk)
    boss.post(preview, form(change_window_number="30"))
    page = boss.get(preview, {"mode": ""}).content.decode()
    assert "2026" in page
    assert "26 novembre 2026" in page or "26 November 2026" in page


def test_a_translation_shows_no_deadline_that_is_not_in_force(boss, policy):
    """Written in French first, its English translation rules: the site is English, and that one isn't published."""
    french = PortalPolicy.objects.create(name="Politique", locale=Locale.objects.create(language_code="fr"))
    french.save_revision().publish()
    english = french.copy_for_translation(policy.locale)
    english.change_window = timedelta(hours=48)
    english.save()

    def previewed():
        boss.post(url("preview_on_edit", french.pk), form(cancellations_enabled="on"))
        return boss.get(url("preview_on_edit", french.pk), {"mode": ""}).content.decode()

    assert "can’t be changed online" in previewed() and "online until" not in previewed()
    english.save_revision().publish()
    # 48 hours before Saturday 28 November
    assert "change this appointment online until Thursday 26 November 2026 at 10am" in previewed()
