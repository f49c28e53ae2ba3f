"""The tags as a site's developer uses them: in a page, in an email of their own, with or without an appointment."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import Client as Browser
from wagtail.models import Page

from tests.factories import NOW, cancelled_status, make_client
from wagtail_clientportal.access.links import find_link
from wagtail_clientportal.communications.variables import APPOINTMENT_VARIABLES, message_context
from wagtail_clientportal.models import MagicLink

pytestmark = pytest.mark.usefixtures("clock")

PORTAL = "http://localhost/portal/"


def render(template, context):
    return Template("{% load clientportal %}" + template).render(Context(context))


def test_inside_a_message_the_url_holds_a_token_that_opens_the_appointment(clinic):
    url = render("{% next_appt_url %}", message_context(appointment=clinic.appointment))
    assert url.startswith("http://localhost/p/")
    assert find_link(url.split("/")[-2], NOW).appointment == clinic.appointment


def test_one_message_mints_one_link_however_often_it_is_named(clinic):
    context = message_context(client=clinic.client)
    text = render("{% next_appt_url %} {{ next_appt_url }} {% next_appt_link %} {{ next_appt_link }}", context)
    assert len({word for word in text.replace('"', " ").split() if "/p/" in word}) == 1
    assert MagicLink.objects.count() == 1


def test_a_message_that_names_no_link_mints_none(clinic):
    render("{% client_first_name %} {{ appointment_date }}", message_context(client=clinic.client))
    assert not MagicLink.objects.exists()


def test_the_link_is_html_with_a_text_of_ones_choice(clinic):
    context = message_context(client=clinic.client)
    assert ">Manage appointment</a>" in render("{% next_appt_link %}", context)
    assert ">Move it</a>" in render('{% next_appt_link "Move it" %}', context)
    assert ">Move &lt;it&gt;</a>" in render("{% next_appt_link text %}", context | {"text": "Move <it>"})


def test_on_a_web_page_the_tags_give_the_portal_without_a_token(clinic):
    for context in ({"appointment": clinic.appointment}, {"client": clinic.client}):
        assert render("{% next_appt_url %}", context) == PORTAL
        assert render("{% next_appt_link %}", context) == f'<a href="{PORTAL}">Manage appointment</a>'
    assert not MagicLink.objects.exists()


def test_without_appointment_or_client_they_render_nothing(clinic):
    assert render("[{% next_appt_link %}{% next_appt_url %}]", {}) == "[]"
    nobody = make_client(email="new@example.org")
    assert render("[{% next_appt_link %}{% next_appt_url %}]", message_context(client=nobody)) == "[]"


def test_a_clients_next_appointment_is_one_that_holds_its_place(clinic):
    clinic.appointment.status = cancelled_status()
    clinic.appointment.holds_place = False
    clinic.appointment.save()
    later = clinic.book(start=clinic.appointment.start + timedelta(days=1))
    url = render("{% next_appt_url %}", message_context(client=clinic.client))
    assert find_link(url.split("/")[-2], NOW).appointment == later


@pytest.mark.parametrize("what", ["cancelled", "past"])
def test_for_a_cancelled_or_past_appointment_the_url_is_the_portal_page(clinic, what):
    appointment = clinic.appointment
    if what == "cancelled":
        appointment.status, appointment.holds_place = cancelled_status(), False
        appointment.save()
    else:
        appointment = clinic.book(start=NOW - timedelta(days=1))
    assert render("{% next_appt_url %}", message_context(appointment=appointment)) == PORTAL


def test_every_variable_is_a_tag_and_a_name_in_the_context(clinic):
    context = message_context(appointment=clinic.appointment)
    for name in APPOINTMENT_VARIABLES:
        assert render(f"{{% {name} %}}", context) == render(f"{{{{ {name} }}}}", context)
    assert render("{% appointment_date %}, {% appointment_time %}–{% appointment_end_time %}", context) == (
        "Wednesday 25 November 2026, 10am–10:30am"
    )
    assert render("{% change_by %}", context) == "Tuesday 24 November 2026 at 10am"
    assert render("{% clinic_phone %}", context) == "020 7946 0000"


def test_what_a_client_is_called_is_escaped(clinic):
    clinic.client.first_name = "<b>Eve</b>"
    assert render("{% client_first_name %}", message_context(appointment=clinic.appointment)) == (
        "&lt;b&gt;Eve&lt;/b&gt;"
    )


def test_another_appointment_in_a_loop_has_its_own_link(clinic):
    other = clinic.book(start=NOW + timedelta(days=9))
    context = message_context(client=clinic.client) | {"appointments": [clinic.appointment, other]}
    text = render("{% for appointment in appointments %}{% next_appt_url %} {% endfor %}", context)
    assert [find_link(url.split("/")[-2], NOW).appointment for url in text.split()] == [clinic.appointment, other]


def test_a_deadline_that_has_passed_is_nothing(clinic, time_machine):
    time_machine.move_to(clinic.appointment.start - timedelta(hours=23), tick=False)
    assert render("[{% change_by %}{% cancel_by %}]", message_context(appointment=clinic.appointment)) == "[]"


def test_who_is_not_available_online_leaves_nothing_to_be_changed_until(clinic):
    clinic.clinician.available_online = False
    assert render("[{% change_by %}]", message_context(appointment=clinic.appointment)) == "[]"


def test_a_wagtail_page_can_use_the_tags(clinic, settings, tmp_path, monkeypatch):
    (tmp_path / "welcome.html").write_text("{% load clientportal %}{% next_appt_link 'Your appointment' %}")
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path]}]
    monkeypatch.setattr(Page, "template", "welcome.html")
    monkeypatch.setattr(
        Page, "get_context", lambda page, request: {"page": page, "request": request, "client": clinic.client}
    )
    page = Browser().get("/").content.decode()
    assert page == f'<a href="{PORTAL}">Your appointment</a>'
    assert not MagicLink.objects.exists()
