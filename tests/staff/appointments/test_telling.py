"""Before and after something is done, staff read whether and by which channels the client hears of it."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.staff.filling_in import NEW, form_of, page_of, text
from wagtail_clientportal.models import Appointment, OutboundMessage


@pytest.fixture
def booked(boss, clinic):
    """A function that books, and returns the appointment's page and its card as they are then."""

    def book(**values):
        boss.post(NEW, form_of(clinic, **values))
        return look

    def look():
        appointment = Appointment.objects.latest("pk")
        card = reverse("wagtail_clientportal_diary:card", args=[appointment.pk])
        return text(boss.get(page_of(appointment))), text(boss.get(card))

    return book


def test_history_and_card_say_by_which_channels_the_client_is_told(booked):
    look = booked()
    page, card = look()
    assert "The client is being told by email and text message." in page
    assert "Booked: The client is being told by email and text message." in card
    call_command("clientportal_send")
    page, card = look()
    assert "The client was told by email and text message." in page
    assert "Booked: The client was told by email and text message." in card
    OutboundMessage.objects.filter(channel="sms").update(status="failed")
    page, card = look()
    assert "The client was told by email. The message by text message could not be sent." in page


def test_history_and_card_say_that_the_client_was_not_told_and_why(booked, clinic):
    clinic.client.email = clinic.client.mobile = ""
    clinic.client.save()
    page, card = booked()()
    assert "The client wasn’t told. The client has no email address." in page
    assert "Booked: The client wasn’t told. The client has no email address." in card


def test_where_nobody_was_to_be_told_it_says_so(booked):
    page, card = booked(tell_client=None)()
    assert "The client was sent no message about it." in page and "The client was sent no message about it." in card


def test_the_card_says_beforehand_who_is_told_of_a_cancellation(booked):
    assert "If you cancel: Margaret Hale is told by email and text message." in booked()()[1]


def test_a_new_clients_channels_are_said_while_they_are_written_down(boss, clinic):
    person = {"new-first_name": "Jo", "new-last_name": "Bloggs", "new-email": "jo@example.org"}
    page = boss.post(NEW, form_of(clinic, client="", times="2") | person | {"show_times": "1"})
    assert "Jo Bloggs is told by email. Once for each appointment." in text(page)
