"""Staff make, move and cancel appointments and set their status, through the forms of the admin."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.factories import NOW, cancelled_status, make_client, make_clinician, make_location, make_type
from tests.staff.filling_in import NEW, form_of, hidden, knowing, page_of, send, text, url_of
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    CommunicationTemplate,
    OutboundMessage,
    PortalPolicy,
)


@pytest.fixture
def boss(boss):
    """The user's own zone is far from every location's."""
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.current_time_zone = "Pacific/Auckland"
    profile.save()
    return boss


def sent_to_client(appointment):
    """What the client is told of, by each channel once."""
    rows = OutboundMessage.objects.filter(appointment=appointment, client__isnull=False)
    by_email, by_text = ([row.about for row in rows if row.channel == channel] for channel in ("email", "sms"))
    assert by_email == by_text
    return by_email


# --- new -------------------------------------------------------------------------------------------------------------


def test_the_first_appointment_of_a_clinic_is_made_in_the_admin(boss, clinic):
    Appointment.objects.all().delete()
    response = boss.post(NEW, form_of(clinic), follow=True)
    appointment = Appointment.objects.get()
    assert appointment.start == datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
    assert appointment.status.is_default
    assert response.redirect_chain[-1][0] == page_of(appointment)
    said = "Margaret Hale is booked in: Thu 26 Nov 2026, 14:30–15:00, with Ada Osei at Harbour Rooms."
    assert said in text(response)
    assert "A message to margaret@example.org and +447700900123 is on its way." in text(response)
    event = appointment.events.get()
    assert (event.kind, event.by_kind, event.by_user.username) == ("booked", "staff", "boss")
    assert sent_to_client(appointment) == ["booked"]


def test_the_register_leads_to_the_form(boss, clinic):
    assert NEW in text(boss.get(reverse("wagtail_clientportal_appointment_modeladmin_index")))
    page = boss.get(NEW)
    assert page.status_code == 200
    assert "Harbour Rooms" in text(page)


def test_a_clients_page_leads_to_the_form_with_the_client_chosen(boss, clinic):
    link = f"{NEW}?client={clinic.client.pk}"
    assert link in text(boss.get(reverse("clientportal_client:edit", args=[clinic.client.pk])))
    page = text(boss.get(link))
    assert "Margaret Hale, born 9 Dec 1956" in page
    assert re.search(rf'name="client" value="{clinic.client.pk}"', page)


@pytest.mark.parametrize("nonsense", ["x", "\0", "-1", "9" * 40, ""])
def test_a_preselected_client_that_is_nonsense_leaves_the_choice_open(boss, clinic, nonsense):
    assert boss.get(NEW, {"client": nonsense}).status_code == 200


def test_nobody_is_told_when_the_box_is_unticked(boss, clinic):
    boss.post(NEW, form_of(clinic, tell_client=None))
    assert sent_to_client(Appointment.objects.latest("pk")) == []


def test_it_is_said_when_a_client_cannot_be_told(boss, clinic):
    silent = make_client(first_name="Ann", email="", mobile="")
    response = boss.post(NEW, form_of(clinic, client=silent.pk), follow=True)
    said = "The client isn't told of it. The client has no email address. The client has no mobile number."
    assert said in text(response)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Margaret Hale is told by email and text message."),
        ({"mobile": ""}, "Margaret Hale is told by email."),
        ({"email_opt_in": False}, "Margaret Hale is told by text message."),
        (
            {"email": "", "sms_opt_in": False},
            "No message reaches Margaret Hale, so please ring. The client has no email address. "
            "The client doesn’t want texts about appointments.",
        ),
    ],
)
def test_the_form_says_beforehand_by_which_channels_the_client_is_told(boss, clinic, values, said):
    for name, value in values.items():
        setattr(clinic.client, name, value)
    clinic.client.save()
    for view in ("change", "cancel"):
        assert said in text(boss.get(url_of(view, clinic.appointment)))
    assert said in text(boss.post(NEW, form_of(clinic) | {"show_times": "1"}))
    if "so please ring" in said:
        assert "The client isn't told." in note_of(boss, clinic.appointment)
        assert said.partition("ring. ")[2] in text(boss.get(url_of("send_again", clinic.appointment)))


def test_where_no_message_is_published_the_form_says_so(boss, clinic):
    CommunicationTemplate.objects.filter(event="cancelled").update(live=False)
    page = text(boss.get(url_of("cancel", clinic.appointment)))
    assert "No message reaches Margaret Hale, so please ring. No message for it is published." in page


def test_before_it_is_known_whom_the_form_names_nobody(boss, clinic):
    assert "is told by" not in text(boss.get(NEW))
    assert "By each channel that the client wants" in text(boss.get(NEW))


def test_after_a_status_that_is_told_the_page_says_to_whom_it_goes(boss, clinic):
    arrived = AppointmentStatus.objects.filter(arrived=True).first()
    CommunicationTemplate.objects.filter(event="status_changed", channel="email").update(live=True)
    page = send(boss, "set_status", clinic.appointment, {"status": arrived.pk})
    assert "A message to margaret@example.org is on its way." in text(page)
    again = send(boss, "set_status", clinic.appointment, {"status": arrived.pk})
    assert "on its way" not in text(again)


def test_a_time_is_that_of_the_location_whoever_enters_it(boss, clinic):
    brooklyn = make_location(name="Brooklyn", timezone="America/New_York")
    clinic.clinician.locations.add(brooklyn)
    response = boss.post(NEW, form_of(clinic, location=brooklyn.pk), follow=True)
    assert Appointment.objects.latest("pk").start == datetime(2026, 11, 26, 19, 30, tzinfo=UTC)
    assert "Thu 26 Nov 2026, 14:30–15:00, New York time" in text(response)


def test_a_time_that_the_clocks_skip_is_refused_at_its_field(boss, clinic):
    response = boss.post(NEW, form_of(clinic, date="2027-03-28", time="01:30"))
    assert "there is no 01:30 in London time" in response.context["form"].errors["time"][0]
    assert Appointment.objects.count() == 1


def test_a_time_that_comes_twice_means_its_first_pass(boss, clinic):
    there = form_of(clinic, date="2027-10-31", time="01:30")
    boss.post(NEW, there | knowing(boss.post(NEW, there)))
    assert Appointment.objects.latest("pk").start == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("client", ""),
        ("client", "x"),
        ("client", "\0"),
        ("client", "9" * 40),
        ("clinician", "0"),
        ("location", "🙂"),
        ("appointment_type", ""),
        ("date", "31/02/2026"),
        ("date", "9999-12-31"),
        ("date", "0001-01-01"),
        ("time", "25:00"),
        ("time", "14:30:15"),
        ("time", "\u202e14:30"),
    ],
)
def test_nonsense_is_a_field_error_and_books_nothing(boss, clinic, field, value):
    response = boss.post(NEW, form_of(clinic, **{field: value}))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert Appointment.objects.count() == 1


def test_nobody_is_booked_in_who_is_not_active(boss, clinic):
    former = make_client(first_name="Old", last_name="Tom", is_active=False)
    response = boss.post(NEW, form_of(clinic, client=former.pk))
    assert "This client isn't active" in response.context["form"].errors["client"][0]
    assert NEW not in text(boss.get(reverse("clientportal_client:edit", args=[former.pk])))


def test_an_appointment_that_would_last_longer_than_a_day_is_refused_in_a_sentence(boss, clinic):
    long = make_type(name="Marathon", duration_minutes=1400, buffer_minutes=100)
    response = boss.post(NEW, form_of(clinic, appointment_type=long.pk))
    assert "longer than 24 hours" in text(response)


# --- change ----------------------------------------------------------------------------------------------------------


def moved(clinic, **values):
    data = form_of(clinic, **values)
    return {name: data[name] for name in data if name not in ("client", "appointment_type")}


def test_staff_move_an_appointment_to_another_time_clinician_and_place(boss, clinic):
    brooklyn = make_location(name="Brooklyn", timezone="America/New_York")
    bea = make_clinician(name="Bea Ito", locations=[brooklyn], appointment_types=[clinic.appointment_type])
    data = moved(clinic, clinician=bea.pk, location=brooklyn.pk)
    response = send(boss, "change", clinic.appointment, data)
    appointment = Appointment.objects.get()
    assert (appointment.clinician, appointment.location) == (bea, brooklyn)
    assert appointment.start == datetime(2026, 11, 26, 19, 30, tzinfo=UTC)
    assert (
        "The appointment of Margaret Hale is now: Thu 26 Nov 2026, 14:30–15:00, New York time, "
        "with Bea Ito at Brooklyn."
    ) in text(response)
    assert sent_to_client(appointment) == ["changed"]
    assert appointment.events.get().by_kind == "staff"


def test_the_form_shows_where_the_appointment_is_in_the_locations_zone(boss, clinic):
    brooklyn = make_location(name="Brooklyn", timezone="America/New_York", is_active=False)
    appointment = clinic.book(location=brooklyn, start=datetime(2026, 11, 27, 1, 0, tzinfo=UTC))
    form = boss.get(url_of("change", appointment)).context["form"]
    assert (form["date"].value().isoformat(), form["time"].value().strftime("%H:%M")) == ("2026-11-26", "20:00")
    assert brooklyn in form.fields["location"].queryset  # where it is it may stay


def test_a_change_to_the_same_place_is_refused_in_a_sentence(boss, clinic):
    response = send(boss, "change", clinic.appointment, moved(clinic, date="2026-11-25", time="10:00"))
    assert response.status_code == 409
    assert "That is where the appointment is already." in text(response)
    assert not AppointmentEvent.objects.exists()


def test_an_appointment_in_the_second_pass_of_an_hour_stays_there_when_only_the_clinician_changes(boss, clinic):
    second_pass = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    appointment = clinic.book(start=second_pass)
    bea = make_clinician(name="Bea Ito")
    there = moved(clinic, clinician=bea.pk, date="2027-10-31", time="01:30")
    send(boss, "change", appointment, there | knowing(send(boss, "change", appointment, there)))
    appointment.refresh_from_db()
    assert (appointment.clinician, appointment.start) == (bea, second_pass)


def conflicting(boss, clinic, view, data):
    """Send a form that was opened before the client moved the appointment."""
    url = url_of(view, clinic.appointment)
    seen_version = hidden(boss.get(url), "seen_version")
    change(clinic.appointment, NOW.replace(hour=11) + timedelta(days=3), by=clinic.client)
    return boss.post(url, data | {"seen_version": seen_version})


@pytest.mark.parametrize("view", ["change", "cancel", "set_status"])
def test_what_changed_meanwhile_is_shown_and_nothing_is_done(boss, clinic, view):
    data = moved(clinic, status=cancelled_status().pk)
    response = conflicting(boss, clinic, view, data)
    assert response.status_code == 409
    assert (
        "This appointment was changed in the meantime. It is now: Thu 26 Nov 2026, 11:00–11:30, "
        "with Ada Osei at Harbour Rooms, status “Booked”."
    ) in text(response)
    appointment = Appointment.objects.get()
    assert appointment.start.hour == 11
    assert appointment.holds_place
    assert appointment.events.count() == 1

    # Sent again from the page that says so, it is done.
    again = data | {"seen_version": hidden(response, "seen_version")}
    assert boss.post(url_of(view, appointment), again).status_code == 302
    assert appointment.events.count() == 2


def test_a_conflict_comes_before_an_error_in_the_form(boss, clinic):
    response = conflicting(boss, clinic, "change", moved(clinic, time="never"))
    assert "This appointment was changed in the meantime." in text(response)


def test_a_form_without_the_state_it_was_made_from_changes_nothing(boss, clinic):
    assert boss.post(url_of("cancel", clinic.appointment), {}).status_code == 409
    assert Appointment.objects.get().holds_place


# --- cancel ----------------------------------------------------------------------------------------------------------


def test_staff_cancel_with_the_policys_status_and_the_client_is_told(boss, clinic):
    policy = PortalPolicy.objects.get()
    page = boss.get(url_of("cancel", clinic.appointment))
    assert page.context["form"]["status"].value() == policy.status_after_cancellation_id
    offered = page.context["form"].fields["status"].queryset
    assert not offered.filter(attending=True).exists()
    response = send(boss, "cancel", clinic.appointment, {"status": "", "tell_client": "on"})
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.holds_place) == (policy.status_after_cancellation, False)
    said = "The appointment of Margaret Hale is cancelled: Wed 25 Nov 2026, 10:00–10:30."
    assert said in text(response)
    assert sent_to_client(appointment) == ["cancelled"]


def test_staff_choose_another_status_for_what_they_cancel(boss, clinic):
    gone = AppointmentStatus.objects.create(name="Moved away", attending=False)
    send(boss, "cancel", clinic.appointment, {"status": gone.pk})
    assert Appointment.objects.get().status == gone
    assert sent_to_client(clinic.appointment) == []


def test_a_status_that_keeps_the_place_cannot_be_given_by_cancelling(boss, clinic):
    response = send(boss, "cancel", clinic.appointment, {"status": clinic.appointment.status.pk})
    assert "status" in response.context["form"].errors
    assert Appointment.objects.get().holds_place


@pytest.mark.parametrize("view", ["change", "cancel"])
def test_a_cancelled_appointment_has_nothing_to_change(boss, clinic, view):
    send(boss, "cancel", clinic.appointment, {})
    page = boss.get(url_of(view, clinic.appointment))
    assert "doesn't hold a place in the diary any more" in text(page)
    assert "Back to the appointment" in text(page)
    assert send(boss, view, clinic.appointment, moved(clinic, status="")).status_code == 409
    assert Appointment.objects.get().events.count() == 1
    details = text(boss.get(page_of(clinic.appointment)))
    assert url_of("set_status", clinic.appointment) in details
    assert url_of(view, clinic.appointment) not in details


# --- status ----------------------------------------------------------------------------------------------------------


def test_staff_say_that_a_client_has_arrived(boss, clinic):
    arrived = AppointmentStatus.objects.filter(arrived=True).first()
    response = send(boss, "set_status", clinic.appointment, {"status": arrived.pk})
    assert Appointment.objects.get().status == arrived
    assert f"now has the status “{arrived}”" in text(response)
    assert sent_to_client(clinic.appointment) == []


def absent():
    return AppointmentStatus.objects.get(name="Did not attend")


def test_a_status_that_frees_a_time_to_come_tells_the_client_as_a_cancellation_does(boss, clinic):
    form = text(boss.get(url_of("set_status", clinic.appointment)))
    assert "A status that frees the time cancels the appointment, and of that they are told." in form
    assert "If the time becomes free: Margaret Hale is told by email and text message." in form
    page = send(boss, "set_status", clinic.appointment, {"status": absent().pk, "tell_client": "on"})
    assert "A message to margaret@example.org and +447700900123 is on its way." in text(page)
    assert sent_to_client(clinic.appointment) == ["cancelled"]
    assert "Undo the cancellation" in text(page)


def test_whoever_frees_a_time_may_choose_that_the_client_is_not_told(boss, clinic):
    page = send(boss, "set_status", clinic.appointment, {"status": absent().pk})
    assert "on its way" not in text(page)
    assert Appointment.objects.get().status == absent() and sent_to_client(clinic.appointment) == []


def test_a_time_that_has_begun_is_freed_without_a_word(boss, clinic, time_machine):
    time_machine.move_to(clinic.appointment.start, tick=False)
    boss.force_login(get_user_model().objects.get(username="boss"))
    assert "tell_client" not in text(boss.get(url_of("set_status", clinic.appointment)))
    send(boss, "set_status", clinic.appointment, {"status": absent().pk})
    assert clinic.appointment.events.get().kind == "status_changed" and sent_to_client(clinic.appointment) == []


def note_of(staff, appointment):
    return staff.get(url_of("set_status", appointment)).context["note"]


def test_the_form_says_whether_the_client_is_told_of_a_new_status(boss, clinic):
    assert "The client isn't told." in note_of(boss, clinic.appointment)
    CommunicationTemplate.objects.filter(event="status_changed", channel="email").update(name="News", live=True)
    assert "Margaret Hale is told by email. A status that frees the time" in note_of(boss, clinic.appointment)
    CommunicationTemplate.objects.filter(name="News").update(location=make_location(name="The Mill"))
    assert "The client isn't told." in note_of(boss, clinic.appointment)


def test_nobody_is_told_of_the_status_of_an_appointment_that_is_over(boss, clinic, time_machine):
    CommunicationTemplate.objects.filter(event="status_changed").update(live=True)
    time_machine.move_to(clinic.appointment.end, tick=False)
    boss.force_login(get_user_model().objects.get(username="boss"))
    assert "The client isn't told." in note_of(boss, clinic.appointment)


def test_the_form_says_that_an_appointment_which_gets_its_place_back_is_confirmed(boss, clinic):
    send(boss, "cancel", clinic.appointment, {"tell_client": "on"})
    note = note_of(boss, clinic.appointment)
    assert "The client isn't told." in note
    assert "gets its place back: Margaret Hale is told by email and text message." in note


def test_a_cancelled_appointment_gets_its_place_back_only_while_it_is_free(boss, clinic):
    booked = clinic.appointment.status
    send(boss, "cancel", clinic.appointment, {})
    other = make_client(first_name="Ann")
    book(other, clinic.clinician, clinic.location, clinic.appointment_type, clinic.appointment.start, by=None)
    response = send(boss, "set_status", clinic.appointment, {"status": booked.pk})
    assert response.status_code == 409
    assert "Ada Osei has an appointment with Ann Hale" in text(response)
    clinic.appointment.refresh_from_db()
    assert not clinic.appointment.holds_place


# --- who may ---------------------------------------------------------------------------------------------------------


def test_whoever_may_only_read_finds_no_way_to_change_anything(staff_with, clinic):
    reader = staff_with("view_appointment")
    page = text(reader.get(page_of(clinic.appointment)))
    register = text(reader.get(reverse("wagtail_clientportal_appointment_modeladmin_index")))
    assert "Margaret Hale" in page
    assert "/admin/clientportal/appointments/" not in page + register
    for url in (NEW, *(url_of(view, clinic.appointment) for view in ("change", "cancel", "set_status"))):
        assert reader.get(url).status_code == reader.post(url, form_of(clinic)).status_code == 302
    assert Appointment.objects.get().holds_place
    assert not AppointmentEvent.objects.exists()


def test_the_permission_to_add_is_not_the_permission_to_change(staff_with, clinic):
    receptionist = staff_with("add_appointment")
    assert receptionist.post(NEW, form_of(clinic), follow=True).status_code == 200
    assert Appointment.objects.count() == 2
    assert receptionist.get(url_of("cancel", clinic.appointment)).status_code == 302


def test_the_permission_to_change_is_not_the_permission_to_add(staff_with, clinic):
    receptionist = staff_with("change_appointment")
    assert send(receptionist, "cancel", clinic.appointment, {}).status_code == 200
    assert not Appointment.objects.get().holds_place
    assert receptionist.get(NEW).status_code == 302
    assert receptionist.get(reverse("clientportal_client_chooser:choose")).status_code == 302


def test_opening_a_form_changes_nothing(boss, clinic):
    for view in ("change", "cancel", "set_status"):
        boss.get(url_of(view, clinic.appointment), {"status": cancelled_status().pk, "time": "12:00"})
    assert not AppointmentEvent.objects.exists()


def test_a_name_is_text(boss, clinic):
    odd = make_client(first_name="<b>Ann</b>", last_name="Lee")
    response = boss.post(NEW, form_of(clinic, client=odd.pk), follow=True)
    assert "&lt;b&gt;Ann&lt;/b&gt; Lee is booked in" in text(response)
    assert "<b>Ann" not in text(response)
