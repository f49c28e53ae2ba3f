"""Make a new appointment."""

from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Site

from ..diary.free_slots import is_within_hours
from ..diary.history import Actor
from ..diary.lock import locked_diaries
from ..diary.models import Appointment, AppointmentEvent
from ..policies.models import BookingSettings
from ..practice.models import AppointmentStatus, Client
from .conclude import conclude
from .permitted import terms_of
from .place import put
from .refusals import ClinicianNotOnline, NotAllowed, PortalOff, SlotNotOffered
from .starts import whole_minute


def book(
    client,
    clinician,
    location,
    appointment_type,
    start: datetime,
    *,
    message: str = "",
    by,
    now: datetime | None = None,
    overbook: bool = False,
    tell_client: bool = True,
) -> Appointment:
    """Book *client* in with *clinician* at *start* and return the appointment.

    :param start: aware datetime, a whole minute.
    :param message: what the client wants to tell the clinic (plain text).
    :param by: who acts: the ``Client``, a staff ``User``, or ``None`` for the system.
    :param now: aware datetime; by default the clock, read under the lock.
    :param overbook: staff only: book it even over another appointment.
    :param tell_client: whether the client is sent a message about it.
    :raises Refused: one of its subclasses says why; nothing was booked.
    """
    actor = Actor.of(by)
    start = whole_minute(start)
    if actor.client and (actor.client.pk != client.pk or overbook or not tell_client):
        raise NotAllowed
    within_hours = actor.client is None or is_within_hours(
        clinician, appointment_type, location, start, now=now or timezone.now()
    )

    with locked_diaries(clinician.pk):
        now = now or timezone.now()
        # What was handed in is only an address: these are as they are now.
        clinician, location, appointment_type = map(_as_it_is_now, (clinician, location, appointment_type))
        # Held, so that the client can't be anonymised with an appointment to come.
        client = Client.objects.select_for_update().get(pk=client.pk)
        if client.anonymised_at:
            raise NotAllowed
        end = start + timedelta(minutes=appointment_type.duration_minutes)
        appointment = Appointment(
            client=client,
            clinician=clinician,
            location=location,
            appointment_type=appointment_type,
            start=start,
            end=end,
            busy_until=end + timedelta(minutes=appointment_type.buffer_minutes),
            status=AppointmentStatus.for_new_appointments(),
            holds_place=True,
        )
        terms = terms_of(appointment)
        if actor.client:
            _check_client_may_book(appointment, terms.site)
            if not within_hours:
                raise SlotNotOffered
        put(appointment, overbook=overbook, now=now)
        conclude(
            appointment,
            AppointmentEvent.Kind.BOOKED,
            actor=actor,
            terms=terms,
            message=message,
            tell_client=tell_client,
            now=now,
        )
        return appointment


def _as_it_is_now(instance):
    return type(instance).objects.get(pk=instance.pk)


def _check_client_may_book(appointment: Appointment, site: Site | None) -> None:
    if not BookingSettings.for_site(site).enabled:
        raise PortalOff
    client, appointment_type = appointment.client, appointment.appointment_type
    if not (
        client.is_active and client.portal_access and appointment_type.is_active and appointment_type.bookable_online
    ):
        raise NotAllowed
    if not (appointment.clinician.available_online and appointment.clinician.is_active):
        raise ClinicianNotOnline
