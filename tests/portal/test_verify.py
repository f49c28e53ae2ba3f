from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.test import Client as Browser
from django.urls import reverse

from tests.factories import make_client
from tests.portal.reading import soup, text, value
from wagtail_clientportal.actions.refusals import PortalOff
from wagtail_clientportal.models import MagicLink, PortalSession


def test_an_appointment_link_opens_its_appointment(portal):
    portal.get(portal.appointment_link())
    response = portal.answer()
    assert response["Location"] == portal.of(portal.clinic.appointment)
    assert PortalSession.objects.get().appointment == portal.clinic.appointment


def test_a_sign_in_link_opens_all_appointments(portal):
    portal.get(portal.sign_in_link())
    assert portal.answer()["Location"] == "/portal/appointments/"
    assert PortalSession.objects.get().is_full


@pytest.mark.parametrize("month", ["12", "dec", "December", "DEC.", "decem", " 12 "])
def test_a_month_may_be_a_number_or_a_name(portal, month):
    portal.get(portal.appointment_link())
    assert portal.answer(month=month).status_code == 302


@pytest.mark.parametrize("postcode", ["SW1A 1AA", "sw1a1aa", "sw1a-iaa", "  Sw1a 1 aa "])
def test_a_postcode_is_compared_without_case_and_spaces(portal, postcode):
    portal.get(portal.appointment_link())
    assert portal.answer(postcode=postcode).status_code == 302


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"day": "31", "month": "2"}, "real date"),
        ({"day": "0"}, "real date"),
        ({"day": "9\0"}, "Null characters"),
        ({"month": "13"}, "month as a number or a name"),
        ({"month": "ma"}, "month as a number or a name"),
        ({"month": "😀"}, "month as a number or a name"),
        ({"year": "56"}, "four digits"),
        ({"year": "2090"}, "in the past"),
        ({"year": "1066"}, "real date"),
        ({"year": "99999999999"}, "real date"),
        ({"day": "", "month": "", "year": ""}, "Enter your date of birth"),
        ({"day": ""}, "needs a day"),
        ({"month": ""}, "needs a month"),
        ({"year": ""}, "needs a year"),
        ({"postcode": ""}, "Enter your postcode"),
        ({"postcode": "---"}, "Enter a postcode"),
        ({"postcode": "x" * 10_000}, "Enter a postcode"),
    ],
)
def test_an_impossible_answer_is_a_field_error_and_costs_no_attempt(portal, answers, sentence):
    portal.get(portal.appointment_link())
    response = portal.answer(**answers)
    assert response.status_code == 200
    page = soup(response)
    assert sentence in page.select_one("[role=alert]").get_text()
    assert page.title.get_text().startswith("Error: Confirm who you are – ")
    target = page.select_one("[role=alert] a")["href"]
    assert page.select_one(target).name == "input"
    assert MagicLink.objects.get().failures == 0


@pytest.mark.parametrize("answers", [{"postcode": "N1 1AA"}, {"day": "8"}, {"year": "1957", "postcode": "N1 1AA"}])
def test_a_wrong_answer_never_says_which_part_was_wrong(portal, answers):
    portal.get(portal.appointment_link())
    page = text(portal.answer(**answers))
    assert "Those details don’t match our records. You can try 4 more times." in page
    assert MagicLink.objects.get().failures == 1


def test_five_wrong_answers_end_the_link(portal):
    link = portal.appointment_link()
    portal.get(link)
    for left in (4, 3, 2):
        assert f"{left} more times" in text(portal.answer(day="1"))
    assert "1 more time." in text(portal.answer(day="1"))
    assert "wrong too many times" in text(portal.answer(day="1"))
    assert "can’t be used any more" in text(portal.answer())
    assert portal.get(link)["Location"].startswith("/portal/verify/?ended=")


def test_without_a_link_there_is_nothing_to_answer(portal):
    assert "can’t be used any more" in text(portal.get("verify/"))
    assert "can’t be used any more" in text(portal.answer())


@pytest.mark.parametrize("posted", ["nonsense", "00000000-0000-0000-0000-000000000000", "\0", "😀"])
def test_a_form_about_an_unknown_link_never_falls_back_on_another_one(portal, posted):
    portal.get(portal.appointment_link())
    assert "can’t be used any more" in text(portal.answer(link=posted))
    assert not PortalSession.objects.exists()


def test_of_two_waiting_links_the_form_says_which_one_it_is_about(portal):
    later = portal.clinic.book(start=portal.now + timedelta(days=9))
    portal.get(portal.appointment_link())
    first = value(portal.get("verify/"), "link")
    portal.get(portal.appointment_link(later))
    assert portal.answer(link=first)["Location"] == portal.of(portal.clinic.appointment)


def _tab_with(portal, appointment):
    """The address that the script gives the tab in which a link to *appointment* was followed."""
    page = portal.get(portal.get(portal.appointment_link(appointment))["Location"])
    return f"/portal/verify/?link={value(page, 'link')}"


def test_of_two_links_in_two_tabs_each_tab_stays_with_its_own(portal):
    later = portal.clinic.book(start=portal.now + timedelta(days=9))
    one, two = (_tab_with(portal, about) for about in (portal.clinic.appointment, later))
    for tab, appointment in ((one, portal.clinic.appointment), (two, later), (one, portal.clinic.appointment)):
        link = MagicLink.objects.get(public_id=value(portal.get(tab), "link"))
        assert link.appointment == appointment
    assert portal.answer(link=value(portal.get(one), "link"))["Location"] == portal.of(portal.clinic.appointment)
    assert portal.answer(link=value(portal.get(two), "link"))["Location"] == portal.of(later)


def test_the_address_of_a_tab_opens_nothing_in_another_browser(portal):
    tab = _tab_with(portal, portal.clinic.appointment)
    assert "can’t be used any more" in text(Browser().get(tab))


def test_missing_details_are_named_behind_a_valid_link_alone(portal):
    client = portal.clinic.client
    client.postcode = ""
    client.save()
    assert "missing" not in text(portal.get("verify/"))
    portal.get(portal.appointment_link())
    for response in (portal.get("verify/"), portal.answer()):
        page = text(response)
        assert "Your date of birth or postcode is missing" in page
        assert "020 7946 0999" in page


def test_twins_are_asked_for_their_first_name(portal):
    make_client(first_name="Zoë")
    portal.get(portal.sign_in_link())
    page = soup(portal.answer())
    assert page.select_one("#first_name") is not None
    assert not page.title.get_text().startswith("Error")
    assert page.select_one("#postcode")["value"] == "sw1a1aa"
    assert "Enter your first name" in text(portal.answer(first_name=""))
    assert portal.answer(first_name="zoe").status_code == 302
    assert PortalSession.objects.get().client.first_name == "Zoë"


def test_two_of_one_name_are_asked_to_ring(portal):
    make_client()
    portal.get(portal.sign_in_link())
    page = text(portal.answer(first_name="Margaret"))
    assert "Please ring us" in page
    assert "020 7946 0999" in page
    assert not PortalSession.objects.exists()


def test_a_session_stands_until_somebody_else_has_proved_who_they_are(portal):
    portal.sign_in()
    other = make_client(email="tom@example.org", mobile="", first_name="Tom", date_of_birth="1960-01-02")
    portal.get(portal.sign_in_link("tom@example.org"))
    assert portal.get("appointments/").status_code == 200
    assert "match" in text(portal.answer())
    assert portal.get("appointments/").status_code == 200
    portal.answer(day="2", month="1", year="1960")
    assert PortalSession.objects.get(ended_at=None).client == other
    page = text(portal.get("appointments/"))
    assert "Somebody else was signed in on this device" in page
    assert "Somebody else" not in text(portal.get("appointments/"))


def test_who_signs_in_again_is_told_what_they_see_now(portal):
    page = text(portal.open_appointment().sign_in().get("appointments/"))
    assert "You were signed in on this device already" in page and "Somebody else" not in page


def test_the_same_answers_sent_twice_lead_to_the_appointments(portal):
    portal.get(portal.sign_in_link())
    link = value(portal.get("verify/"), "link")
    portal.answer(link=link)
    assert portal.answer(link=link)["Location"] == "/portal/appointments/"


@pytest.fixture(params=["sign_in_link", "appointment_link"])
def twice(request, portal):
    """Two browsers with the same cookies, as one is whose first answer was lost, at the form about a link."""
    portal.get(getattr(portal, request.param)())
    second = Browser()
    second.cookies = portal.browser.cookies.copy()
    form = {"link": value(portal.get("verify/"), "link")}
    return portal, second, portal.ANSWERS | form


def test_a_form_that_is_sent_again_before_its_first_answer_came_signs_in_all_the_same(twice):
    portal, second, form = twice
    first_answer = portal.post("verify/", form)
    assert second.post("/portal/verify/", form)["Location"] == first_answer["Location"]
    assert second.get("/portal/appointments/").status_code == 200


def test_a_form_that_is_sent_again_and_again_begins_one_session(twice):
    portal, second, form = twice
    third = Browser()
    third.cookies = second.cookies.copy()
    for browser in (portal.browser, second, third):
        browser.post("/portal/verify/", form)
    assert PortalSession.objects.count() == 1
    for browser in (portal.browser, second, third):
        assert browser.get("/portal/appointments/").status_code == 200


def test_sent_again_with_wrong_answers_it_opens_nothing(twice):
    portal, second, form = twice
    portal.post("verify/", form)
    assert "match" in text(second.post("/portal/verify/", form | {"day": "8"}))
    assert second.get("/portal/appointments/").status_code == 302


def test_sent_again_after_signing_out_it_opens_nothing(twice):
    portal, second, form = twice
    portal.post("verify/", form)
    portal.post("sign-out/")
    assert "can’t be used any more" in text(second.post("/portal/verify/", form))
    assert second.get("/portal/appointments/").status_code == 302


def test_sent_again_as_somebody_else_it_opens_nothing(portal):
    make_client(first_name="Tom", date_of_birth="1960-01-02")
    portal.get(portal.sign_in_link())
    second = Browser()
    second.cookies = portal.browser.cookies.copy()
    form = portal.ANSWERS | {"link": value(portal.get("verify/"), "link")}
    portal.post("verify/", form)
    as_tom = form | {"day": "2", "month": "1", "year": "1960"}
    assert "can’t be used any more" in text(second.post("/portal/verify/", as_tom))
    assert second.get("/portal/appointments/").status_code == 302
    assert PortalSession.objects.get().client == portal.clinic.client


def test_a_form_about_an_appointment_that_is_sent_twice_signs_in_though_its_link_was_used_and_left_before(portal):
    link = portal.appointment_link()
    portal.get(link)
    portal.answer()
    portal.post("sign-out/")
    portal.wait(minutes=5)
    portal.get(link)
    second = Browser()
    second.cookies = portal.browser.cookies.copy()
    form = portal.ANSWERS | {"link": value(portal.get("verify/"), "link")}
    for browser in (portal.browser, second):
        assert browser.post("/portal/verify/", form)["Location"] == portal.of(portal.clinic.appointment)


def test_sent_again_a_minute_later_it_opens_nothing(twice):
    portal, second, form = twice
    portal.post("verify/", form)
    portal.wait(minutes=1)
    assert "can’t be used any more" in text(second.post("/portal/verify/", form))
    assert second.get("/portal/appointments/").status_code == 302


def test_sent_again_by_another_browser_it_opens_nothing(twice):
    portal, _second, form = twice
    portal.post("verify/", form)
    stranger, follower = Browser(), Browser()
    stranger.cookies["sessionid"] = "0123456789abcdefghijklmnopqrstuv"
    follower.get("/portal/verify/?ended=1")
    for browser in (stranger, follower):
        assert "can’t be used any more" in text(browser.post("/portal/verify/", form))


def test_a_sign_in_link_that_two_browsers_follow_opens_for_the_first_alone(portal):
    link, second = portal.sign_in_link(), Browser()
    portal.get(link)
    second.get(link)
    form = portal.ANSWERS | {"link": value(portal.get("verify/"), "link")}
    portal.post("verify/", form)
    assert "can’t be used any more" in text(second.post("/portal/verify/", form))
    assert PortalSession.objects.count() == 1


def test_proving_who_one_is_gives_the_browser_a_new_session_key(portal):
    """Whoever planted the old one, or read it, is not signed in by that."""
    portal.get(portal.sign_in_link())
    planted = portal.browser.cookies["sessionid"].value
    portal.answer()
    assert portal.browser.cookies["sessionid"].value != planted
    thief = Browser()
    thief.cookies["sessionid"] = planted
    assert thief.get("/portal/appointments/")["Location"] == "/portal/"


@pytest.fixture
def planted(portal):
    """Somebody who knows the session key that the client's browser had before it followed a link, and the answers."""
    portal.get("/portal/appointments/")
    session = SessionStore()
    session["basket"] = "of some shop on the same site"
    session.create()
    stranger = Browser()
    for browser in (stranger, portal.browser):
        browser.cookies["sessionid"] = session.session_key
    return stranger


@pytest.mark.parametrize("kind", ["sign_in_link", "appointment_link"])
def test_whoever_planted_the_session_key_is_not_asked_who_they_are_behind_a_link_that_another_followed(
    portal, planted, kind
):
    portal.get(getattr(portal, kind)())
    assert portal.browser.session["basket"] == "of some shop on the same site"
    form = portal.ANSWERS | {"link": value(portal.get("verify/"), "link")}
    for answers in (portal.ANSWERS, form):
        assert "can’t be used any more" in text(planted.post("/portal/verify/", answers))
    portal.post("verify/", form)
    for answers in (portal.ANSWERS, form):  # nor within the minute in which a form may be sent twice
        assert "can’t be used any more" in text(planted.post("/portal/verify/", answers))
    assert PortalSession.objects.count() == 1
    assert planted.get("/portal/appointments/")["Location"] == "/portal/"


def test_head_changes_no_session_key(portal, planted):
    before = portal.browser.cookies["sessionid"].value
    portal.browser.head(portal.sign_in_link())
    assert portal.browser.cookies["sessionid"].value == before


def test_links_that_are_followed_one_after_the_other_wait_side_by_side_under_the_new_key(portal):
    later = portal.clinic.book(start=portal.now + timedelta(days=9))
    keys = set()
    for about in (portal.clinic.appointment, later):
        portal.get(portal.appointment_link(about))
        keys.add(portal.browser.cookies["sessionid"].value)
    assert len(keys) == 2
    waiting = [link.public_id for link in MagicLink.objects.order_by("pk")]
    for link, about in zip(waiting, (portal.clinic.appointment, later), strict=True):
        assert portal.answer(link=str(link))["Location"] == portal.of(about)


def test_signing_out_leaves_nothing_under_the_old_session_key(portal, admin_user):
    portal.browser.force_login(admin_user)
    portal.sign_in()
    copied = Browser()
    copied.cookies["sessionid"] = portal.browser.cookies["sessionid"].value
    portal.post("sign-out/")
    assert portal.browser.session["_auth_user_id"] == str(admin_user.pk)
    portal.get(portal.sign_in_link())
    assert "can’t be used any more" in text(copied.post("/portal/verify/", portal.ANSWERS))
    assert "_auth_user_id" not in copied.session


def test_a_browser_that_signs_out_and_has_nothing_else_to_keep_loses_its_cookie(portal):
    portal.sign_in()
    portal.post("sign-out/")
    assert portal.browser.cookies["sessionid"].value == ""
    assert not Session.objects.exists()


@pytest.mark.parametrize("path", ["verify/?next=//evil.example/", "verify/?next=https://evil.example/"])
def test_nobody_is_led_elsewhere_after_the_check(portal, path):
    portal.get(portal.sign_in_link())
    answers = portal.ANSWERS | {"next": "//evil.example/"}
    assert portal.post(path, answers)["Location"] == "/portal/appointments/"


def test_a_portal_that_is_switched_off_during_the_check_lets_nobody_in(portal, monkeypatch):
    def off(*args, **kwargs):
        raise PortalOff

    portal.get(portal.sign_in_link())
    monkeypatch.setattr("wagtail_clientportal.portal.views.verify.verify_identity", off)
    assert "closed" in text(portal.answer())
    assert not PortalSession.objects.exists()


def test_a_portal_that_is_switched_off_while_the_link_is_looked_at_says_so(portal, monkeypatch):
    def off(*args, **kwargs):
        raise PortalOff

    portal.get(portal.sign_in_link())
    monkeypatch.setattr("wagtail_clientportal.portal.views.verify.check_link", off)
    for response in (portal.get("verify/"), portal.answer()):
        assert response.status_code == 200 and "closed" in text(response)
    assert not PortalSession.objects.exists()


@pytest.mark.parametrize("values", [{"date_of_birth": date(1956, 12, 8)}, {"postcode": "N1 1AA"}])
def test_a_date_of_birth_or_postcode_that_is_corrected_ends_the_session_and_not_the_link(portal, values):
    link = portal.appointment_link()
    portal.sign_in()
    _set(portal.clinic.client, **values)
    assert portal.get("appointments/")["Location"] == "/portal/"
    assert portal.get(link)["Location"] == "/portal/verify/"


@pytest.mark.parametrize("field", ["date_of_birth", "postcode"])
def test_one_that_was_blank_and_is_filled_in_ends_nothing(portal, field):
    client = portal.clinic.client
    known = getattr(client, field)
    portal.sign_in()
    type(client).objects.update(**{field: None if field == "date_of_birth" else ""})
    client.refresh_from_db()
    # Taking it away ended the session: this one began while it was blank.
    PortalSession.objects.update(identity_version=client.identity_version)
    _set(client, **{field: known})
    assert portal.get("appointments/").status_code == 200


def _set(client, **values):
    for name, new in values.items():
        setattr(client, name, new)
    client.save()


def test_the_browser_may_fill_in_and_paste_every_answer(portal):
    portal.get(portal.sign_in_link())
    page = soup(portal.get("verify/"))
    filled_in = {name: page.select_one(f"input[name={name}]")["autocomplete"] for name in portal.ANSWERS}
    assert filled_in == {
        "day": "bday-day",
        "month": "bday-month",
        "year": "bday-year",
        "postcode": "postal-code",
    }
    assert not page.select("[onpaste], [oncopy], [ondrop], [onbeforeinput]")
    assert "paste" not in Path(finders.find("wagtail_clientportal/clientportal.js")).read_text(encoding="utf-8")


def test_a_staff_login_in_the_same_browser_is_left_alone(portal, admin_user):
    portal.browser.force_login(admin_user)
    portal.sign_in()
    portal.post("sign-out/")
    assert portal.browser.session["_auth_user_id"] == str(admin_user.pk)


def test_after_ten_wrong_answers_in_a_day_checks_pause_and_say_so(portal):
    for _ in range(2):
        portal.get(portal.appointment_link())
        for _ in range(5):
            portal.answer(year="1957")
    portal.get(portal.appointment_link())
    page = portal.answer()
    assert "Please ring us" in page.content.decode() and "020 7946 0999" in page.content.decode()
    portal.wait(hours=24)
    assert portal.answer().status_code == 302


@pytest.mark.parametrize(
    ("came_from", "noted"), [("81.2.69.142", "81.2.69.142"), ("2a02:8010::1", "2a02:8010::/64"), ("10.0.0.7", "")]
)
def test_a_session_notes_where_it_began_and_staff_see_it(portal, admin_client, came_from, noted):
    portal.browser.defaults["REMOTE_ADDR"] = came_from
    session = portal.sign_in() and PortalSession.objects.get()
    assert session.address == noted
    record = admin_client.get(reverse("clientportal_client:inspect", args=[session.client_id])).content.decode()
    assert (f"from {noted}" in record) if noted else ("from 10.0.0.7" not in record)
