"""Booking on one form: the client is found or written down, the times stand beside it, and one sending books once."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from tests.factories import NOW, make_client, make_clinician, make_location, make_type
from tests.staff.filling_in import NEW, filled_in, form_of, knowing, reasons, text
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.models import Appointment, Client, OutboundMessage, TimeOff

NEW_CLIENT = {
    "new-first_name": "Jo",
    "new-last_name": "Bloggs",
    "new-date_of_birth": "1 May 1980",
    "new-postcode": "SW1A 1AA",
    "new-mobile": "07700 900456",
    "new-email": "jo@example.org",
}


def press(staff, clinic, button, value="1", **values):
    return staff.post(NEW, form_of(clinic, **values) | {button: value})


def offered_clients(response):
    return [int(pk) for pk in re.findall(r'name="choose_client" value="(\d+)"', text(response))]


def booked():
    return Appointment.objects.order_by("pk")[1:]


# --- the client


@pytest.mark.parametrize("typed", ["marg", "hale", "900123", "9/12/1956", "1956", "Hale 1956", "sw1a1aa"])
def test_a_client_is_found_by_part_of_a_name_a_phone_or_a_date_of_birth(boss, clinic, typed):
    make_client(
        first_name="Tom", last_name="Reed", email="", mobile="07700 900999", date_of_birth=None, postcode="M1 1AA"
    )
    page = press(boss, clinic, "find_client", client=None, find=typed)
    assert offered_clients(page) == [clinic.client.pk]
    assert "1 client found." in text(page)
    assert not booked()


def test_who_is_found_is_chosen_by_one_click_and_all_else_stays(boss, clinic):
    page = press(boss, clinic, "choose_client", clinic.client.pk, client=None, find="hale", note="By bus")
    assert re.search(rf'name="client" value="{clinic.client.pk}"', text(page))
    assert "Margaret Hale, born 9 Dec 1956" in text(page) and "By bus" in text(page)
    other = press(boss, clinic, "other_client")
    assert 'name="client"' not in text(other) and 'name="find"' in text(other)


def test_nobody_out_of_reach_is_found_or_booked(staff_with, clinic):
    ada = staff_with("view_appointment", "add_appointment", own_diary=True)
    clinic.clinician.user_id = ada.session["_auth_user_id"]
    clinic.clinician.save()
    stranger = make_client(first_name="Secret", last_name="Stranger", email="secret@example.org")
    assert offered_clients(press(ada, clinic, "find_client", client=None, find="hale")) == [clinic.client.pk]
    assert offered_clients(press(ada, clinic, "find_client", client=None, find="stranger")) == []
    for page in (press(ada, clinic, "choose_client", stranger.pk), ada.post(NEW, form_of(clinic, client=stranger.pk))):
        assert "Secret" not in text(page)
    assert not booked()


def test_without_a_client_nothing_is_booked_and_the_form_says_so(boss, clinic):
    page = boss.post(NEW, form_of(clinic, client="", find="hale"))
    assert "Find the client, or write down a new one." in text(page)
    assert offered_clients(page) == [clinic.client.pk]
    assert not booked()


def test_a_new_client_is_written_down_and_booked_in_by_one_sending(boss, clinic):
    page = boss.post(NEW, form_of(clinic, client="") | NEW_CLIENT, follow=True)
    new = Client.objects.get(last_name="Bloggs")
    assert (new.date_of_birth, new.mobile_key) == (date(1980, 5, 1), "+447700900456")
    assert booked().get().client == new
    assert "Jo Bloggs is booked in" in text(page)
    assert "A message to jo@example.org and +447700900456 is on its way." in text(page)


def test_what_is_wrong_with_a_new_client_stands_beside_its_field_and_nobody_is_registered(boss, clinic):
    page = boss.post(NEW, form_of(clinic, client="") | NEW_CLIENT | {"new-date_of_birth": "31/2/1980"})
    assert page.context["new_client"].errors["date_of_birth"]
    assert Client.objects.count() == 1 and not booked()


def test_a_new_client_who_is_not_booked_in_is_not_registered_either(boss, clinic):
    page = boss.post(NEW, form_of(clinic, client="", date="2026-11-25", time="10:00") | NEW_CLIENT)
    assert page.status_code == 409 and "Ada Osei has an appointment with Margaret Hale" in text(page)
    assert Client.objects.count() == 1
    again = boss.post(NEW, form_of(clinic, client="", date="2026-11-25", time="10:00") | NEW_CLIENT | knowing(page))
    assert again.status_code == 302 and Client.objects.count() == 2


def test_it_is_one_client_or_the_other(boss, clinic):
    page = boss.post(NEW, form_of(clinic) | NEW_CLIENT)
    assert "Is it this client, or the new one who is written down?" in text(page)
    assert Client.objects.count() == 1 and not booked()


@pytest.mark.parametrize(
    "begun",
    [
        {"new-first_name": "margaret", "new-last_name": "HALE"},
        {"new-mobile": "07700 900 123"},
        {"new-date_of_birth": "9.12.1956", "new-postcode": "sw1a1aa"},
    ],
)
def test_while_somebody_is_written_down_it_is_said_who_is_there_already(boss, clinic, begun):
    page = press(boss, clinic, "show_times", client="", **begun)
    assert "There seems to be a record already." in text(page)
    assert offered_clients(page) == [clinic.client.pk]
    chosen = press(boss, clinic, "choose_client", clinic.client.pk, client="", **begun)
    assert "Margaret Hale, born 9 Dec 1956" in text(chosen)
    assert not any(name.startswith("new-") and value for name, value in filled_in(chosen).items())


def test_an_identical_client_is_registered_only_once_staff_say_that_they_are_two(boss, clinic):
    twin = {"new-first_name": "Margaret", "new-last_name": "Hale", "new-date_of_birth": "9/12/1956"}
    data = form_of(clinic, client="") | twin | {"new-postcode": "SW1A 1AA"}
    page = boss.post(NEW, data)
    assert "There is a record already that says the same of who this is." in text(page)
    assert Client.objects.count() == 1 and not booked()
    boss.post(NEW, data | {"two_people": str(clinic.client.pk)})
    assert Client.objects.count() == 2 and booked().count() == 1


def test_who_may_register_nobody_is_offered_no_new_client(staff_with, clinic):
    sam = staff_with("view_appointment", "add_appointment", "view_client")
    assert "New client" not in text(sam.get(NEW))
    sam.post(NEW, form_of(clinic, client="") | NEW_CLIENT)
    assert Client.objects.count() == 1 and not booked()


# --- type, location and clinician


def groups(response, name):
    """What a select offers, by the heading that it stands under ("" for none)."""
    select = re.search(rf'<select name="{name}".*?</select>', text(response), re.DOTALL)[0]
    found = {}
    for label, options in re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', select, re.DOTALL):
        found[label] = re.findall(r"<option[^>]*>([^<]+)</option>", options)
    return found


def test_type_location_and_clinician_narrow_one_another_and_leave_nothing_out(boss, clinic):
    mill = make_location(name="The Mill")
    massage = make_type(name="Massage")
    make_clinician(name="Ben", locations=[mill], appointment_types=[massage])
    page = press(boss, clinic, "show_times", clinician="", location="", appointment_type=massage.pk)
    assert groups(page, "clinician") == {"Fitting what else is chosen": ["Ben"], "Others": ["Ada Osei"]}
    assert page.context["form"]["location"].value() == mill.pk  # the only one that fits
    assert groups(page, "location")["Others"] == ["Harbour Rooms"]


def test_the_next_form_begins_with_what_was_booked_last_as_far_as_it_fits(boss, clinic):
    massage = make_type(name="Massage")
    ben = make_clinician(name="Ben", locations=[clinic.location], appointment_types=[massage])
    boss.post(NEW, form_of(clinic))
    form = boss.get(NEW).context["form"]
    assert str(form["appointment_type"].value()) == str(clinic.appointment_type.pk)
    assert str(form["clinician"].value()) == str(clinic.clinician.pk)
    form = boss.get(NEW, {"clinician": ben.pk}).context["form"]
    assert form["appointment_type"].value() == massage.pk


def test_anyone_is_whoever_is_free_and_has_least_to_do_that_day(boss, clinic):
    ben = make_clinician(name="Ben", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    clinic.book(start=datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    page = press(boss, clinic, "show_times", clinician="")
    assert "2026-11-26T09:00" in text(page)  # Ben is free then
    boss.post(NEW, form_of(clinic, clinician=""))
    assert Appointment.objects.latest("pk").clinician == ben
    boss.post(NEW, form_of(clinic, clinician="", time="9:00", client=make_client(first_name="Ann").pk))
    assert Appointment.objects.latest("pk").clinician == ben


def test_where_nobody_is_free_it_is_said_with_whom_it_would_be_and_what_is_unusual(boss, clinic):
    there = form_of(clinic, clinician="", date="2026-11-25", time="10:00", client=make_client(first_name="Ann").pk)
    page = boss.post(NEW, there)
    assert "nobody is free then. With Ada Osei this is unusual:" in text(page)
    assert len(reasons(page)) == 1 and not booked()
    boss.post(NEW, there | knowing(page))
    assert booked().get().overbooked


def test_where_nobody_does_it_anyone_is_refused_at_the_field(boss, clinic):
    make_clinician(name="Ben")  # the only one would be filled in
    mill = make_location(name="The Mill").pk
    assert "Nobody does this there." in text(press(boss, clinic, "show_times", clinician="", location=mill))
    page = boss.post(NEW, form_of(clinic, clinician="", location=mill))
    assert "Nobody does this there." in page.context["form"].errors["clinician"][0]


# --- day and time


def when(response):
    form = response.context["form"]
    return form["date"].value(), form["time"].value()


def test_the_next_free_time_is_filled_in_and_then_the_one_after_it(boss, clinic):
    first = press(boss, clinic, "next_free", date="2026-11-25", time="09:45")
    assert when(first) == (date(2026, 11, 25), time(10, 30))
    assert when(press(boss, clinic, "next_free", date="", time="")) == (NOW.date(), time(9, 0))
    assert when(press(boss, clinic, "next_free", client="", date="", time="", **NEW_CLIENT)) == (NOW.date(), time(9, 0))
    TimeOff.objects.create(start=NOW, end=NOW + timedelta(days=100))
    far = press(boss, clinic, "next_free", date="", time="")
    assert when(far) == (date(2027, 3, 3), time(9, 0))


def test_the_same_time_in_two_weeks_counts_from_what_is_chosen_or_from_the_last_appointment(boss, clinic):
    assert when(press(boss, clinic, "weeks_later")) == (date(2026, 12, 10), time(14, 30))
    assert when(press(boss, clinic, "weeks_later", date="", time="")) == (date(2026, 12, 9), time(10, 0))


def test_all_that_is_unusual_is_named_before_the_form_is_sent(boss, clinic):
    page = press(boss, clinic, "show_times", date="2026-11-25", time="10:00", client=make_client(first_name="Ann").pk)
    assert reasons(page) == ["Ada Osei has an appointment with Margaret Hale: Wed 25 Nov 2026, 10:00–10:30."]
    ann = Client.objects.latest("pk").pk
    sent = boss.post(NEW, form_of(clinic, date="2026-11-25", time="10:00", client=ann) | knowing(page))
    assert sent.status_code == 302 and booked().get().overbooked


# --- every week


def test_every_week_is_booked_at_the_same_wall_time(boss, clinic):
    page = boss.post(NEW, form_of(clinic, date="2027-03-22", times="3", note="By bus"), follow=True)
    starts = [one.start for one in booked()]
    assert starts == [
        datetime(2027, 3, 22, 14, 30, tzinfo=UTC),
        datetime(2027, 3, 29, 13, 30, tzinfo=UTC),
        datetime(2027, 4, 5, 13, 30, tzinfo=UTC),
    ]
    assert {one.note for one in booked()} == {"By bus"}
    assert "Margaret Hale is booked in 3 times" in text(page)
    assert OutboundMessage.objects.filter(about="booked", channel="email").count() == 3


def clashing(boss, clinic):
    TimeOff.objects.create(
        clinician=clinic.clinician, start=datetime(2026, 12, 3, tzinfo=UTC), end=datetime(2026, 12, 4, tzinfo=UTC)
    )
    page = boss.post(NEW, form_of(clinic, times="3"))
    assert page.status_code == 409 and not booked()
    assert len(reasons(page)) == 1 and reasons(page)[0].startswith("Thu 3 Dec 2026, 14:30: Ada Osei has time")
    return page


def test_each_clash_of_a_series_is_named_and_left_out_on_request(boss, clinic):
    page = clashing(boss, clinic)
    boss.post(NEW, form_of(clinic, times="3") | knowing(page) | {"anyway": "leave_out"})
    assert [one.start.day for one in booked()] == [26, 10]


def test_a_series_is_booked_with_its_clashes_once_they_are_known(boss, clinic):
    page = clashing(boss, clinic)
    boss.post(NEW, form_of(clinic, times="3") | knowing(page))
    assert [one.start.day for one in booked()] == [26, 3, 10]


def test_a_clash_that_came_meanwhile_is_named_before_anything_is_booked(boss, clinic):
    page = clashing(boss, clinic)
    clinic.book(start=datetime(2026, 12, 10, 14, 30, tzinfo=UTC), client=make_client(first_name="Ann"))
    again = boss.post(NEW, form_of(clinic, times="3") | knowing(page))
    assert again.status_code == 409 and len(reasons(again)) == 2


@pytest.mark.parametrize("times", ["0", "-1", "53", "x", "9" * 40])
def test_a_nonsensical_number_of_times_is_refused_at_the_field(boss, clinic, times):
    assert boss.post(NEW, form_of(clinic, times=times)).context["form"].errors["times"]
    assert press(boss, clinic, "show_times", times=times).status_code == 200
    assert not booked()


# --- once


@pytest.mark.parametrize("who", [{}, NEW_CLIENT | {"client": ""}], ids=["known", "new"])
def test_a_form_that_is_sent_twice_books_once(boss, clinic, who):
    make_clinician(name="Ben", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    key = filled_in(boss.get(NEW))["form_key"]
    data = form_of(clinic, clinician="", times="2", form_key=key) | who
    clients = Client.objects.count() + (who != {})
    first, second = boss.post(NEW, data), boss.post(NEW, data, follow=True)
    assert first.status_code == 302 and "is booked in 2 times" in text(second)
    assert booked().count() == 2 and Client.objects.count() == clients
    assert OutboundMessage.objects.filter(about="booked", channel="email").count() == 2


# --- the note


def test_the_note_is_for_the_desk_alone(boss, clinic):
    boss.post(NEW, form_of(clinic, note="<b>Ring</b> the daughter"))
    appointment = booked().get()
    assert "&lt;b&gt;Ring&lt;/b&gt; the daughter" in text(
        boss.get(reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[appointment.pk]))
    )
    card = boss.get(reverse("wagtail_clientportal_diary:card", args=[appointment.pk]))
    assert "the daughter" in text(card)
    for days, pk in enumerate(Appointment.objects.values_list("pk", flat=True), start=1):
        start = NOW - timedelta(days=days)
        Appointment.objects.filter(pk=pk).update(start=start, end=start + timedelta(hours=1))
    anonymise_client(clinic.client, by=None, now=NOW)
    appointment.refresh_from_db()
    assert appointment.note == ""


def test_the_diarys_empty_places_lead_back_to_the_diary(boss, clinic):
    page = boss.get(reverse("wagtail_clientportal_diary:index"), {"date": "2026-11-26", "view": "day"})
    link = next(one for one in re.findall(r'class="diary__free" href="([^"]+)"', text(page)))
    form = boss.get(link.replace("&amp;", "&"))
    booking = boss.post(form.context["action_url"], filled_in(form) | form_of(clinic, time="11:00"))
    assert booking.status_code == 302 and booking["Location"].startswith(reverse("wagtail_clientportal_diary:index"))
