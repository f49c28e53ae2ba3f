"""An online booking: noted, held and confirmed; whose it is; and who sees somebody who minds nobody in particular."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from tests.factories import NOW, make_client, make_clinician
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.ask_to_confirm import ask_to_confirm
from wagtail_clientportal.actions.confirm_booking import confirm_booking
from wagtail_clientportal.actions.purge import purge
from wagtail_clientportal.actions.request_booking import Typed, request_booking
from wagtail_clientportal.models import (
    Appointment,
    AppointmentType,
    BookingRequest,
    BookingSettings,
    Client,
    ClientMessage,
    Clinician,
    Hold,
    MagicLink,
    Notification,
    OutboundMessage,
    TimeOff,
)

FREE = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
STRANGER = Typed("Nia", "Nettle", "nia@example.org", date(1980, 2, 3), "ZX1 2AB", mobile="07700 900555")
MARGARET = Typed("M.", "Hale", "Margaret@Example.org", date(1956, 12, 9), "sw1a1aa")


@pytest.fixture
def asked(clinic):
    BookingSettings.objects.update(enabled=True)
    keys = iter(range(1000))

    def asked(start=FREE, *, by=STRANGER, clinician=clinic.clinician, **values):
        values = {"key": f"form-{next(keys)}", "now": NOW} | values
        return request_booking(clinic.site, clinic.appointment_type, clinic.location, clinician, start, by=by, **values)

    return asked


def held(asked, now=NOW, **values):
    ask_to_confirm(asked, ip=values.pop("ip", None), now=now, **values)
    asked.refresh_from_db()
    return asked


def test_noting_it_keeps_nothing_and_tells_nobody(clinic, asked):
    found = asked(message=" Knee ")
    assert (found.state, found.message, found.clinician) == ("open", "Knee", clinic.clinician)
    assert not Hold.objects.exists() and not OutboundMessage.objects.exists() and Appointment.objects.count() == 1


def test_the_same_form_sent_again_corrects_it_until_its_link_was_asked_for(asked):
    first = asked(key="k")
    again = asked(key="k", by=Typed("Nia", "Nettles", "nia@example.org", date(1980, 2, 3), "ZX1 2AB"))
    assert again.pk == first.pk and again.last_name == "Nettles"
    held(again)
    last = asked(FREE + timedelta(hours=1), key="k", by=MARGARET)
    assert (last.pk, last.email, last.start) == (first.pk, "nia@example.org", FREE)


def test_asking_holds_the_place_for_a_quarter_of_an_hour_and_queues_one_link(clinic, asked):
    one = held(held(asked()))
    hold = Hold.objects.get()
    assert (hold.clinician, hold.start, hold.expires_at) == (clinic.clinician, FREE, NOW + timedelta(minutes=15))
    row = OutboundMessage.objects.get()
    assert (row.about, row.recipient, row.client) == ("confirm_booking", "nia@example.org", None)
    with pytest.raises(refusals.SlotTaken):
        asked(by=clinic.client)
    assert asked(by=clinic.client, now=NOW + timedelta(minutes=15))
    assert one.state == "open"


def test_a_stranger_who_confirms_becomes_a_client_marked_as_new(clinic, asked):
    appointment = confirm_booking(held(asked(message="Knee")), now=NOW)
    client = appointment.client
    assert (client.full_name, client.email, client.date_of_birth) == ("Nia Nettle", "nia@example.org", date(1980, 2, 3))
    assert client.registered_online_at == NOW and client.pk != clinic.client.pk
    assert appointment.start == FREE and not Hold.objects.exists()
    assert ClientMessage.objects.get().body == "Knee"
    about = set(OutboundMessage.objects.filter(client=client).values_list("about", flat=True))
    assert about == {"booked_online"}
    to_staff = OutboundMessage.objects.get(about="staff")
    assert "new, from online booking" in to_staff.body and "Nettle" not in to_staff.body


def test_a_known_client_is_found_by_email_birth_and_postcode_and_nothing_is_written_over(clinic, asked):
    before = Client.objects.values().get(pk=clinic.client.pk)
    appointment = confirm_booking(held(asked(by=MARGARET)), now=NOW)
    assert appointment.client == clinic.client
    assert Client.objects.values().get(pk=clinic.client.pk) == before
    assert Client.objects.count() == 1


@pytest.mark.parametrize(
    "different", [{"email": "m@example.org"}, {"date_of_birth": date(1956, 12, 8)}, {"postcode": "ZX1 2AB"}]
)
def test_whoever_differs_in_one_of_the_three_is_somebody_new(clinic, asked, different):
    typed = Typed(**{**MARGARET.__dict__, **different})
    assert confirm_booking(held(asked(by=typed)), now=NOW).client != clinic.client


def test_twins_are_told_apart_by_their_first_name(clinic, asked):
    twin = make_client(first_name="Mabel")
    typed = Typed(**{**MARGARET.__dict__, "first_name": "mabel"})
    assert confirm_booking(held(asked(by=typed)), now=NOW).client == twin
    neither = confirm_booking(held(asked(FREE + timedelta(hours=1), by=MARGARET)), now=NOW).client
    assert neither.registered_online_at


@pytest.mark.parametrize("switch", ["is_active", "portal_access"])
def test_to_whom_the_portal_is_shut_they_are_somebody_new(clinic, asked, switch):
    Client.objects.update(**{switch: False})
    assert confirm_booking(held(asked(by=MARGARET)), now=NOW).client != clinic.client


def test_confirming_twice_books_once(asked):
    one = held(asked())
    first = confirm_booking(one, now=NOW)
    assert confirm_booking(one, now=NOW) == first  # as it was read before the first time
    one.refresh_from_db()
    assert confirm_booking(one, now=NOW) == first
    assert Appointment.objects.filter(start=FREE).count() == 1 and one.appointment == first


def test_what_the_purge_takes_while_it_is_confirmed_has_lapsed(asked):
    one = held(asked())
    BookingRequest.objects.all().delete()
    with pytest.raises(refusals.RequestLapsed):
        confirm_booking(one, now=NOW)
    assert not Appointment.objects.filter(start=FREE).exists()


def test_after_the_hold_has_lapsed_it_is_booked_if_the_place_is_still_free(clinic, asked):
    later = NOW + timedelta(minutes=20)
    assert confirm_booking(held(asked()), now=later).start == FREE
    two = held(asked(FREE + timedelta(hours=1)))
    clinic.book(start=FREE + timedelta(hours=1))
    with pytest.raises(refusals.SlotTaken):
        confirm_booking(two, now=later)
    two.refresh_from_db()
    assert two.state == "open" and Client.objects.count() == 2


def test_a_held_time_is_booked_though_it_is_too_soon_to_be_offered_by_now(asked):
    soon = NOW + timedelta(hours=2)
    assert confirm_booking(held(asked(soon)), now=NOW + timedelta(minutes=10)).start == soon


def test_a_held_time_that_the_clinician_has_off_by_now_is_not_booked(clinic, asked):
    one = held(asked())
    TimeOff.objects.create(clinician=clinic.clinician, start=FREE, end=FREE + timedelta(hours=3))
    with pytest.raises(refusals.SlotNotOffered):
        confirm_booking(one, now=NOW)


def test_a_request_lapses_by_the_clock_and_the_purge_takes_all_that_was_typed(asked):
    one = held(asked())
    lapsed = NOW + timedelta(hours=6)
    with pytest.raises(refusals.RequestLapsed):
        confirm_booking(one, now=lapsed)
    purge(now=NOW + timedelta(hours=5))
    assert BookingRequest.objects.exists()
    assert purge(now=lapsed).bookings == 1
    for model in (BookingRequest, Hold, OutboundMessage, MagicLink):
        assert not model.objects.exists()


def test_the_form_of_what_was_booked_is_gone_after_a_day(asked):
    confirm_booking(held(asked()), now=NOW)
    purge(now=NOW + timedelta(hours=25))
    assert not BookingRequest.objects.exists() and Appointment.objects.filter(start=FREE).exists()


def test_one_browser_holds_one_place(asked):
    one = held(asked())
    two = held(asked(FREE + timedelta(hours=1)), own_holds=[one.hold_key])
    assert Hold.objects.get().key == str(two.public_id)


def test_one_contact_and_one_address_cannot_hold_the_diary(asked):
    for number in range(5):
        held(asked(FREE + timedelta(minutes=30 * number)))
    with pytest.raises(refusals.TooManyRequests):
        held(asked(FREE + timedelta(days=1)))
    assert held(asked(FREE + timedelta(days=1), by=MARGARET)).asked_at
    for number in range(20):
        typed = Typed(**{**STRANGER.__dict__, "email": f"n{number}@example.org"})
        one = asked(FREE + timedelta(days=4, minutes=15 * number) - timedelta(hours=5), by=typed)
        held(one, ip="198.51.100.1")
        Hold.objects.all().delete()
    typed = Typed(**{**STRANGER.__dict__, "email": "last@example.org"})
    with pytest.raises(refusals.TooManyRequests):
        held(asked(FREE + timedelta(days=5), by=typed), ip="198.51.100.1")


def test_what_is_not_offered_online_is_refused(clinic, asked):
    AppointmentType.objects.update(bookable_online=False)
    with pytest.raises(refusals.NotAllowed):
        asked()
    AppointmentType.objects.update(bookable_online=True)
    Clinician.objects.update(available_online=False)
    with pytest.raises(refusals.NotAllowed):
        asked()
    Clinician.objects.update(available_online=True)
    other = make_clinician(name="Zed Other", locations=[clinic.location])
    with pytest.raises(refusals.ClinicianNotOnline):
        asked(clinician=other)
    with pytest.raises(refusals.TooSoon):
        asked(NOW + timedelta(hours=1, minutes=30))
    with pytest.raises(refusals.SlotTaken):
        asked(clinic.appointment.start)
    BookingSettings.objects.update(enabled=False)
    with pytest.raises(refusals.PortalOff):
        asked()


def test_only_clients_whom_the_clinic_knows_where_new_ones_are_not_welcome(asked):
    BookingSettings.objects.update(new_clients=False)
    with pytest.raises(refusals.NewClientsNotTaken):
        confirm_booking(held(asked()), now=NOW)
    assert confirm_booking(held(asked(FREE + timedelta(hours=1), by=MARGARET)), now=NOW)
    assert Client.objects.count() == 1


def test_a_client_holds_only_so_many_appointments_to_come(clinic, asked):
    BookingSettings.objects.update(max_upcoming=2)
    assert confirm_booking(asked(by=clinic.client), now=NOW)
    with pytest.raises(refusals.TooManyUpcoming) as caught:
        confirm_booking(asked(FREE + timedelta(hours=1), by=clinic.client), now=NOW)
    assert caught.value.limit == 2


@pytest.fixture
def three(clinic):
    """Clinicians for anyone: Ada has one appointment that day, Bea none, Cleo none."""
    clinic.book(start=FREE - timedelta(hours=2))
    return [clinic.clinician] + [
        make_clinician(name=name, locations=[clinic.location], appointment_types=[clinic.appointment_type])
        for name in ("Cleo Last", "Bea First")
    ]


def test_anyone_is_whoever_has_least_to_do_that_day_then_who_comes_first_by_name(clinic, asked, three):
    names = [confirm_booking(asked(by=clinic.client, clinician=None), now=NOW).clinician.name for _number in range(3)]
    assert names == ["Bea First", "Cleo Last", "Ada Osei"]
    with pytest.raises(refusals.SlotTaken):
        asked(clinician=None)


def test_where_the_place_of_anyone_has_gone_the_next_free_one_is_booked(clinic, asked, three):
    one = held(asked(clinician=None))
    assert one.clinician.name == "Bea First"
    clinic.book(clinician=one.clinician, start=FREE)
    assert confirm_booking(one, now=NOW + timedelta(minutes=16)).clinician.name == "Cleo Last"


def test_the_link_is_mailed_to_whom_it_may_concern_and_staff_hear_of_nothing(asked, mailoutbox):
    held(asked())
    held(asked(FREE + timedelta(hours=1), by=MARGARET))
    call_command("clientportal_send")
    to_stranger, to_margaret = mailoutbox
    assert to_stranger.to == ["nia@example.org"] and to_margaret.to == ["margaret@example.org"]
    assert "Thursday 26 November 2026 at 2pm" in to_stranger.body and "/p/" in to_stranger.body
    assert to_margaret.subject == to_stranger.subject and "Hale" not in to_margaret.body
    assert MagicLink.objects.filter(kind="booking").count() == 2
    assert not OutboundMessage.objects.filter(body__contains="/p/").exists()
    assert not Notification.objects.exists()
