"""Staff who see clients prove a second factor, and nobody gets round it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.models import ModelLogEntry

from tests.factories import NOW
from tests.staff.test_access import NOT_PAGES
from tests.staff.urls_of_the_app import named_patterns
from wagtail_clientportal.models import OutboundMessage

from .phone import ENROL, VERIFY, Phone, prove, require_second_factor

HOME = "/admin/"
COOKIE = "clientportal_second_factor"
OWN, PEOPLE = reverse("clientportal_secondfactor:own"), reverse("clientportal_secondfactor:people")
A_WHILE = timedelta(seconds=90)  # after which a phone shows another code


@pytest.fixture
def required(settings):
    require_second_factor(settings)


def make_user(name, group="Clinic receptionist"):
    user = get_user_model().objects.create_user(name, password="secret")
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def receptionist(clinic):
    return make_user("robin")


@pytest.fixture
def browser(receptionist):
    """Django's test client, signed in with the receptionist's password alone."""
    return signed_in(receptionist)


def signed_in(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def logged_out_and_in(browser, user):
    """Logging out leaves the cookie by which a browser is remembered."""
    after = signed_in(user)
    if kept := browser.cookies.get(COOKIE):
        after.cookies[COOKIE] = kept.value
    return after


def is_let_in(browser):
    return browser.get(HOME).status_code == 200


def said(response):
    return re.sub(r"\s+", " ", response.content.decode())


def logged(user):
    return list(ModelLogEntry.objects.filter(object_id=str(user.pk)).values_list("action", flat=True).order_by("pk"))


# Setting it up


def test_nobody_is_asked_where_it_is_off(browser):
    assert is_let_in(browser)


def test_whoever_sees_clients_sets_it_up_at_the_first_login_and_is_let_in(browser, receptionist, required):
    response = browser.get(HOME, follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse(ENROL))
    codes = Phone().set_up(browser)
    assert len(set(codes)) == 10
    assert is_let_in(browser)
    assert logged(receptionist) == ["clientportal.second_factor_set_up"]


def test_whoever_sees_no_client_is_not_asked(required, clinic):
    assert is_let_in(signed_in(make_user("page editor", "Editors")))


def test_looking_at_the_page_makes_nothing(browser, required):
    browser.get(reverse(ENROL))
    assert not TOTPDevice.objects.exists()


def test_a_code_of_another_key_sets_up_nothing_and_keeps_the_qr_code(browser, required):
    page = browser.get(reverse(ENROL))
    key = page.context["form"].initial["key"]
    response = browser.post(reverse(ENROL), {"key": key, "code": "123456"})
    assert "That code isn’t right" in said(response)
    assert response.context["key_in_words"] == page.context["key_in_words"]
    assert not TOTPDevice.objects.exists()


@pytest.mark.parametrize("key", ["", "forged", "WyIxIiwgIjAwIl0:1abc:xyz"])
def test_a_key_that_is_not_ours_is_refused(browser, required, key):
    response = browser.post(reverse(ENROL), {"key": key, "code": "123456"})
    assert "Here is a new QR code" in said(response)
    assert not TOTPDevice.objects.exists()


def test_a_page_that_was_open_for_hours_shows_a_new_qr_code(browser, required, clock):
    key = browser.get(reverse(ENROL)).context["form"].initial["key"]
    clock.move_to(NOW + timedelta(hours=2), tick=False)
    response = browser.post(reverse(ENROL), {"key": key, "code": "123456"})
    assert "Here is a new QR code" in said(response) and key not in said(response)


def test_a_key_that_was_shown_to_somebody_else_is_refused(browser, required):
    key = signed_in(make_user("colleague")).get(reverse(ENROL)).context["form"].initial["key"]
    assert "Here is a new QR code" in said(browser.post(reverse(ENROL), {"key": key, "code": "123456"}))


# Proving it


def test_each_login_asks_again_and_leads_to_where_somebody_was_going(browser, receptionist, required, clock):
    phone = Phone()
    phone.set_up(browser)
    browser = signed_in(receptionist)
    clients = reverse("clientportal_client:index")
    asked = browser.get(f"{clients}?q=Hale")
    assert asked.url == f"{reverse(VERIFY)}?next={clients.replace('/', '%2F')}%3Fq%3DHale"
    clock.move_to(NOW + A_WHILE, tick=False)
    assert prove(browser, phone.code, next=f"{clients}?q=Hale").url == f"{clients}?q=Hale"
    assert is_let_in(browser)


def test_nobody_is_led_to_another_site(browser, receptionist, required, clock):
    phone = Phone()
    phone.set_up(browser)
    browser = signed_in(receptionist)
    clock.move_to(NOW + A_WHILE, tick=False)
    assert prove(browser, phone.code, next="https://elsewhere.example/").url == HOME


def test_a_code_works_once(browser, receptionist, required, clock):
    phone = Phone()
    phone.set_up(browser)
    clock.move_to(NOW + A_WHILE, tick=False)
    first, second = signed_in(receptionist), signed_in(receptionist)
    assert prove(first, phone.code).status_code == 302
    assert "Each one works once" in said(prove(second, phone.code))
    assert not is_let_in(second)


def test_after_a_wrong_code_even_the_right_one_has_to_wait(browser, receptionist, required, clock):
    phone = Phone()
    phone.set_up(browser)
    thief = signed_in(receptionist)
    clock.move_to(NOW + A_WHILE, tick=False)
    for _attempt in range(5):
        prove(thief, phone.wrong_code)
    waits = said(prove(thief, phone.code))
    assert "came too soon after a wrong code" in waits
    assert not is_let_in(thief)


@pytest.mark.parametrize("code", ["", "abc", "１２３４５６", "0" * 40, "1e5", "-1", "nul\0l"])
def test_what_is_no_code_opens_nothing(browser, receptionist, required, code):
    Phone().set_up(browser)
    browser = signed_in(receptionist)
    assert prove(browser, code).status_code == 200
    assert not is_let_in(browser)


def test_whoever_has_not_proved_it_cannot_set_up_another_phone(browser, receptionist, required):
    Phone().set_up(browser)
    thief = signed_in(receptionist)
    for response in (thief.get(reverse(ENROL)), thief.post(reverse(ENROL), {"code": "123456"}), thief.post(OWN)):
        assert response.status_code == 302 and response.url.startswith(reverse(VERIFY))
    assert TOTPDevice.objects.count() == 1


def test_the_key_of_an_older_page_replaces_no_phone(browser, receptionist, required, clock):
    thief, phone = signed_in(receptionist), Phone()
    key = thief.get(reverse(ENROL)).context["form"].initial["key"]
    phone.set_up(browser)
    assert thief.post(reverse(ENROL), {"key": key, "code": phone.code}).status_code == 302
    assert not is_let_in(thief)


def test_what_one_proved_opens_nothing_for_who_logs_in_after_them(browser, required):
    Phone().set_up(browser)
    colleague = make_user("colleague")
    Phone().set_up(signed_in(colleague))
    browser.force_login(colleague)
    assert not is_let_in(browser)


def test_no_page_of_the_admin_answers_a_password_alone(browser, required):
    asked = 0
    for name, pattern in named_patterns():
        if pattern.pattern.regex.groups or name in NOT_PAGES or not reverse(name).startswith(HOME):
            continue
        response = browser.get(reverse(name))
        if response.status_code == 302 and response.url.startswith(reverse(VERIFY)):
            asked += 1
        else:
            assert name in OPEN, name
    assert asked > 50


OPEN = {
    "wagtailadmin_login",  # to the home page, which asks
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    VERIFY,
    ENROL,
}


# Recovery codes


def test_a_recovery_code_takes_the_phones_place_once(browser, receptionist, required):
    codes = Phone().set_up(browser)
    first, second = signed_in(receptionist), signed_in(receptionist)
    assert prove(first, codes[0].upper()).status_code == 302
    assert is_let_in(first)
    assert prove(second, codes[0]).status_code == 200
    assert not is_let_in(second)
    assert "9 recovery codes are left" in said(first.get(OWN))
    assert logged(receptionist)[-1] == "clientportal.recovery_code_used"


def test_no_recovery_code_is_stored(browser, required):
    codes = Phone().set_up(browser)
    stored = {token.token for token in StaticToken.objects.all()}
    assert len(stored) == 10 and not stored & {code.replace("-", "") for code in codes}


def test_what_is_stored_of_a_recovery_code_opens_nothing(browser, receptionist, required):
    Phone().set_up(browser)
    thief = signed_in(receptionist)
    prove(thief, StaticToken.objects.first().token)
    assert not is_let_in(thief)


def test_new_recovery_codes_end_the_old_ones(browser, receptionist, required, clock):
    old = Phone().set_up(browser)
    page = said(browser.post(OWN))
    assert not [code for code in old if code in page] and len(re.findall(r"<li><code>", page)) == 10
    thief = signed_in(receptionist)
    prove(thief, old[0])
    assert not is_let_in(thief)


def test_looking_at_the_own_page_makes_no_codes(browser, required):
    Phone().set_up(browser)
    before = set(StaticToken.objects.values_list("token", flat=True))
    assert "10 recovery codes are left" in said(browser.get(OWN))
    assert set(StaticToken.objects.values_list("token", flat=True)) == before


# Remembered browsers


@pytest.fixture
def remembered(browser, receptionist, settings, clock):
    """A browser on which the receptionist asked to be remembered for 14 days, and logged out and in since."""
    require_second_factor(settings, STAFF_OTP_REMEMBER=timedelta(days=14))
    phone = Phone()
    phone.set_up(browser)
    browser = signed_in(receptionist)
    assert "for 14 days" in said(browser.get(reverse(VERIFY)))
    clock.move_to(NOW + A_WHILE, tick=False)
    cookie = prove(browser, phone.code, remember="on").cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == HOME
    return logged_out_and_in(browser, receptionist)


def test_a_remembered_browser_is_asked_again_when_the_time_is_over(remembered, receptionist, clock):
    assert is_let_in(remembered)
    remembered = logged_out_and_in(remembered, receptionist)
    clock.move_to(NOW + timedelta(days=15), tick=False)
    assert not is_let_in(remembered)


def test_only_who_asks_is_remembered_and_only_where_the_settings_say_so(browser, receptionist, required, clock):
    phone = Phone()
    phone.set_up(browser)
    browser = signed_in(receptionist)
    assert "ask again" not in said(browser.get(reverse(VERIFY)))
    clock.move_to(NOW + A_WHILE, tick=False)
    prove(browser, phone.code, remember="on")
    browser = logged_out_and_in(browser, receptionist)
    assert not is_let_in(browser)


def test_a_remembered_browser_knows_nobody_else(remembered, receptionist):
    colleague = make_user("colleague")
    Phone().set_up(signed_in(colleague))
    remembered = logged_out_and_in(remembered, colleague)
    assert not is_let_in(remembered)


def test_a_new_password_forgets_remembered_browsers(remembered, receptionist):
    receptionist.set_password("another")
    receptionist.save()
    remembered = logged_out_and_in(remembered, receptionist)
    assert not is_let_in(remembered)


def test_a_reset_forgets_remembered_browsers(remembered, receptionist, clinic):
    call_command("clientportal_reset_second_factor", "robin")
    assert not is_let_in(remembered)


def test_a_cookie_that_somebody_made_up_or_changed_opens_nothing(remembered):
    remembered.cookies[COOKIE] = remembered.cookies[COOKIE].value[:-2]
    assert not is_let_in(remembered)


# Reset by a manager


@pytest.fixture
def manager(clinic, required):
    browser = signed_in(make_user("max", "Clinic manager"))
    Phone().set_up(browser)
    return browser


def reset_url(user):
    return reverse("clientportal_secondfactor:reset", args=[user.pk])


def test_a_manager_sees_who_has_one_and_resets_it(browser, receptionist, manager):
    Phone().set_up(browser)
    assert reset_url(receptionist) in said(manager.get(PEOPLE))
    manager.get(reset_url(receptionist))
    assert is_let_in(browser)
    manager.post(reset_url(receptionist))
    assert not is_let_in(browser)
    assert browser.get(HOME, follow=True).redirect_chain[-1][0].startswith(reverse(ENROL))
    assert logged(receptionist)[-1] == "clientportal.second_factor_reset"
    assert ModelLogEntry.objects.latest("pk").user.username == "max"
    assert reset_url(receptionist) not in said(manager.get(PEOPLE))


def test_who_had_it_reset_is_told_by_email(browser, receptionist, manager):
    receptionist.email = "robin@harbour.example"
    receptionist.save()
    Phone().set_up(browser)
    manager.post(reset_url(receptionist))
    told = OutboundMessage.objects.get(recipient="robin@harbour.example")
    assert told.subject == "Your second factor was reset"
    assert "was reset by max" in told.body and "change your password" in told.body
    # Once: there is nothing left to reset.
    manager.post(reset_url(receptionist))
    assert OutboundMessage.objects.filter(recipient="robin@harbour.example").count() == 1
    call_command("clientportal_send", verbosity=0)
    assert [one.to for one in mail.outbox] == [["robin@harbour.example"]]


def test_a_manager_resets_nobodys_who_may_do_more(manager, clinic):
    boss = get_user_model().objects.create_superuser("boss")
    Phone().set_up(signed_in(boss))
    assert reset_url(boss) not in said(manager.get(PEOPLE))
    manager.post(reset_url(boss))
    assert TOTPDevice.objects.filter(user=boss).exists()


@pytest.mark.parametrize("pk", ["987654", "nobody"])
def test_who_does_not_exist_is_not_reset(manager, pk):
    assert manager.post(reverse("clientportal_secondfactor:reset", args=[pk])).status_code == 404


def test_the_list_asks_no_more_often_for_more_people(manager, django_assert_max_num_queries):
    for number in range(30):
        make_user(f"user {number}")
    manager.get(PEOPLE)
    with django_assert_max_num_queries(30):
        assert "user 29" in said(manager.get(PEOPLE))


def test_whoever_looks_after_the_server_resets_what_nobody_else_can(browser, receptionist, required, capsys):
    Phone().set_up(browser)
    call_command("clientportal_reset_second_factor", "robin")
    assert "sets up a second factor at the next login" in capsys.readouterr().out
    assert not is_let_in(browser)
    for name in ("robin", "nobody"):
        with pytest.raises(CommandError, match=name):
            call_command("clientportal_reset_second_factor", name)


def test_the_account_leads_to_it(browser):
    assert OWN in said(browser.get(reverse("wagtailadmin_account")))
    # and is saved as before
    assert browser.post(reverse("wagtailadmin_account"), {}).status_code in (200, 302)


# A site's own sign-on


def says_yes(request):
    return request.session.get("by_sso") == "two factors"


def test_a_sites_own_sign_on_says_who_proved_it(browser, settings):
    require_second_factor(settings, STAFF_OTP_CHECK="tests.staff.second_factor.test_second_factor.says_yes")
    refused = browser.get(HOME)
    assert refused.status_code == 403 and "log in again with yours" in said(refused)
    session = browser.session
    session["by_sso"] = "two factors"
    session.save()
    assert is_let_in(browser)


def test_with_a_sites_own_sign_on_a_phone_of_ours_opens_nothing(browser, settings):
    Phone().set_up(browser)
    require_second_factor(settings, STAFF_OTP_CHECK="tests.staff.second_factor.test_second_factor.says_yes")
    assert browser.get(HOME).status_code == 403


@pytest.mark.urls("tests.staff.second_factor.without_admin")
def test_a_host_whose_urls_have_no_admin_answers_as_ever(required, browser):
    assert browser.get("/").content == b"Hello"
