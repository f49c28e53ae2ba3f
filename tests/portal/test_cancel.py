from datetime import timedelta

import pytest
from wagtail import hooks

from tests.portal.reading import soup, text, value
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.steps.site_veto import HOOK
from wagtail_clientportal.models import Appointment, AppointmentEvent, ClientMessage, OutboundMessage, PortalPolicy


@pytest.fixture
def portal(portal):
    return portal.sign_in()


def _cancel(portal, **data):
    return portal.post(portal.of(portal.clinic.appointment, "cancel/"), data)


def _page(portal):
    return portal.get(portal.of(portal.clinic.appointment, "cancel/"))


def _stands(portal):
    portal.clinic.appointment.refresh_from_db()
    return portal.clinic.appointment.holds_place


def _policy(**values):
    policy = PortalPolicy.objects.get()
    for name in values:
        setattr(policy, name, values[name])
    policy.save_revision().publish()


def test_the_page_shows_the_policy_and_cancels_nothing(portal):
    page = text(_page(portal))
    assert "Cancel this appointment?" in page
    assert "Please give us at least 24 hours’ notice" in page
    assert _stands(portal)


def test_a_cancellation_frees_the_place_and_says_so(portal):
    response = _cancel(portal, message="I am well again", policy_revision=value(_page(portal), "policy_revision"))
    assert (response.status_code, response["Location"]) == (302, portal.of(portal.clinic.appointment))
    assert not _stands(portal)
    event = AppointmentEvent.objects.get()
    assert (event.kind, event.by_kind, event.policy_shown) == ("cancelled", "client", True)
    assert ClientMessage.objects.get().body == "I am well again"
    told = OutboundMessage.objects.filter(client=portal.clinic.client)
    assert sorted(told.values_list("channel", flat=True)) == ["email", "sms"]
    page = portal.get(response["Location"])
    assert "Your appointment has been cancelled" in soup(page).select_one("[role=status]").get_text()
    assert "Cancelled" in text(page)
    assert "has been cancelled" not in text(portal.get(response["Location"]))


def test_the_same_form_sent_twice_shows_what_it_did(portal):
    _cancel(portal)
    second = _cancel(portal)
    assert second.status_code == 302
    assert AppointmentEvent.objects.count() == 1
    assert "has been cancelled" in text(portal.get(second["Location"]))


def test_whoever_goes_back_after_cancelling_is_told_that_it_has_happened(portal):
    _cancel(portal)
    portal.get(portal.of(portal.clinic.appointment))
    for again in (_page, _cancel):
        location = again(portal)["Location"]
        assert location == portal.of(portal.clinic.appointment)
        assert "Your appointment has been cancelled" in text(portal.get(location))
    assert AppointmentEvent.objects.count() == 1


def test_what_the_clinic_cancelled_has_no_page_to_cancel_it(portal, django_user_model):
    cancel(portal.clinic.appointment, by=django_user_model.objects.create(username="desk"))
    for response in (_page(portal), _cancel(portal)):
        assert "can’t be changed or cancelled any more" in text(response)


def test_changes_but_no_cancellations(portal):
    _policy(cancellations_enabled=False)
    detail = text(portal.get(portal.of(portal.clinic.appointment)))
    assert "Change the date or time" in detail
    assert "Cancel this appointment" not in detail
    for response in (_page(portal), _cancel(portal)):
        assert "can’t be cancelled online" in text(response)
        assert "020 7946 0000" in text(response)
    assert _stands(portal)


def test_too_late_names_the_rule_the_deadline_and_the_phone(portal):
    _policy(cancellation_window=timedelta(hours=48))
    portal.wait(hours=2, seconds=1)
    portal.sign_in()
    for response in (_page(portal), _cancel(portal)):
        page = text(response)
        assert "too late to cancel" in page
        assert "until 48 hours before they start" in page
        assert "Monday 23 November 2026 at 10am" in page
        assert soup(response).select_one('a[href="tel:+442079460000"]')
    assert _stands(portal)


def test_a_policy_that_changed_meanwhile_is_shown_again_and_cancels_nothing(portal):
    old = value(_page(portal), "policy_revision")
    _policy(cancellation_policy="<p>Half the fee from now on.</p>")
    response = _cancel(portal, policy_revision=old, message="kept")
    assert "Our policy changed while you were reading it" in text(response)
    assert "Half the fee from now on." in text(response)
    assert soup(response).select_one("#message").get_text().strip() == "kept"
    assert _stands(portal)


@pytest.mark.parametrize("message", ["x" * 2001, "a\0b"])
def test_a_message_that_does_not_fit_is_a_field_error(portal, message):
    response = _cancel(portal, message=message)
    assert soup(response).select_one("[role=alert] a")["href"] == "#message"
    assert _stands(portal)


def test_how_long_a_message_may_be_is_said_beside_it(portal):
    assert "up to 2000 characters" in soup(_page(portal)).get_text()


def test_a_message_in_any_script_is_kept(portal):
    _cancel(portal, message="‮שלום 😀 <script>")
    assert ClientMessage.objects.get().body == "‮שלום 😀 <script>"


def test_where_the_site_says_no_the_client_reads_its_sentence_as_text(portal):
    with hooks.register_temporarily(HOOK, lambda action, **values: "Please <b>ring</b> us."):
        page = text(_cancel(portal))
    assert "Please <b>ring</b> us." in page and "Your appointment is still on Wednesday 25 November 2026" in page
    assert Appointment.objects.get().holds_place
