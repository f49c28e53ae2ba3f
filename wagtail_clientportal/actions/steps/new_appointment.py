"""Booking somebody in, once the clinician's diary is held."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from ...diary.history import Actor
from ...diary.models import Appointment, AppointmentEvent
from ...diary.queries import upcoming_of_client
from ...policies.models import BookingSettings
from ...practice.models import AppointmentStatus, AppointmentType, Client, Clinician, Location
from ..refusals import ClinicianNotOnline, NotAllowed, PortalOff, Refused, TooManyUpcoming
from .operation import Operation
from .permitted import check_policy_shown, check_rate_limit, terms_of
from .reserve_slot import reserve_slot
from .site_veto import Action, check_site_permits


def book_in_locked_diary(
    client: Client,
    clinician: Clinician,
    location: Location,
    appointment_type: AppointmentType,
    start: datetime,
    *,
    message: str = "",
    actor: Actor,
    refusal: Refused | None,
    now: datetime,
    overbook: bool = False,
    tell_client: bool = True,
    acknowledged: Collection[str] | None = None,
    policy_revision: str | int | None = None,
    note: str = "",
    form_key: UUID | None = None,
) -> Appointment:
    """Book *client* in and return the appointment. Parameters as for ``actions.book.book``, but for these:

    :param actor: who acts. A client is bound by what is offered.
    :param refusal: what was found against *start* before the diary was held, raised to a client in its turn.
    :param policy_revision: pk of the policy revision that the client's form showed; ``None`` if it said nothing.
    :param note: for the desk (plain text).
    :param form_key: of the staff's form that books it; ``None`` for any other way.
    :raises Refused: one of its subclasses says why; nothing was booked.
    """
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
        note=note,
        form_key=form_key,
    )
    operation = Operation(appointment, actor, terms_of(appointment), now)
    if operation.client:
        _check_client_may_book(appointment, BookingSettings.for_site(operation.terms.site), now)
        operation.policy_shown = check_policy_shown(operation.terms, policy_revision)
        check_rate_limit(client, now)
        if refusal:
            raise refusal
        check_site_permits(Action.BOOK, client=client, appointment=None, start=start, now=now)
    reserve_slot(appointment, overbook=overbook, acknowledged=acknowledged, now=now)
    return operation.finish(AppointmentEvent.Kind.BOOKED, message=message, tell_client=tell_client)


def _as_it_is_now(instance):
    return type(instance).objects.get(pk=instance.pk)


def _check_client_may_book(appointment: Appointment, rules: BookingSettings, now: datetime) -> None:
    if not rules.enabled:
        raise PortalOff
    client, appointment_type = appointment.client, appointment.appointment_type
    if not (
        client.is_active and client.portal_access and appointment_type.is_active and appointment_type.bookable_online
    ):
        raise NotAllowed
    if not (appointment.clinician.available_online and appointment.clinician.is_active):
        raise ClinicianNotOnline
    if rules.max_upcoming is not None and upcoming_of_client(client, now).count() >= rules.max_upcoming:
        raise TooManyUpcoming(limit=rules.max_upcoming)
