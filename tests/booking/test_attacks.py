"""What nobody should be able to do: with another's booking, with values of their own making, on another's device."""

from urllib.parse import quote

import pytest
from django.test import Client as Browser

from tests.portal.reading import hrefs, soup, text, value
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import Appointment, BookingRequest, BookingSettings, Client

NUL, LONG, BACKWARDS = "\0", "x" * 100_000, "é\u202e"
FIELDS = ["first_name", "email", "mobile", "day", "year", "postcode", "message", "key", "email_opt_in", "website"]


def test_signing_out_leaves_nothing_of_a_booking_on_the_device(booking):
    booking.ask()
    done = booking.confirm(booking.link())["Location"]
    url = booking.details_url("2026-11-27T10:00:00Z")
    booking.fill_in(url)
    assert soup(booking.get(url)).select_one("[name=email]").get("value")
    booking.sign_in()
    booking.post("/portal/sign-out/")
    assert booking.get(done).status_code == 404
    assert not soup(booking.get(url)).select_one("[name=email]").get("value")


def test_a_form_that_was_a_clients_books_for_whoever_fills_it_in_after_them(booking):
    BookingSettings.objects.update(max_upcoming=1)
    booking.sign_in()
    url = booking.details_url()
    form = {"key": value(booking.get(url), "key")}
    assert "You have appointments to come" in text(booking.post(url, form))
    booking.post("/portal/sign-out/")
    booking.wait(seconds=5)
    booking.check(booking.post(url, booking.DETAILS | form)["Location"])
    booking.confirm(booking.link())
    assert Appointment.objects.latest("pk").client.full_name == "Nia Nettle"


def test_what_was_cancelled_since_is_not_said_to_be_booked(booking):
    booking.ask()
    link = booking.link()
    done = booking.confirm(link)["Location"]
    appointment = Appointment.objects.latest("pk")
    cancel(appointment, by=appointment.client)
    for page in (booking.get(done), booking.browser.get(link, follow=True)):
        assert soup(page).h1.get_text() == "This appointment was changed since"
        assert "26 November" not in text(page) and "/portal/" in hrefs(page, ".cp-below")
    assert booking.get(f"{done}calendar/").status_code == 404


@pytest.mark.parametrize("values", [{"is_active": False}, {"portal_access": False}])
def test_without_a_link_nobody_learns_that_a_client_may_not_book(booking, values):
    BookingSettings.objects.update(confirm_contact=False)
    Client.objects.update(**values)
    assert "/done/" in booking.check(booking.fill_in(**booking.KNOWN))["Location"]
    assert Appointment.objects.latest("pk").client != booking.clinic.client


def test_a_name_is_one_line(booking):
    booking.ask(first_name="Nia\nBcc: x@example.org", last_name="N\r\n ettle")
    booking.confirm(booking.link())
    assert Client.objects.latest("pk").full_name == "Nia Bcc: x@example.org N ettle"


@pytest.mark.parametrize("typed", [NUL, LONG, BACKWARDS], ids=["nul", "long", "backwards"])
def test_no_value_crashes_the_form(booking, typed):
    url = booking.details_url()
    form = booking.form(url) | booking.DETAILS
    for field in FIELDS:
        assert booking.post(url, form | {field: typed}).status_code in (200, 302)


@pytest.mark.parametrize("revision", [NUL, LONG, "0", "-1"], ids=["nul", "long", "0", "-1"])
def test_a_policy_that_never_was_is_another_one(booking, revision):
    page = booking.post(booking.fill_in(), {"policy_revision": revision})
    assert "Our policy changed" in text(page) and not BookingRequest.objects.exclude(asked_at=None).exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "2026-11-26T00:00"])
def test_no_day_crashes_the_times(booking, day):
    page = booking.get("when/", **{"type": booking.clinic.appointment_type.pk, "from": day})
    assert hrefs(page, ".cp-times")


@pytest.mark.parametrize(
    "start", ["0001-01-01T00:00:00+14:00", "2026-11-26T14:00:30Z", "2026-11-26T14:00:00", "2020-11-26T14:00Z"]
)
def test_a_time_that_is_none_books_nothing(booking, start):
    url = booking.details_url(quote(start))
    answer = booking.get(url)
    if answer.status_code == 200:
        answer = booking.post(url, booking.form(url) | booking.DETAILS)
        assert soup(answer).select_one("[role=alert]")
    else:
        assert answer["Location"].startswith("/book/when/")
    assert not BookingRequest.objects.exists()


def test_what_was_not_sent_from_our_own_pages_is_refused(booking):
    sent = booking.ask()
    elsewhere = Browser(enforce_csrf_checks=True)
    for url in (booking.details_url(), sent.replace("sent", "check"), sent.replace("sent", "confirm")):
        assert elsewhere.post(url, booking.DETAILS).status_code == 403
