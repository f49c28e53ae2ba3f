"""Which types, where and with whom are offered to somebody who books online? It never restricts a change."""

from django.db.models import Q, QuerySet
from wagtail.models import Site

from .models import AppointmentType, Clinician, Location


def offered_clinicians(site: Site) -> QuerySet[Clinician]:
    """Who can be booked online at *site* at all, by name."""
    found = Clinician.objects.filter(is_active=True, available_online=True, locations__in=locations_of(site))
    return found.distinct().order_by("name", "pk")


def offered_types(site: Site, clinician_id: int | None = None) -> QuerySet[AppointmentType]:
    """What can be booked online at *site*: what is offered, and what one of its clinicians does, or that one."""
    clinicians = offered_clinicians(site).order_by()
    if clinician_id is not None:
        clinicians = clinicians.filter(pk=clinician_id)
    found = AppointmentType.objects.filter(is_active=True, bookable_online=True, clinicians__in=clinicians.values("pk"))
    return found.distinct().order_by("name", "pk")


def offered_locations(site: Site, appointment_type: AppointmentType) -> QuerySet[Location]:
    """Where one of the clinicians at *site* does it."""
    doing_it = Q(
        clinicians__is_active=True, clinicians__available_online=True, clinicians__appointment_types=appointment_type
    )
    return locations_of(site).filter(doing_it).distinct().order_by("name", "pk")


def doing(appointment_type: AppointmentType, location: Location) -> QuerySet[Clinician]:
    """Who does it there, by name."""
    found = Clinician.objects.filter(
        is_active=True, available_online=True, locations=location, appointment_types=appointment_type
    )
    return found.order_by("name", "pk")


def who_does_it_where(site: Site, appointment_type: AppointmentType) -> dict[Location, list[Clinician]]:
    """Return the places of *site* where it is done, by name, each with who does it there, by name; in one question."""
    works_at = Clinician.locations.through.objects.select_related("location", "clinician__photo").filter(
        location__in=locations_of(site),
        clinician__is_active=True,
        clinician__available_online=True,
        clinician__appointment_types=appointment_type,
    )
    found = {}
    in_order = works_at.order_by("location__name", "location", "clinician__name", "clinician")
    for one in in_order.prefetch_related("clinician__photo__renditions"):
        found.setdefault(one.location, []).append(one.clinician)
    return found


def locations_of(site: Site) -> QuerySet[Location]:
    """The places that belong to *site*; one that names no site belongs to the default one."""
    where = Q(site=site) | Q(site=None) if site.is_default_site else Q(site=site)
    return Location.objects.filter(where, is_active=True)
