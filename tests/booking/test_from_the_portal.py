"""From what a client has to what they book next."""

from datetime import timedelta

from tests.factories import NOW
from tests.portal.reading import soup
from wagtail_clientportal.models import BookingSettings


def _links(page) -> dict[str, str]:
    return {one.get_text(" ", strip=True).partition(" :")[0]: one["href"] for one in soup(page).select("main a, .cp a")}


def test_the_list_leads_to_another_appointment_and_a_past_one_to_one_like_it(booking):
    clinic = booking.clinic
    clinic.book(start=NOW - timedelta(days=7))
    booking.sign_in()
    links = _links(booking.get("/portal/appointments/"))
    assert links["Book another appointment"] == "/book/"
    again = f"/book/?type={clinic.appointment_type.pk}&clinician={clinic.clinician.pk}"
    assert links["Book again"] == again
    assert booking.get(again)["Location"].startswith("/book/when/?type=")


def test_a_past_appointment_leads_to_one_like_it_too(booking):
    past = booking.clinic.book(start=NOW - timedelta(days=7))
    booking.sign_in()
    assert "Book again" in _links(booking.get(f"/portal/appointments/{past.public_id}/"))
    to_come = booking.clinic.appointment
    assert "Book again" not in _links(booking.get(f"/portal/appointments/{to_come.public_id}/"))


def test_nothing_leads_there_while_online_booking_is_off(booking):
    booking.clinic.book(start=NOW - timedelta(days=7))
    BookingSettings.objects.update(enabled=False)
    booking.sign_in()
    links = _links(booking.get("/portal/appointments/"))
    assert not {"Book again", "Book another appointment"} & set(links)
