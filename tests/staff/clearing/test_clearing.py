"""Somebody at the desk clears a day: whom it hits, what becomes of each, preview, done, whom to ring."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, make_client, make_clinician, make_location
from tests.staff.filling_in import filled_in
from wagtail_clientportal.clearing.runs import work_on
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    Clearing,
    ClearingLine,
    Notification,
    OutboundMessage,
    TimeOff,
)

INDEX = "clientportal_clearing:index"
WEDNESDAY = NOW.replace(hour=0) + timedelta(days=2)


@pytest.fixture
def desk(client, db):
    """Django's test client, signed in as a receptionist."""
    user = get_user_model().objects.create_user("rita", password="secret", first_name="Rita")
    user.groups.add(Group.objects.get(name="Clinic receptionist"))
    client.force_login(user)
    return client


def begin(browser, clinic, **values):
    data = {
        "clinician": clinic.clinician.pk,
        "first_day": "25/11/2026",
        "reason": "Ill",
        "begin_with": "cancel",
    } | values
    return browser.post(reverse(INDEX), data)


def url(screen="run"):
    return reverse(f"clientportal_clearing:{screen}", args=[Clearing.objects.get().pk])


def page(browser, screen="run"):
    return " ".join(browser.get(url(screen)).content.decode().split()).replace("&#x27;", "'")


def decide(browser, **values):
    form = filled_in(browser.get(url()), form="main form:has([name=words])")
    return browser.post(url(), form | {"step": "decide"} | values)


def do_it(browser):
    return browser.post(
        url("preview"), filled_in(browser.get(url("preview")), form="main form:has([name=seen_version])")
    )


def field():
    return f"line_{ClearingLine.objects.get().pk}"


def work():
    work_on(Clearing.objects.get().pk, now=NOW)


def test_a_day_is_cleared_from_the_first_form_to_the_result(desk, clinic):
    assert begin(desk, clinic).url == url()
    shown = page(desk)
    assert "Margaret Hale" in shown and "Wed 25 Nov 2026, 10:00–10:30" in shown
    assert "Nothing is changed yet" in shown

    assert decide(desk, words="Ada is away. We are sorry.").url == url("preview")
    shown = page(desk, "preview")
    assert "Margaret Hale is told by email and text message." in shown
    assert shown.count("Ada is away. We are sorry.") == 2  # in the email and in the text message
    assert "At the end Ada Osei gets time off: Wed 25 Nov 2026." in shown
    assert not AppointmentEvent.objects.exists()

    assert do_it(desk).url == url()
    assert 'max="100" value="0"' in page(desk) and desk.get(url())["Refresh"] == "3"
    work()
    shown = page(desk)
    assert "<dt>Cancelled</dt><dd>1</dd>" in shown and "Done: Mon 23 Nov 2026, 08:00." in shown
    assert "Ada Osei has time off now" in shown and "Refresh" not in desk.get(url())
    assert "Please ring" not in shown
    assert TimeOff.objects.get().reason == "Ill"
    assert AppointmentEvent.objects.get(kind="cancelled").by_user.first_name == "Rita"


def test_a_client_is_moved_to_the_time_that_was_chosen(desk, clinic):
    begin(desk, clinic, begin_with="same")
    assert "Move it: Ada Osei, later" in page(desk)
    decide(desk)
    assert "Moved to Thu 26 Nov 2026, 09:00, with Ada Osei" in page(desk, "preview")
    do_it(desk)
    work()
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == WEDNESDAY + timedelta(days=1, hours=9)


def test_another_clinician_who_does_that_type_there_is_offered_at_the_same_time(desk, clinic):
    make_clinician(name="Ben", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    make_clinician(name="Cy", locations=[make_location(name="Elsewhere")], appointment_types=[clinic.appointment_type])
    begin(desk, clinic, begin_with="another")
    shown = page(desk)
    assert "selected>Wed 25 Nov, 10:00 · Ben" in shown and "· Cy" not in shown


def test_two_are_not_sent_to_one_place(desk, clinic):
    other = clinic.book(client=make_client(first_name="Jo"), start=WEDNESDAY + timedelta(hours=12))
    begin(desk, clinic, begin_with="same")
    first, second = ClearingLine.objects.order_by("seen_start")
    assert first.new_start != second.new_start
    second.offers = first.offers
    second.save()
    same = f"{first.new_clinician_id}@{int(first.new_start.timestamp()) // 60}"
    response = decide(desk, **{f"line_{second.pk}": same})
    assert "Another appointment above is to move to this time." in response.content.decode()
    assert second.appointment == other


def test_a_time_that_is_not_free_any_more_is_refused_beside_its_field(desk, clinic):
    begin(desk, clinic, begin_with="same")
    clinic.book(client=make_client(first_name="Quick"), start=ClearingLine.objects.get().new_start)
    response = decide(desk)
    assert response.status_code == 200
    assert "This time isn’t free any more." in response.content.decode()


def test_looking_again_shows_whom_it_hits_now_and_keeps_what_was_chosen_and_typed(desk, clinic):
    begin(desk, clinic)
    decide(desk, **{field(): "leave"})
    clinic.book(client=make_client(first_name="Newly"), start=WEDNESDAY + timedelta(hours=14))
    assert "The diary has changed" in page(desk)
    desk.post(url(), {"step": "look_again", "words": "Typed"})
    shown = page(desk)
    assert "Newly Hale" in shown and "The diary has changed" not in shown and "Typed" in shown
    assert list(ClearingLine.objects.order_by("seen_start").values_list("decision", flat=True)) == ["leave", "move"]


def test_what_another_window_decided_meanwhile_is_not_done(desk, clinic):
    begin(desk, clinic)
    seen = filled_in(desk.get(url("preview")), form="main form:has([name=seen_version])")
    decide(desk, words="Something else")
    assert desk.post(url("preview"), seen).url == url("preview")
    assert Clearing.objects.get().state == "draft"


def test_it_is_begun_once(desk, clinic):
    begin(desk, clinic)
    seen = filled_in(desk.get(url("preview")), form="main form:has([name=seen_version])")
    desk.post(url("preview"), seen)
    work()
    for screen, data in (("preview", seen), ("run", {"step": "forget"}), ("run", {"step": "look_again"})):
        desk.post(url(screen), data)
    assert AppointmentEvent.objects.filter(kind="cancelled").count() == 1
    assert Clearing.objects.get().state == "done"


def test_opening_a_page_does_nothing(desk, clinic):
    begin(desk, clinic)
    for screen in ("run", "preview"):
        desk.get(url(screen))
    assert not AppointmentEvent.objects.exists() and not TimeOff.objects.exists()


def test_without_a_worker_the_request_does_it(desk, clinic, settings):
    del settings.Q_CLUSTER
    begin(desk, clinic)
    do_it(desk)
    assert Clearing.objects.get().state == "done"
    assert AppointmentEvent.objects.filter(kind="cancelled").count() == 1


def test_whoever_no_message_reaches_stands_on_a_list_to_ring_and_is_ticked_off(desk, clinic):
    clinic.client.email_opt_in = clinic.client.sms_opt_in = False
    clinic.client.save()
    begin(desk, clinic)
    assert "No message reaches Margaret Hale, so please ring." in page(desk, "preview")
    do_it(desk)
    work()
    shown = page(desk)
    assert "Please ring" in shown and "07700 900123" in shown
    desk.post(url(), {"step": "rung", "line": ClearingLine.objects.get().pk})
    assert "Rung Mon 23 Nov 2026, 08:00, by Rita" in page(desk)
    # As in the bell
    assert not Notification.objects.filter(kind="client_not_told", read_at=None).exists()


def test_who_was_rung_from_the_bell_counts_as_rung_here(desk, clinic):
    clinic.client.email_opt_in = clinic.client.sms_opt_in = False
    clinic.client.save()
    begin(desk, clinic)
    do_it(desk)
    work()
    asked = Notification.objects.get(kind="client_not_told", recipient__username="rita")
    desk.post(reverse("clientportal_notification:handle", args=[asked.pk]))
    assert "Rung Mon 23 Nov 2026" in page(desk)


def test_whose_message_fails_later_is_to_be_rung_too(desk, clinic):
    begin(desk, clinic)
    do_it(desk)
    work()
    OutboundMessage.objects.filter(client=clinic.client).update(status="failed")
    assert "Please ring" in page(desk)


def test_what_could_not_be_done_is_said_with_why(desk, clinic):
    begin(desk, clinic)
    do_it(desk)
    Appointment.objects.update(start=WEDNESDAY + timedelta(hours=15), end=WEDNESDAY + timedelta(hours=16))
    work()
    shown = page(desk)
    assert "Cancelled: Somebody changed this appointment in the meantime." in shown
    assert "Still in the diary in this time" in shown


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"first_day": "26/11/2026"}, "Ada Osei has no appointments to come then"),
        ({"first_day": "20/11/2026"}, "This is over. Choose a day that is still to come."),
        ({"first_day": "soon"}, "error-message"),
        ({"clinician": ""}, "This field is required."),
        ({"first_day": "25/11/2026", "last_day": "24/11/2026"}, "The end has to be later than the start."),
    ],
)
def test_a_span_with_nothing_to_clear_or_none_at_all_is_said_on_the_form(desk, clinic, values, told):
    response = begin(desk, clinic, **values)
    assert response.status_code == 200 and told in response.content.decode()
    assert not Clearing.objects.exists()


def test_the_words_stand_in_the_history_and_not_in_an_anonymised_clients(desk, clinic):
    begin(desk, clinic)
    decide(desk, words="Ada is <b>away</b>.")
    do_it(desk)
    work()
    register = reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[clinic.appointment.pk])
    assert "Ada is &lt;b&gt;away&lt;/b&gt;." in desk.get(register).content.decode()


def test_a_clearing_of_appointments_out_of_reach_is_not_there(client, clinic, staff_with):
    sam = staff_with("change_appointment", "add_timeoff", own_diary=True)
    clearing = Clearing.objects.create(
        clinician=clinic.clinician, start=WEDNESDAY, end=WEDNESDAY + timedelta(days=1), created_at=NOW
    )
    for screen in ("run", "preview"):
        assert sam.get(reverse(f"clientportal_clearing:{screen}", args=[clearing.pk])).status_code == 404
    assert "Ada Osei" not in sam.get(reverse(INDEX)).content.decode()


def clear(browser, clinic, clinician, number):
    """Clear a day with *number* appointments, and return how often each step asks the database, by its name.

    A third of the clients are moved, a third are cancelled, and of those no message reaches every other one.
    """
    for place in range(number):
        unreachable = {"email": "", "mobile": ""} if place % 2 else {"email": f"{clinician.pk}.{place}@example.org"}
        clinic.book(
            client=make_client(last_name=f"Hale {place}", **unreachable),
            clinician=clinician,
            start=WEDNESDAY + timedelta(hours=9, minutes=20 * place),
            overbooked=True,
        )
    asked = {}

    def step(name, take):
        with CaptureQueriesContext(connection) as captured:
            response = take()
        asked[name] = len(captured)
        return response

    step("begin", lambda: begin(browser, clinic, clinician=clinician.pk, begin_with="same"))
    step("decide", lambda: browser.get(url()))
    lines = list(ClearingLine.objects.order_by("seen_start"))
    others = {f"line_{one.pk}": ["cancel", "leave"][nth % 3 - 1] for nth, one in enumerate(lines) if nth % 3}
    assert decide(browser, **others).url == url("preview")
    step("preview", lambda: browser.get(url("preview")))
    do_it(browser)
    step("under way", lambda: browser.get(url()))
    work()
    step("done", lambda: browser.get(url()))
    step("those that were", lambda: browser.get(reverse(INDEX)))
    Clearing.objects.all().delete()
    return asked


def test_a_clearing_of_20_appointments_asks_as_often_as_one_of_six(desk, clinic):
    bea, cy, di = (
        make_clinician(name=name, locations=[clinic.location], appointment_types=[clinic.appointment_type])
        for name in ("Bea", "Cy", "Di")
    )
    clear(desk, clinic, bea, 6)  # what is looked up once a process
    assert clear(desk, clinic, cy, 6) == clear(desk, clinic, di, 20)
