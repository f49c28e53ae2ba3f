"""Whose appointments and clients does a member of staff reach?

Their permissions say what somebody may do. How far that goes is one permission more, "see every diary": with it to
everybody's records; where their group has it for some sites, to those of these sites; without it to those of their own
diary alone.
"""

from django.contrib.auth.models import AbstractBaseUser, Permission
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404
from wagtail.models import Site

from ...availability.models import TimeOff, TimetabledHours
from ...diary.models import Appointment, ClientMessage, Payment, Refund
from ...outbox.models import OutboundMessage
from ...policies.models import BookingSettings, PortalSettings
from ...practice.models import Client, Clinician, Location
from ...practice.permissions import SEE_EVERY_DIARY, full_name


def every_diary_permission() -> QuerySet[Permission]:
    """The permission by its row, as groups have it for a site."""
    return Permission.objects.filter(content_type__app_label=Clinician._meta.app_label, codename=SEE_EVERY_DIARY)


def sites_of(user: AbstractBaseUser) -> QuerySet[Site]:
    """The sites whose every diary a group of *user* sees."""
    granted = user.groups.filter(
        site_permissions__site=OuterRef("pk"), site_permissions__permission__in=every_diary_permission()
    )
    return Site.objects.filter(Exists(granted))


def _locations_of(user) -> QuerySet[Location]:
    """The locations of these sites; one that names no site belongs to the default one."""
    sites = sites_of(user)
    return Location.objects.filter(Q(site__in=sites) | Q(Exists(sites.filter(is_default_site=True)), site=None))


def _appointments(user) -> Q:
    return Q(clinician__user=user) | Q(location__in=_locations_of(user))


def _of_appointments(user) -> Q:
    return Q(appointment__clinician__user=user) | Q(appointment__location__in=_locations_of(user))


def _payments(user, path: str = "") -> Q:
    """:param path: from the record to the payment."""
    appointment, asked = f"{path}appointment", f"{path}booking_request"
    locations = _locations_of(user)
    booked = Q(**{f"{appointment}__clinician__user": user}) | Q(**{f"{appointment}__location__in": locations})
    # Paid for what was never booked
    asked_for = Q(**{f"{asked}__clinician__user": user}) | Q(**{f"{asked}__location__in": locations})
    return booked | (Q(**{appointment: None}) & asked_for)


def _clients(user) -> Q:
    theirs = Appointment.objects.filter(_appointments(user), client=OuterRef("pk"))
    # Whoever registers somebody at their site goes on to book them in.
    return Q(Exists(theirs)) | Q(site__in=sites_of(user))


def _clinicians(user) -> Q:
    works_there = Clinician.locations.through.objects.filter(clinician=OuterRef("pk"), location__in=_locations_of(user))
    return Q(user=user) | Q(Exists(works_there))


_REACHED = {
    Appointment: _appointments,
    Client: _clients,
    ClientMessage: _of_appointments,
    Payment: _payments,
    Refund: lambda user: _payments(user, "payment__"),
    Clinician: _clinicians,
    OutboundMessage: lambda user: _of_appointments(user) | Q(appointment=None, site__in=sites_of(user)),
}


def _reached_clinicians(user) -> QuerySet[Clinician]:
    return Clinician.objects.filter(_clinicians(user))


# What names no client is kept only from those who work for other sites.
_REACHED_OF_SITES = {
    Location: lambda user: Q(pk__in=_locations_of(user)),
    TimetabledHours: lambda user: Q(clinician__in=_reached_clinicians(user)),
    TimeOff: lambda user: (
        Q(clinician__in=_reached_clinicians(user))
        | Q(clinician=None, location__in=_locations_of(user))
        | Q(clinician=None, location=None)
    ),
    PortalSettings: lambda user: Q(site__in=sites_of(user)),
    BookingSettings: lambda user: Q(site__in=sites_of(user)),
}


def sees_every_diary(user: AbstractBaseUser) -> bool:
    return user.has_perm(full_name(SEE_EVERY_DIARY))


def sees_other_diaries(user: AbstractBaseUser) -> bool:
    """Whether *user* sees more than their own diary: everybody's, or that of some sites."""
    return sees_every_diary(user) or sites_of(user).exists()


def site_to_register_at(user: AbstractBaseUser) -> Site | None:
    """Return whose client somebody is whom *user* registers; ``None`` for nobody's in particular.

    Else whoever works for one site would lose sight of a client until the first appointment.
    """
    return None if sees_every_diary(user) else sites_of(user).first()


def _reaches_all(user, model: type[Model]) -> bool:
    return (model not in _REACHED and model not in _REACHED_OF_SITES) or sees_every_diary(user)


def within_reach(user: AbstractBaseUser, records: QuerySet) -> QuerySet:
    """Narrow *records* to those that *user* reaches."""
    model = records.model
    if _reaches_all(user, model):
        return records
    if model in _REACHED:
        return records.filter(_REACHED[model](user))
    return records.filter(~Exists(sites_of(user)) | _REACHED_OF_SITES[model](user))


def wholly_within_reach(user: AbstractBaseUser, clients: QuerySet[Client]) -> QuerySet[Client]:
    """Narrow *clients* to those none of whose appointments is out of *user*'s reach."""
    if sees_every_diary(user):
        return clients
    theirs = Appointment.objects.filter(client=OuterRef("pk")).exclude(_appointments(user))
    return within_reach(user, clients).filter(~Exists(theirs))


def reaches(user: AbstractBaseUser, record: Model) -> bool:
    """Whether *user* reaches this one *record*."""
    if _reaches_all(user, type(record)):
        return True
    return within_reach(user, type(record)._default_manager.filter(pk=record.pk)).exists()


def check_reach(user: AbstractBaseUser, model: type[Model], pk) -> None:
    """
    :raises Http404: where *user* doesn't reach the record, as where there is none.
    """
    if _reaches_all(user, model):
        return
    try:
        found = within_reach(user, model._default_manager.filter(pk=pk)).exists()
    except (ValueError, TypeError):
        found = False
    if not found:
        raise Http404
