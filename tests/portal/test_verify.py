from datetime import timedelta

import pytest

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
    assert portal.get(link)["Location"].endswith("?ended=1")


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


def test_the_same_answers_sent_twice_lead_to_the_appointments(portal):
    portal.get(portal.sign_in_link())
    link = value(portal.get("verify/"), "link")
    portal.answer(link=link)
    assert portal.answer(link=link)["Location"] == "/portal/appointments/"


def test_a_portal_that_is_switched_off_during_the_check_lets_nobody_in(portal, monkeypatch):
    def off(*args, **kwargs):
        raise PortalOff

    portal.get(portal.sign_in_link())
    monkeypatch.setattr("wagtail_clientportal.portal.views.verify.verify_identity", off)
    assert "closed" in text(portal.answer())
    assert not PortalSession.objects.exists()


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
