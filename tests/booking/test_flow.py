"""From "what for?" to "booked", for somebody new, somebody known and somebody signed in."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from tests.factories import make_clinician, make_location, make_type
from tests.portal.reading import hrefs, soup, text, value
from wagtail_clientportal.access.links import mint_sign_in_link
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.purge import purge
from wagtail_clientportal.models import (
    Appointment,
    AppointmentType,
    BookingRequest,
    BookingSettings,
    Client,
    ClientMessage,
    Clinician,
    Hold,
    OutboundMessage,
    PortalSettings,
)

FREE = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def booked():
    return Appointment.objects.filter(start=FREE)


def test_somebody_new_books_with_a_link_and_is_a_client_then(booking):
    sent = booking.ask()
    assert "We have sent a link to nia@example.org" in text(booking.get(sent))
    assert not booked().exists() and Hold.objects.exists()

    done = booking.confirm(booking.link())
    page = text(booking.get(done["Location"]))
    assert "Your appointment is booked" in page and "Thursday 26 November 2026 at 2pm" in page
    client = booked().get().client
    assert (client.full_name, client.date_of_birth, client.postcode) == ("Nia Nettle", date(1980, 2, 3), "ZX1 2AB")
    assert client.registered_online_at and ClientMessage.objects.get().body == "My knee."
    call_command("clientportal_send")
    [to_client] = [mail for mail in booking.mailoutbox if "Thank you for booking" in mail.subject]
    assert to_client.to == ["nia@example.org"] and to_client.attachments


def test_somebody_known_is_found_and_nothing_is_written_over(booking):
    before = Client.objects.values().get()
    booking.ask(**booking.KNOWN | {"last_name": "Other", "mobile": "07700 900999"})
    booking.confirm(booking.link())
    assert booked().get().client == booking.clinic.client
    assert Client.objects.values().get() == before


def test_whoever_is_signed_in_is_asked_for_a_message_only_and_has_booked_by_sending_it(booking):
    booking.sign_in()
    url = booking.details_url()
    page = booking.get(url)
    assert not soup(page).select_one("[name=email]")
    form = {name: value(page, name) for name in ("key", "policy_revision")} | {"message": "As before, please."}
    answers = [booking.post(url, form) for _twice in range(2)]
    assert {one["Location"] for one in answers} == {answers[0]["Location"]}
    assert booked().get().client == booking.clinic.client
    done = soup(booking.get(answers[0]["Location"]))
    assert (
        done.find("a", string="See, change or cancel it")["href"] == f"/portal/appointments/{booked().get().public_id}/"
    )
    assert "Add it to my calendar" in done.get_text()
    assert ClientMessage.objects.get().body == "As before, please."


def test_without_confirmation_it_is_booked_at_once(booking):
    BookingSettings.objects.update(confirm_contact=False)
    done = booking.ask()
    assert "/done/" in done and booked().get().client.full_name == "Nia Nettle"


def test_no_message_to_an_address_that_nobody_proved_holds_what_a_stranger_typed(booking):
    BookingSettings.objects.update(confirm_contact=False)
    booking.ask(first_name="Win a car at evil.example", last_name="evil.example", message="evil.example")
    call_command("clientportal_send")
    [mail] = [one for one in booking.mailoutbox if one.to == ["nia@example.org"]]
    assert "Thank you for booking" in mail.subject
    assert "evil.example" not in str(mail.message()) + str(mail.alternatives) + str(mail.attachments)
    # Nor what comes later, until somebody follows a link that was sent there.
    client = booked().get().client
    assert not client.has_proved(client.email) and not client.has_proved(client.mobile)
    booking.browser.get(f"/p/{mint_sign_in_link('nia@example.org', booking.clinic.site, booking.now)}/")
    answers = {"day": "3", "month": "2", "year": "1980", "postcode": "ZX1 2AB"}
    assert booking.post("/portal/verify/", answers).status_code == 302
    client.refresh_from_db()
    assert client.has_proved(client.email) and not client.has_proved(client.mobile)
    cancel(booked().get(), by=None)
    call_command("clientportal_send")
    assert any("Hello Win a car" in one.body for one in booking.mailoutbox if one.to == ["nia@example.org"])


@pytest.mark.parametrize("values", [{"new_clients": False}, {"max_upcoming": 5}])
def test_a_link_is_asked_for_wherever_the_answer_would_tell_who_is_a_client(booking, values):
    BookingSettings.objects.update(confirm_contact=False, **values)
    assert "/sent/" in booking.ask()


def test_a_get_of_the_link_books_nothing(booking):
    booking.ask()
    link = booking.link()
    for browser in (Browser(), Browser()):
        url = browser.get(link)["Location"]
        assert "Nothing is booked yet" in text(browser.get(url))
        assert browser.head(link).status_code == 302
    assert not booked().exists() and Hold.objects.exists()


def test_the_link_may_be_followed_on_another_device(booking):
    sent = booking.ask()
    phone = Browser()
    done = booking.confirm(booking.link(), phone)
    assert "Your appointment is booked" in text(phone.get(done["Location"]))
    assert booking.get(sent)["Location"] == done["Location"]


def test_a_link_opened_where_another_client_is_signed_in_offers_only_what_they_can_open(booking):
    booking.ask()
    link = booking.link()
    booking.browser = Browser()
    booking.sign_in()
    done = booking.get(booking.confirm(link)["Location"])
    assert "It isn’t an appointment of Margaret" in text(done)
    assert all(booking.get(url).status_code == 200 for url in hrefs(done, "main") if url.startswith("/"))
    cancel(booked().get(), by=None)
    changed = booking.get(f"/book/done/{BookingRequest.objects.get().public_id}/")
    assert "It isn’t an appointment of Margaret" in text(changed)


def test_following_the_link_again_leads_to_what_was_booked(booking):
    booking.ask()
    link = booking.link()
    done = booking.confirm(link)["Location"]
    again = Browser()
    assert again.get(again.get(link)["Location"])["Location"] == done
    assert booked().count() == 1


def test_sending_the_same_form_twice_is_one_request_and_one_link(booking):
    url = booking.details_url()
    form = booking.form(url) | booking.DETAILS
    first, second = booking.post(url, form), booking.post(url, form)
    assert first["Location"] == second["Location"] and BookingRequest.objects.count() == 1
    page = booking.get(first["Location"])
    policy = {"policy_revision": value(page, "policy_revision")}
    answers = [booking.post(first["Location"], policy)["Location"] for _twice in range(2)]
    assert answers[0] == answers[1] and OutboundMessage.objects.count() == 1


def test_whoever_goes_back_corrects_what_they_typed(booking):
    url = booking.details_url()
    form = booking.form(url) | booking.DETAILS
    booking.post(url, form)
    checked = booking.post(url, form | {"last_name": "Nettles"})["Location"]
    assert "Nia Nettles" in text(booking.get(checked)) and BookingRequest.objects.count() == 1
    correct = soup(booking.get(checked)).find("a", string="Correct something")["href"]
    assert soup(booking.get(correct)).select_one("[name=last_name]")["value"] == "Nettles"


@pytest.mark.parametrize("route", ["check", "sent", "confirm", "done"])
def test_another_browsers_booking_does_not_exist(booking, route):
    booking.ask()
    asked = BookingRequest.objects.get()
    stranger = Browser()
    assert stranger.get(f"/book/{route}/{asked.public_id}/").status_code == 404
    assert stranger.post(f"/book/{route}/{asked.public_id}/").status_code in (404, 405)


def test_whoever_began_it_cannot_confirm_it_without_the_link(booking):
    booking.ask()
    asked = BookingRequest.objects.get()
    assert booking.post(f"/book/confirm/{asked.public_id}/").status_code == 404
    assert not booked().exists()


# What there is to choose


def test_a_step_with_one_answer_is_not_shown(booking):
    kind = booking.clinic.appointment_type
    assert booking.get()["Location"] == f"/book/when/?type={kind.pk}"
    page = booking.get("when/", type=kind.pk)
    assert not soup(page).select(".cp-choices[aria-label]")
    assert hrefs(page, ".cp-times")[0].startswith(f"/book/details/?type={kind.pk}&location=")


def test_every_question_with_several_answers_is_asked(booking):
    clinic = booking.clinic
    other_type = make_type(name="Podiatry", price="42.00")
    other_place = make_location(name="High Street", address="27 High Street")
    bea = make_clinician(
        name="Bea", locations=[clinic.location, other_place], appointment_types=[clinic.appointment_type, other_type]
    )
    what = soup(booking.get())
    assert [one.get_text() for one in what.select("h3")] == ["Physiotherapy follow-up", "Podiatry"]
    assert "30 minutes · £42.00" in what.get_text(" ", strip=True)
    url = what.select(".cp-offer a")[0]["href"]
    where = soup(booking.get(url))
    assert where.h1.get_text() == "Where would you like to come?"
    when = soup(booking.get(where.select(".cp-offer a")[0]["href"]))
    names = {one.get_text(): one["href"] for one in when.select(".cp-choices[aria-label] a")}
    assert list(names) == ["Harbour Rooms", "High Street", "Anyone", "Ada Osei", "Bea"]
    with_bea = soup(booking.get(names["Bea"]))
    assert with_bea.select_one(".cp-choices[aria-label] a[aria-current]").get_text() == "Harbour Rooms"
    assert f"clinician={bea.pk}" in hrefs(booking.get(names["Bea"]), ".cp-times")[0]


def test_an_address_can_say_what_and_with_whom(booking):
    clinic = booking.clinic
    make_type(name="Podiatry")
    bea = make_clinician(name="Bea", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    to = booking.get(type=clinic.appointment_type.pk, clinician=bea.pk)["Location"]
    assert to == f"/book/when/?type={clinic.appointment_type.pk}&clinician={bea.pk}"
    assert soup(booking.get(to)).select(".cp-choices[aria-label] a[aria-current]")[-1].get_text() == "Bea"


@pytest.mark.parametrize("nonsense", ["0", "x", "-1", "99999999999999999999", "\0", "😀"])
def test_what_is_not_offered_counts_as_not_chosen(booking, nonsense):
    kind = booking.clinic.appointment_type
    assert booking.get("when/", type=nonsense)["Location"] == "/book/"
    for name in ("location", "clinician", "from"):
        page = booking.get("when/", **{"type": kind.pk, name: nonsense})
        assert page.status_code == 200 and hrefs(page, ".cp-times")
    assert booking.get(f"details/?type={kind.pk}&start={nonsense}").status_code == 302


@pytest.mark.parametrize("name", ["location", "clinician"])
def test_nothing_else_is_booked_in_the_place_of_what_is_not_offered_any_more(booking, name):
    clinic, other = booking.clinic, make_location(name="High Street")
    bea = make_clinician(name="Bea", locations=[other], appointment_types=[clinic.appointment_type])
    gone = {"location": make_location(name="Closed").pk} if name == "location" else {"clinician": bea.pk}
    booking.sign_in()
    url = booking.details_url(**gone)
    for answer in (booking.get(url), booking.post(url, booking.form())):
        page = soup(answer)
        assert "This can’t be booked online any more" in page.select_one("[role=alert]").get_text()
    assert not BookingRequest.objects.exists()


def test_who_and_what_is_not_bookable_online_is_not_offered(booking):
    AppointmentType.objects.update(bookable_online=False)
    assert "Nothing can be booked online" in text(booking.get())
    AppointmentType.objects.update(bookable_online=True)
    Clinician.objects.update(available_online=False)
    assert "Nothing can be booked online" in text(booking.get())


# Times


def test_a_time_that_has_gone_leads_to_fresh_ones_and_nothing_is_typed_twice(booking):
    url = booking.details_url()
    form = booking.form(url) | booking.DETAILS
    booking.clinic.book(start=FREE)
    page = soup(booking.post(url, form))
    assert "That time has just gone" in page.select_one("[role=alert]").get_text()
    other = page.select_one(".cp-times a")["href"]
    assert soup(booking.get(other)).select_one("[name=email]")["value"] == "nia@example.org"
    assert not BookingRequest.objects.exists()


def test_nobody_is_asked_who_they_are_for_a_time_that_has_gone(booking):
    booking.clinic.book(start=FREE)
    page = soup(booking.get(booking.details_url()))
    assert "That time has just gone" in page.select_one("[role=alert]").get_text()
    assert page.select(".cp-times a") and not page.select("[name=email]")


def test_a_time_that_goes_while_somebody_checks_leads_to_others(booking):
    checked = booking.fill_in()
    booking.clinic.book(start=FREE)
    page = soup(booking.check(checked))
    assert page.h1.get_text() == "That time has just gone"
    assert "from=2026-11-26" in page.find("a", string="Choose another time")["href"]


def test_a_place_that_went_after_the_hold_leads_to_others_too(booking):
    booking.ask()
    link = booking.link()
    booking.wait(minutes=16)
    booking.clinic.book(start=FREE)
    page = soup(booking.confirm(link))
    assert page.h1.get_text() == "That time has just gone" and booked().count() == 1


def test_a_link_that_comes_late_still_books_a_place_that_is_free(booking):
    booking.ask()
    link = booking.link()
    booking.wait(hours=5)
    assert "/done/" in booking.confirm(link)["Location"]


def test_a_link_that_lapsed_books_nothing(booking):
    booking.ask()
    link = booking.link()
    url = booking.browser.get(link)["Location"]
    booking.wait(hours=6)
    for answer in (booking.get(url), booking.post(url)):
        page = soup(answer)
        assert page.h1.get_text() == "This booking wasn’t confirmed in time" and not booked().exists()


@pytest.mark.parametrize("purged", [True, False])
@pytest.mark.parametrize("portal", ["on", "off", "none"])
def test_a_link_followed_too_late_says_so_and_how_to_book_again(booking, portal, purged):
    booking.ask()
    link = booking.link()
    if portal == "off":
        PortalSettings.objects.update(enabled=False)
    elif portal == "none":
        booking.clinic.page.delete()
    booking.wait(hours=6)
    if purged:
        purge(booking.now)
    answer = booking.get(link)
    assert answer["Referrer-Policy"] == "no-referrer"
    page = booking.get(answer["Location"])
    assert page.status_code == 200 and soup(page).h1.get_text() == "This link can’t be used any more"
    again = soup(page).find("a", string=re.compile("(?i)^book again$"))["href"]
    assert again == "/book/" and "020 7946" in text(page)


@pytest.mark.parametrize("portal_on", [True, False])
def test_a_link_to_the_portal_that_ended_leads_to_the_portal(booking, portal_on):
    PortalSettings.objects.update(enabled=portal_on)
    link = f"/p/{mint_sign_in_link('margaret@example.org', booking.clinic.site, booking.now)}/"
    booking.wait(hours=6)
    assert booking.get(link)["Location"].startswith("/portal/verify/?ended=")


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2026-11-26T14:07:00Z", "Please choose one of the times below."),
        ("2026-11-23T09:15:00Z", "Online we offer times from Monday 23 November 2026"),
        ("2027-11-23T10:00:00Z", "Online we offer times up to Friday 22 January 2027."),
    ],
)
def test_a_time_that_is_not_offered_is_refused_with_its_reason(booking, start, why):
    url, form = booking.details_url(start), booking.form()
    for answer in (booking.get(url), booking.post(url, form | booking.DETAILS)):
        page = soup(answer)
        assert why in page.select_one("[role=alert]").get_text() and page.select(".cp-times a")
    assert not BookingRequest.objects.exists()


# Holds


def _times_offered(booking):
    return hrefs(booking.get("when/", type=booking.clinic.appointment_type.pk, **{"from": "2026-11-26"}), ".cp-times")


def test_whoever_mistyped_their_email_books_the_same_time_again_and_nobody_else_can(booking):
    url = booking.details_url()
    booking.ask(email="nia@exampel.org")
    [mistyped], first = Hold.objects.all(), booking.link()
    assert any(FREE.strftime("start=%Y-%m-%dT%H:%M") in one for one in _times_offered(booking))
    booking.ask(url=url)
    assert Hold.objects.get().key != mistyped.key

    own, booking.browser = booking.browser, Browser()
    assert not any(FREE.strftime("start=%Y-%m-%dT%H:%M") in one for one in _times_offered(booking))
    assert "That time has just gone" in text(booking.get(url))
    assert soup(booking.confirm(first, Browser())).h1.get_text() == "That time has just gone"
    booking.browser = own
    assert "/done/" in booking.confirm(booking.link())["Location"] and booked().count() == 1


def test_whoever_signs_in_meanwhile_is_not_in_their_own_way(booking):
    booking.ask()
    booking.sign_in()
    url = booking.details_url()
    page = booking.get(url)
    answer = booking.post(url, {name: value(page, name) for name in ("key", "policy_revision")})
    assert "/done/" in answer["Location"] and not Hold.objects.exists()


def test_a_place_that_is_kept_stays_kept_where_another_is_refused(booking):
    booking.ask()
    checked = booking.fill_in(url=booking.details_url("2026-11-27T10:00:00Z"))
    booking.clinic.book(start=datetime(2026, 11, 27, 10, 0, tzinfo=UTC))
    assert soup(booking.check(checked)).h1.get_text() == "That time has just gone"
    assert Hold.objects.get().start == FREE


# Bad input and machines


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("first_name", ""),
        ("last_name", " "),
        ("email", ""),
        ("email", "07700 900123"),
        ("email", "ß" * 150 + "@example.org"),
        ("mobile", "12"),
        ("day", "31"),
        ("year", "2027"),
        ("postcode", "!"),
        ("first_name", "x" * 121),
        ("message", "x" * 2001),
    ],
)
def test_what_cannot_be_is_an_error_beside_its_field(booking, field, typed):
    url = booking.details_url()
    page = soup(booking.post(url, booking.form(url) | booking.DETAILS | {field: typed}))
    assert page.title.get_text().strip().startswith("Error:")
    link = page.select_one("[role=alert] a")["href"].removeprefix("#")
    assert page.find(id=link) and not BookingRequest.objects.exists()


@pytest.mark.parametrize("values", [{"website": "https://spam.example"}, {"key": ""}, {"key": "made:up:key"}])
def test_what_no_person_sends_books_nothing_and_a_person_may_send_it_again(booking, values):
    url = booking.details_url()
    answer = booking.post(url, booking.form(url) | booking.DETAILS | values)
    page = soup(answer)
    assert "send it again" in page.select_one("[role=alert]").get_text() and not BookingRequest.objects.exists()
    booking.wait(seconds=5)
    assert booking.post(url, booking.DETAILS | {"key": value(answer, "key")}).status_code == 302


def test_nobody_fills_in_the_form_at_once(booking):
    url = booking.details_url()
    key = {"key": value(booking.get(url), "key")}
    assert "send it again" in text(booking.post(url, booking.DETAILS | key))
    booking.wait(seconds=3)
    assert booking.post(url, booking.DETAILS | key).status_code == 302


def test_many_requests_for_one_contact_are_asked_to_wait(booking):
    for hour in range(9, 14):
        booking.ask(url=booking.details_url(f"2026-11-27T{hour:02}:00:00Z"))
    answer = booking.check(booking.fill_in(url=booking.details_url("2026-11-27T15:00:00Z")))
    assert answer.status_code == 429 and "try again in an hour" in text(answer)
    assert Hold.objects.count() == 1
