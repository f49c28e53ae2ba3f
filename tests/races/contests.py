"""What the processes of a race run. Importing it needs Django to be set up (see racers.py).

A contest fetches what it needs and returns a function that goes: what is fetched before the start is as old as what a
web page has shown.
"""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse

from tests.factories import NOW
from tests.races import referee
from tests.races.racers import DONE
from tests.staff.filling_in import filled_in
from wagtail_clientportal.access import throttle
from wagtail_clientportal.access.links import find_link
from wagtail_clientportal.actions import ask_to_confirm as asking
from wagtail_clientportal.actions import book as booking
from wagtail_clientportal.actions import book_series
from wagtail_clientportal.actions import cancel as cancelling
from wagtail_clientportal.actions import change as changing
from wagtail_clientportal.actions import confirm_booking as confirming
from wagtail_clientportal.actions import deliver as delivering
from wagtail_clientportal.actions import merge_clients as merging
from wagtail_clientportal.actions.refusals import Refused
from wagtail_clientportal.actions.settle_payment import settle_payment
from wagtail_clientportal.actions.verify_identity import verify_identity
from wagtail_clientportal.models import (
    Appointment,
    AppointmentType,
    BookingRequest,
    Client,
    Clinician,
    Location,
    MagicLink,
    Payment,
    PortalSettings,
)
from wagtail_clientportal.notifications.queue import tell_of_burst as telling_of_burst
from wagtail_clientportal.payments.provider import Report, State

_HOW_LONG_IT_WAITS = {
    "sqlite": "PRAGMA busy_timeout",
    "postgresql": "SHOW lock_timeout",
    "mysql": "SELECT @@SESSION.innodb_lock_wait_timeout",
}


def book(*, client: int, clinician: int, location: int, appointment_type: int, start: datetime):
    person, who, where, what = (
        Client.objects.get(pk=client),
        Clinician.objects.get(pk=clinician),
        Location.objects.get(pk=location),
        AppointmentType.objects.get(pk=appointment_type),
    )
    return lambda: booking.book(person, who, where, what, start, message="Hello", by=person, now=NOW).pk


def send_booking_form(
    *, key: str, client: int | None, email: str, clinicians: list[int], location: int, appointment_type: int, starts
):
    """What staff's form does when it is sent. :param client: ``None`` for a new one, with *email*."""
    who = Client(first_name="New", last_name="Racer", email=email) if client is None else Client.objects.get(pk=client)
    where, kind = Location.objects.get(pk=location), AppointmentType.objects.get(pk=appointment_type)
    them = list(Clinician.objects.filter(pk__in=clinicians).order_by("pk"))
    form_key = uuid.UUID(key)
    return lambda: [
        one.pk for one in book_series.book_series(who, them, where, kind, starts, by=None, form_key=form_key, now=NOW)
    ]


def book_anyone(*, clients: list[int], **asked):
    """One client after the other.

    :return: of the function: for each DONE, or the refusal's name.
    """
    going = [confirm_booking(asked=referee.ask_for_anyone(who=client, **asked)) for client in clients]
    return lambda: [_said(go) for go in going]


def confirm_booking(*, asked: int, now: datetime = NOW):
    found = BookingRequest.objects.get(pk=asked)
    return lambda: confirming.confirm_booking(found, now=now).pk


def ask_to_confirm(*, asked: int, now: datetime):
    found = BookingRequest.objects.get(pk=asked)
    return lambda: asking.ask_to_confirm(found, ip=None, now=now)


def report(*, payment: int, state: str, amount: str = "48.00"):
    """Let the provider report of a payment what became of it. :param state: the name of a ``State``."""
    found = Payment.objects.get(pk=payment)
    said = Report(State[state], Decimal(amount), "GBP", "R-1", {})
    return lambda: settle_payment(found, said, now=NOW).state


def deliver(*, message: int):
    return lambda: delivering.deliver(message, now=NOW)


def change(*, appointment: int, start: datetime):
    """By the client whose appointment it is."""
    found = Appointment.objects.select_related("client").get(pk=appointment)
    return lambda: changing.change(found, start, message="Hello", by=found.client, now=NOW).pk


def change_by_staff(*, appointment: int, start: datetime, clinician: int, user: int):
    """Into another diary."""
    found = Appointment.objects.get(pk=appointment)
    who, by = Clinician.objects.get(pk=clinician), get_user_model().objects.get(pk=user)
    return lambda: changing.change(found, start, clinician=who, by=by, now=NOW).pk


def move_about(*, appointment: int, moves: list[tuple[datetime, int]], user: int):
    """By staff, one move after the other. :param moves: pairs of start and clinician."""
    going = [
        change_by_staff(appointment=appointment, start=start, clinician=clinician, user=user)
        for start, clinician in moves
    ]
    return lambda: [go() for go in going]


def cancel(*, appointment: int):
    found = Appointment.objects.select_related("client").get(pk=appointment)
    return lambda: cancelling.cancel(found, message="Sorry", by=found.client, now=NOW).pk


def cancel_impatiently(*, appointment: int, limit: timedelta):
    """:param limit: how long to wait for the diary."""
    go = cancel(appointment=appointment)

    def going():
        with override_settings(WAGTAIL_CLIENTPORTAL={"LOCK_TIMEOUT": limit}):
            go()

    return going


def lock_wait():
    """:return: of the function: how long this connection waits for a lock, in the database's own words."""

    def going():
        with connection.cursor() as cursor:
            cursor.execute(_HOW_LONG_IT_WAITS[connection.vendor])
            return str(cursor.fetchone()[0])

    return going


def verify(*, token: str, answers: list[tuple[date, str]]):
    """One check after the other with a link that was fetched before the start.

    :param answers: pairs of date of birth and postcode.
    :return: of the function: for each check the pk of the client, or the refusal's name.
    """
    followed = find_link(token, NOW)
    return lambda: [_verified(followed, *answer) for answer in answers]


def answer(*, cookie: str, link: str, answers: dict):
    """Send the form behind a link that this cookie's browser followed.

    :return: of the function: what the page of appointments answers then.
    """
    browser = Browser()
    browser.cookies["sessionid"] = cookie

    def go():
        browser.post("/portal/verify/", answers | {"link": link})
        return browser.get("/portal/appointments/").status_code

    return go


def save_location(*, location: int, phone: str):
    """By staff, in a form that was opened before the start.

    :return: of the function: the answer's status. 302 is "saved", 200 the form again.
    """
    user, _made = get_user_model().objects.get_or_create(username=phone, is_superuser=True)
    browser, url = Browser(), reverse("clientportal_location:edit", args=[location])
    browser.force_login(user)
    sent = filled_in(browser.get(url)) | {"phone": phone}
    return lambda: browser.post(url, sent).status_code


def take(*, key: str, limit: int):
    """Count one more of something that may happen only so often, within a day."""
    return lambda: throttle.take(key, limit=limit, period=timedelta(days=1), now=NOW)


def tell_of_burst(*, now: datetime):
    settings = PortalSettings.objects.get()
    return lambda: telling_of_burst(100, portal_settings=settings, now=now)


def _verified(followed: MagicLink, born: date, postcode: str) -> int | str:
    try:
        return verify_identity(followed, date_of_birth=born, postcode=postcode, now=NOW + timedelta(minutes=1)).pk
    except Refused as refusal:
        return type(refusal).__name__


def book_by_staff(*, client: int, clinician: int, location: int, appointment_type: int, start: datetime):
    person, who, where, what = (
        Client.objects.get(pk=client),
        Clinician.objects.get(pk=clinician),
        Location.objects.get(pk=location),
        AppointmentType.objects.get(pk=appointment_type),
    )
    return lambda: booking.book(person, who, where, what, start, by=None, now=NOW).pk


def merge(*, kept: int, other: int, user: int):
    stays, goes = Client.objects.get(pk=kept), Client.objects.get(pk=other)
    return lambda: merging.merge_clients(stays, goes, by=get_user_model().objects.get(pk=user), now=NOW).pk


def _said(go) -> str:
    try:
        go()
    except Refused as refusal:
        return type(refusal).__name__
    return DONE


def either(*, what: str, **entry):
    """One racer does the one contest, another the other. :param what: the name of a function here."""
    contests = (merge, change_by_staff, book_by_staff, confirm_booking, ask_to_confirm)
    return {one.__name__: one for one in contests}[what](**entry)
