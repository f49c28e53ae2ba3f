"""Whose appointments and clients does a member of staff reach?

Their permissions say what somebody may do. How far that goes is one permission more: with "see every diary" to
everybody's records, without it to those of their own diary alone.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404

from ..diary.models import Appointment, ClientMessage
from ..outbox.models import OutboundMessage
from ..practice.models import Client, Clinician

EVERY_DIARY = "wagtail_clientportal.see_every_diary"


def _own_clients(user) -> Q:
    return Q(Exists(Appointment.objects.filter(client=OuterRef("pk"), clinician__user=user)))


_OWN = {
    Appointment: lambda user: Q(clinician__user=user),
    Client: _own_clients,
    ClientMessage: lambda user: Q(appointment__clinician__user=user),
    Clinician: lambda user: Q(user=user),
    OutboundMessage: lambda user: Q(appointment__clinician__user=user),
}


def sees_every_diary(user: AbstractBaseUser) -> bool:
    return user.has_perm(EVERY_DIARY)


def within_reach(user: AbstractBaseUser, records: QuerySet) -> QuerySet:
    """Narrow *records* to those that *user* reaches. What names no client and no diary is in everybody's reach."""
    own = _OWN.get(records.model)
    return records if own is None or sees_every_diary(user) else records.filter(own(user))


def reaches(user: AbstractBaseUser, record: Model) -> bool:
    """Whether *user* reaches this one *record*."""
    if type(record) not in _OWN or sees_every_diary(user):
        return True
    return within_reach(user, type(record)._default_manager.filter(pk=record.pk)).exists()


def check_reach(user: AbstractBaseUser, model: type[Model], pk) -> None:
    """
    :raises Http404: where *user* doesn't reach the record, as where there is none.
    """
    if model not in _OWN or sees_every_diary(user):
        return
    try:
        found = within_reach(user, model._default_manager.filter(pk=pk)).exists()
    except (ValueError, TypeError):
        found = False
    if not found:
        raise Http404
