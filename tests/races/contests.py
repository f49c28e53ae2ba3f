"""What the processes of a race run. Importing it needs Django to be set up (see racers.py).

The referee's tasks do what they say and return plain values. A contest fetches what it needs and returns a function
that goes: what is fetched before the start is as old as what a web page has shown.
"""

import uuid
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count
from django.test import Client as Browser
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from tests.booking.paying import PROVIDER
from tests.factories import (
    NOW,
    make_appointment,
    make_client,
    make_clinician,
    make_location,
    make_type,
    open_portal,
)
from tests.staff.filling_in import filled_in
from wagtail_clientportal.access import throttle
from wagtail_clientportal.access.links import find_link, mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions import ask_to_pay as paying
from wagtail_clientportal.actions import book as booking
from wagtail_clientportal.actions import book_series
from wagtail_clientportal.actions import cancel as cancelling
from wagtail_clientportal.actions import change as changing
from wagtail_clientportal.actions import confirm_booking as confirming
from wagtail_clientportal.actions import deliver as delivering
from wagtail_clientportal.actions import merge_clients as merging
from wagtail_clientportal.actions.refusals import Refused
from wagtail_clientportal.actions.request_booking import request_booking
from wagtail_clientportal.actions.settle_payment import settle_payment
from wagtail_clientportal.actions.verify_identity import verify_identity
from wagtail_clientportal.diary.lock import locked_diaries
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentType,
    BookingRequest,
    BookingSettings,
    Client,
    ClientMessage,
    Clinician,
    Hold,
    Location,
    MagicLink,
    OutboundMessage,
    Payment,
    PortalSession,
    PortalSettings,
    Refund,
)
from wagtail_clientportal.notifications.queue import tell_of_burst as telling_of_burst
from wagtail_clientportal.payments.provider import Report, State

# -- The referee's tasks


def make_database() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def drop_database() -> None:
    connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def disconnect() -> None:
    connection.close()


def connect(options: dict) -> None:
    """:param options: OPTIONS of Django's DATABASES."""
    connection.settings_dict["OPTIONS"] = dict(options)
    connection.ensure_connection()


def exclusion_constraints() -> list[str]:
    """The names of the constraints on appointments that refuse an overlap."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = %s::regclass",
            [Appointment._meta.db_table],
        )
        return [name for (name,) in cursor.fetchall()]


def open_clinic(*, clients: int, clinicians: int = 1) -> dict:
    """A clinic with portal and online booking open. Clinicians work 9:00 to 17:00, Monday to Friday.

    :return: pks: of the location, the appointment type (30 minutes, no buffer), the clinicians, the clients.
    """
    open_portal()
    BookingSettings.objects.update(enabled=True)
    location, appointment_type = make_location(), make_type()
    return {
        "location": location.pk,
        "appointment_type": appointment_type.pk,
        "clinicians": [
            make_clinician(
                name=f"Clinician {number}",
                locations=[location],
                appointment_types=[appointment_type],
                hours=(time(9), time(17)),
            ).pk
            for number in range(clinicians)
        ],
        "clients": [
            # An address of their own, also among the clients of other tests on this database.
            make_client(first_name=f"Racer {number}", email=f"{number}.{location.pk}@example.org", mobile="").pk
            for number in range(clients)
        ],
    }


def arrange(*, client: int, clinician: int, location: int, appointment_type: int, start: datetime) -> int:
    """Put an appointment into the diary and return its pk."""
    return make_appointment(
        client=Client.objects.get(pk=client),
        clinician=Clinician.objects.get(pk=clinician),
        location=Location.objects.get(pk=location),
        appointment_type=AppointmentType.objects.get(pk=appointment_type),
        start=start,
    ).pk


def staff_user() -> int:
    user, _made = get_user_model().objects.get_or_create(username="reception")
    return user.pk


def phone_of(*, location: int) -> str:
    return Location.objects.get(pk=location).phone


def diary(*, clinicians: list[int]) -> list[tuple]:
    """All that holds a place, by time: ``(clinician, client, appointment, start, busy_until)``."""
    held = Appointment.objects.filter(clinician__in=clinicians, holds_place=True).order_by("start", "pk")
    return list(held.values_list("clinician_id", "client_id", "pk", "start", "busy_until"))


def history(*, appointment: int) -> list[dict]:
    """The events of an appointment, in the order in which they were written."""
    return list(
        AppointmentEvent.objects.filter(appointment=appointment)
        .order_by("pk")
        .values("kind", "old_start", "new_start", "old_clinician", "new_clinician")
    )


def said_to_client(*, appointment: int) -> list[str]:
    """What the outbox has for the client about an appointment, by email."""
    return list(
        OutboundMessage.objects.filter(appointment=appointment, channel="email")
        .exclude(about=OutboundMessage.About.STAFF)
        .order_by("pk")
        .values_list("about", flat=True)
    )


def count(*, appointments_of: list[int]) -> dict:
    """How many events, messages from clients and emails in the outbox there are about these clients' appointments."""
    appointments = Appointment.objects.filter(client__in=appointments_of)
    return {
        "events": AppointmentEvent.objects.filter(appointment__in=appointments).count(),
        "messages": ClientMessage.objects.filter(appointment__in=appointments).count(),
        "to_client": OutboundMessage.objects.filter(
            channel="email", appointment__in=appointments, client__in=appointments_of, event__isnull=False
        )
        .exclude(about=OutboundMessage.About.STAFF)
        .count(),
    }


def mint_link_to_appointment(*, appointment: int) -> str:
    return mint_appointment_link(Appointment.objects.get(pk=appointment), NOW)


def mint_link_for_contact(*, client: int) -> str:
    site = Site.objects.get(is_default_site=True)
    return mint_sign_in_link(Client.objects.get(pk=client).email_key, site, NOW)


def link(*, token: str) -> dict:
    """How the link stands now: its failed checks, and whether it was used and can be used."""
    found = MagicLink.objects.order_by("-pk").first()
    return {
        "failures": found.failures,
        "used": found.used_at is not None,
        "alive": find_link(token, NOW) is not None,
    }


def follow(*, client: int) -> dict:
    """Follow a sign-in link with a browser of the client's, and return its cookie and the name of the link."""
    now = timezone.now()  # the browser lives by the machine's clock
    site = Site.objects.get(is_default_site=True)
    token = mint_sign_in_link(Client.objects.get(pk=client).email_key, site, now)
    browser = Browser()
    browser.get(f"/p/{token}/")
    return {"cookie": browser.cookies["sessionid"].value, "link": str(MagicLink.objects.latest("pk").public_id)}


def sessions(*, client: int) -> int:
    """How many portal sessions of the client there ever were."""
    return PortalSession.objects.filter(client=client).count()


def make_known_elsewhere(*, clients: list[int], clinicians: list[int], location: int, appointment_type: int) -> None:
    """Call each of them in another system by its pk here; a place and a type by their names."""
    for model, pks in ((Client, clients), (Clinician, clinicians)):
        for pk in pks:
            model.objects.filter(pk=pk).update(external_ref=str(pk))
    Location.objects.filter(pk=location).update(name=f"Location {location}")
    AppointmentType.objects.filter(pk=appointment_type).update(name=f"Type {appointment_type}")


def imported(*, clinicians: list[int]) -> list[tuple]:
    """What the import left: ``(reference, clinician, client, start, end, events)``, by reference."""
    found = Appointment.objects.filter(clinician__in=clinicians, holds_place=True, overbooked=False)
    rows = found.annotate(written=Count("events")).order_by("external_ref")
    return list(rows.values_list("external_ref", "clinician_id", "client_id", "start", "end", "written"))


_held = ExitStack()

_HOW_LONG_IT_WAITS = {
    "sqlite": "PRAGMA busy_timeout",
    "postgresql": "SHOW lock_timeout",
    "mysql": "SELECT @@SESSION.innodb_lock_wait_timeout",
}


def hold_diary(*, clinician: int) -> None:
    """Keep the diary locked until ``let_go``."""
    _held.enter_context(locked_diaries(clinician))


def let_go() -> None:
    _held.close()


def cancel_with_as_many_messages(*, appointment: int, messages: int) -> list[int]:
    """Let the clinic cancel an appointment of a client whose address no mail server takes.

    :param messages: how many are to tell of it.
    :return: their pks.
    """
    found = Appointment.objects.select_related("client").get(pk=appointment)
    Client.objects.filter(pk=found.client_id).update(email="nobody", sms_opt_in=False)
    cancelling.cancel(found, by=None, now=NOW)
    [first] = OutboundMessage.objects.filter(appointment=appointment, client__isnull=False)
    for number in range(1, messages):
        first.pk, first.dedupe_key = None, f"{first.dedupe_key}:{number}"
        first.save()
    return list(
        OutboundMessage.objects.filter(appointment=appointment, client__isnull=False).values_list("pk", flat=True)
    )


def asked_to_ring(*, appointment: int) -> int:
    """How many emails ask the staff to ring about what was done to it last."""
    event = AppointmentEvent.objects.filter(appointment=appointment).latest("pk")
    return OutboundMessage.objects.filter(dedupe_key__startswith=f"untold:{event.pk}:").count()


def begin_to_pay(*, client: int, clinician: int, location: int, appointment_type: int, start: datetime) -> list[int]:
    """Let the signed-in client press "pay" twice for one booking; return the pks of the two payments."""
    AppointmentType.objects.filter(pk=appointment_type).update(price=48, payment=AppointmentType.Payment.FULL)
    asked = request_booking(
        Site.objects.get(is_default_site=True),
        AppointmentType.objects.get(pk=appointment_type),
        Location.objects.get(pk=location),
        Clinician.objects.get(pk=clinician),
        start,
        by=Client.objects.get(pk=client),
        key=uuid.uuid4().hex,
        now=NOW,
    )
    with override_settings(WAGTAIL_CLIENTPORTAL=django_settings.WAGTAIL_CLIENTPORTAL | {"PAYMENT_PROVIDER": PROVIDER}):
        return [paying.ask_to_pay(asked, amount_shown=Decimal(48), ip=None, now=NOW).pk for _press in range(2)]


def what_was_paid(*, payments: list[int]) -> dict:
    """What became of these payments for one booking: states, reasons of refunds, receipts, and emails to staff."""
    found = Payment.objects.filter(pk__in=payments)
    emails = OutboundMessage.objects.filter(about=OutboundMessage.About.STAFF)
    refunds = Refund.objects.filter(payment__in=found)
    told = [f"refund:{pk}:" for pk in refunds.values_list("pk", flat=True)] + [f"differs:{pk}:" for pk in payments]
    return {
        "states": list(found.order_by("pk").values_list("state", flat=True)),
        "refunds": list(refunds.values_list("why", flat=True)),
        "receipts": OutboundMessage.objects.filter(payment__in=found, about=OutboundMessage.About.PAID).count(),
        "told": sum(emails.filter(dedupe_key__startswith=key).count() for key in told),
        "appointments": sorted(set(found.exclude(appointment=None).values_list("appointment", flat=True))),
        "holds": Hold.objects.filter(key=str(found[0].booking_request.public_id)).count(),
    }


def told_to_staff(*, now: datetime) -> int:
    """How many emails to staff were written then."""
    return OutboundMessage.objects.filter(about=OutboundMessage.About.STAFF, created_at=now).count()


# -- Contests


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


def clients_with(*, email: str) -> list[int]:
    return list(Client.objects.filter(email=email).values_list("pk", flat=True))


def ask_for_anyone(*, client: int, location: int, appointment_type: int, start: datetime) -> int:
    """Note that the signed-in client wants to be seen by anyone then, and return the request's pk."""
    return request_booking(
        Site.objects.get(is_default_site=True),
        AppointmentType.objects.get(pk=appointment_type),
        Location.objects.get(pk=location),
        None,
        start,
        by=Client.objects.get(pk=client),
        key=uuid.uuid4().hex,
        now=NOW,
    ).pk


def book_anyone(**asked):
    return confirm_booking(asked=ask_for_anyone(**asked))


def confirm_booking(*, asked: int):
    found = BookingRequest.objects.get(pk=asked)
    return lambda: confirming.confirm_booking(found, now=NOW).pk


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


def either(*, what: str, **entry):
    """One racer does the one contest, another the other. :param what: the name of a function here."""
    return {"merge": merge, "change_by_staff": change_by_staff, "book_by_staff": book_by_staff}[what](**entry)
