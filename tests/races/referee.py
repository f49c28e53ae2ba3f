"""What the referee of a race does: sets the scene, and looks at what came of it. All of it returns plain values.

Importing it needs Django to be set up (see racers.py).
"""

import uuid
from contextlib import ExitStack
from datetime import date, datetime, time
from decimal import Decimal

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Count
from django.test import Client as Browser
from django.test import override_settings
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
from wagtail_clientportal.access.links import find_link, mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions.ask_to_confirm import ask_to_confirm
from wagtail_clientportal.actions.ask_to_pay import ask_to_pay
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.request_booking import Typed, request_booking
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
    Refund,
)


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
    cancel(found, by=None, now=NOW)
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
        return [ask_to_pay(asked, amount_shown=Decimal(48), ip=None, now=NOW).pk for _press in range(2)]


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


def clients_with(*, email: str) -> list[int]:
    return list(Client.objects.filter(email=email).values_list("pk", flat=True))


def ask_for_anyone(*, who: int | str, location: int, appointment_type: int, start: datetime) -> int:
    """Note that somebody wants to be seen by anyone then, and return the request's pk.

    :param who: pk of a client who is signed in, or the email address that a stranger types.
    """
    stranger = Typed("New", "Racer", who, date(1980, 2, 3), "ZX1 2AB") if isinstance(who, str) else None
    return request_booking(
        Site.objects.get(is_default_site=True),
        AppointmentType.objects.get(pk=appointment_type),
        Location.objects.get(pk=location),
        None,
        start,
        by=stranger or Client.objects.get(pk=who),
        key=uuid.uuid4().hex,
        now=NOW,
    ).pk


def hold(*, asked: list[int]) -> None:
    """Have a place kept for each of these requests."""
    for one in BookingRequest.objects.filter(pk__in=asked).order_by("pk"):
        ask_to_confirm(one, ip=None, now=NOW)


def held(*, clinicians: list[int], start: datetime, now: datetime) -> list[int]:
    """The clinicians whose place at *start* is kept for somebody at *now*, one for each for whom it is."""
    found = Hold.objects.filter(clinician__in=clinicians, start=start, expires_at__gt=now)
    return list(found.values_list("clinician_id", flat=True))
