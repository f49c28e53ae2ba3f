"""In their account settings everybody on the staff chooses what they are told of, and how."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.factories import NOW
from tests.staff.filling_in import filled_in
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import Clinician, Notification, NotificationPreferences, OutboundMessage

KINDS = Notification.Kind.values
# What Wagtail's own panels of the page ask for.
ACCOUNT = {
    "name_email-first_name": "Sam",
    "name_email-last_name": "Lind",
    "name_email-email": "sam@harbour.example",
    "theme-theme": "system",
    "theme-contrast": "system",
    "theme-density": "default",
    "theme-keyboard_shortcuts": "on",
    "locale-preferred_language": "",
    "locale-current_time_zone": "",
}


def sam():
    return get_user_model().objects.get(username="sam")


def account(browser):
    response = browser.get(reverse("wagtailadmin_account"))
    assert response.status_code == 200
    return response.content.decode()


def choose(browser, **values):
    chosen = {"whose": "own", "in_admin": KINDS, "by_email": KINDS, "within_days": "", "shown": "True"} | values
    data = ACCOUNT | {f"client_portal-{name}": value for name, value in chosen.items() if value is not None}
    return browser.post(reverse("wagtailadmin_account"), data)


def test_everything_is_chosen_at_first(staff_with, db):
    html = account(staff_with("view_appointment"))
    assert "Client portal notifications" in html
    for name in ("in_admin", "by_email"):
        assert html.count(f'name="client_portal-{name}"') == len(KINDS)
    assert html.count("checked") >= 2 * len(KINDS)
    assert 'type="hidden" name="client_portal-shown"' in html and "Shown" not in html
    assert not NotificationPreferences.objects.exists()


def test_what_is_chosen_is_kept_and_shown_again(staff_with, db):
    browser = staff_with("view_appointment")
    response = choose(
        browser, whose="everybody", in_admin=["changed", "cancelled"], by_email=["cancelled"], within_days="7"
    )
    assert response.status_code == 302
    wants = NotificationPreferences.objects.get(user=sam())
    assert wants.tells_of == "everybody" and wants.within_days == 7
    assert set(wants.muted_in_admin) == set(KINDS) - {"changed", "cancelled"}
    assert set(wants.muted_by_email) == set(KINDS) - {"cancelled"}
    response = browser.get(reverse("wagtailadmin_account"))
    form = next(
        panel.get_form()
        for panels in response.context["panels_by_tab"].values()
        for panel in panels
        if panel.name == "client_portal"
    )
    assert form.initial["in_admin"] == ["changed", "cancelled"] and form.initial["by_email"] == ["cancelled"]
    assert 'value="7"' in response.content.decode()


def test_nothing_ticked_mutes_everything(staff_with, db):
    choose(staff_with("view_appointment"), in_admin=[], by_email=[])
    wants = NotificationPreferences.objects.get()
    assert wants.muted_in_admin == wants.muted_by_email == KINDS


def test_what_was_chosen_decides_what_one_is_told(staff_with, clinic):
    browser = staff_with("view_appointment")
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=sam())
    choose(browser, in_admin=["client_message"], by_email=[])
    cancel(clinic.appointment, message="Hello", by=clinic.client, now=NOW)
    assert [told.kind for told in Notification.objects.all()] == ["client_message"]
    assert not OutboundMessage.objects.filter(about="staff").exists()


@pytest.mark.parametrize("days", ["0", "-1", "366", "x", "1.5", "9" * 30])
def test_impossible_days_are_refused_at_the_field_and_nothing_is_lost(staff_with, db, days):
    browser = staff_with("view_appointment")
    choose(browser, within_days="5")
    response = choose(browser, in_admin=["changed"], within_days=days)
    assert response.status_code == 200
    form = next(
        panel.get_form()
        for panels in response.context_data["panels_by_tab"].values()
        for panel in panels
        if panel.name == "client_portal"
    )
    assert form.errors.keys() == {"within_days"} and form["in_admin"].value() == ["changed"]
    html = response.content.decode()
    assert "Enter a number of days from 1 to 365, or leave it empty." in html and f'value="{days}"' in html
    wants = NotificationPreferences.objects.get()
    assert wants.within_days == 5 and wants.muted_in_admin == []


def test_a_forged_kind_is_refused(staff_with, db):
    assert choose(staff_with("view_appointment"), in_admin=["x"]).status_code == 200
    assert not NotificationPreferences.objects.exists()


def test_everybodys_is_offered_only_to_those_who_may_see_every_diary(staff_with, db):
    browser = staff_with("view_appointment", own_diary=True)
    assert 'name="client_portal-whose"' not in account(browser)
    assert choose(browser, whose="everybody").status_code == 302
    assert NotificationPreferences.objects.get().whose == ""


def test_the_panel_is_for_those_who_use_the_portal(staff_with, db):
    browser = staff_with()
    assert "Client portal notifications" not in account(browser)
    assert choose(browser, in_admin=[]).status_code == 302
    assert not NotificationPreferences.objects.exists()


def test_a_form_without_the_panel_leaves_the_preferences_alone(staff_with, db):
    browser = staff_with("view_appointment")
    choose(browser, in_admin=["changed"])
    assert choose(browser, whose=None, in_admin=None, by_email=None, within_days=None, shown=None).status_code == 302
    assert set(NotificationPreferences.objects.get().muted_in_admin) == set(KINDS) - {"changed"}


def test_choosing_keeps_when_one_was_last_here(staff_with, db):
    browser = staff_with("view_appointment")
    NotificationPreferences.objects.create(user=sam(), here_at=NOW, last_here_at=NOW - timedelta(days=1))
    choose(browser, within_days="3")
    wants = NotificationPreferences.objects.get()
    assert wants.here_at == NOW and wants.last_here_at == NOW - timedelta(days=1) and wants.within_days == 3


def opened(browser):
    """What the page sends of our panel, and of Wagtail's own, where nobody chooses anything."""
    return filled_in(browser.get(reverse("wagtailadmin_account")), "form:has([name^=client_portal])") | ACCOUNT


@pytest.mark.parametrize("chosen_before", [True, False])
def test_one_window_undoes_nothing_that_was_chosen_in_another(staff_with, db, chosen_before):
    browser = staff_with("view_appointment")
    if chosen_before:
        choose(browser, within_days="5")
    first, second = opened(browser), opened(browser)
    url = reverse("wagtailadmin_account")
    assert browser.post(url, first | {"client_portal-in_admin": ["changed"]}).status_code == 302
    told = browser.post(url, second | {"client_portal-within_days": "7"})
    assert told.status_code == 200
    assert told.content.decode().count("Nothing was saved. Look under “Notifications” at") == 1
    assert "changed in the meantime by yourself, in another window" in told.content.decode()
    assert "“Tell me in the admin” is now: " in told.content.decode()
    assert NotificationPreferences.objects.get().within_days == (5 if chosen_before else None)
    shown = filled_in(told, "form:has([name^=client_portal])")
    assert browser.post(url, shown | ACCOUNT).status_code == 302
    wants = NotificationPreferences.objects.get()
    assert wants.within_days == 7 and set(wants.muted_in_admin) == set(KINDS) - {"changed"}


def test_the_page_says_whose_appointments_a_receptionist_hears_of_before_she_chooses(staff_with, db):
    html = account(staff_with("view_appointment"))
    assert re.search(r'value="everybody"[^>]* checked', html) and not re.search(r'value="own"[^>]* checked', html)


def test_the_page_says_the_same_of_a_clinician_who_sees_every_diary(staff_with, db):
    browser = staff_with("view_appointment")
    Clinician.objects.create(name="Sam", user=sam())
    assert re.search(r'value="own"[^>]* checked', account(browser))


def test_who_chooses_something_else_has_not_chosen_whose(staff_with, db):
    choose(staff_with("view_appointment"), whose="everybody", by_email=[])
    assert NotificationPreferences.objects.get().whose == ""
