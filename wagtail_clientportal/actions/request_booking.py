"""Note what somebody wants to book online. Nothing is kept free by it, and nobody is told."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Site

from ..diary.models import BookingRequest, Payment
from ..policies.models import BookingSettings
from ..practice.models import AppointmentType, Client, Clinician, Location
from ..practice.online_offer import doing, offered_locations, offered_types
from .refusals import ClinicianNotOnline, NotAllowed, PortalOff
from .steps.offered import why_not_bookable
from .steps.starts import whole_minute


@dataclass(frozen=True)
class Typed:
    """Who somebody says they are who isn't signed in."""

    first_name: str
    last_name: str
    email: str
    date_of_birth: date
    postcode: str
    mobile: str = ""
    email_opt_in: bool = True
    sms_opt_in: bool = True


def request_booking(
    site: Site,
    appointment_type: AppointmentType,
    location: Location,
    clinician: Clinician | None,
    start: datetime,
    *,
    by: Client | Typed,
    message: str = "",
    key: str,
    own_holds: Collection[str] = (),
    now: datetime,
) -> BookingRequest:
    """Write down what is to be booked, and return it: the same one for the same *key*.

    As long as no link was asked for, a form that is sent again corrects what was written.

    :param clinician: ``None`` for anyone.
    :param start: aware datetime, a whole minute.
    :param by: the signed-in client, or what somebody typed.
    :param key: names the form that was filled in.
    :param own_holds: keys of the holds of the browser that asks; they don't stand in its way.
    :param now: aware datetime.
    :raises PortalOff: online booking is off.
    :raises NotAllowed, ClinicianNotOnline: it isn't offered online.
    :raises SlotNotOffered, SlotTaken: the time can't be booked.
    """
    start = whole_minute(start)
    if not BookingSettings.for_site(site).enabled:
        raise PortalOff
    if found := _on_its_way(key):
        return found
    _check_offered(site, appointment_type, location, clinician)
    everybody = [clinician] if clinician else list(doing(appointment_type, location))
    refusal = why_not_bookable(everybody, appointment_type, location, start, own_holds=own_holds, now=now)
    if refusal:
        if found := _on_its_way(key):  # by the same form, sent a moment ago
            return found
        raise refusal
    values = {
        "site": site,
        "appointment_type": appointment_type,
        "location": location,
        "clinician": clinician,
        "with_anyone": clinician is None,
        "start": start,
        "message": message.strip(),
        **({"client": by} if isinstance(by, Client) else {"client": None} | asdict(by)),
    }
    open_ones = _still_open().filter(key=key)
    if not open_ones.update(**values):
        try:
            with transaction.atomic():
                return BookingRequest.objects.create(key=key, created_at=now, **values)
        except IntegrityError:
            pass  # it went its way already
    return BookingRequest.objects.get(key=key)


def _still_open() -> QuerySet[BookingRequest]:
    """Those that a form can still correct: no link was asked for, and nobody has begun to pay for what was shown."""
    begun = Exists(Payment.objects.filter(booking_request=OuterRef("pk")))
    return BookingRequest.objects.filter(~begun, state=BookingRequest.State.OPEN, asked_at=None)


def _on_its_way(key: str) -> BookingRequest | None:
    """Return what the same form has asked for, if that can't be corrected any more."""
    return BookingRequest.objects.filter(key=key).exclude(pk__in=_still_open()).first()


def _check_offered(site, appointment_type, location, clinician) -> None:
    is_offered = offered_types(site).filter(pk=appointment_type.pk).exists()
    if not is_offered or not offered_locations(site, appointment_type).filter(pk=location.pk).exists():
        raise NotAllowed
    if clinician is not None and not doing(appointment_type, location).filter(pk=clinician.pk).exists():
        raise ClinicianNotOnline
