"""What is done with an appointment in one click: arrived, did not attend, cancelled.

Each button sends one of the forms that arrange appointments, which notices when somebody else was quicker, and offers
to undo it. For a later day it leads to that form and sends nothing: a status for tomorrow is mostly a mistake.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ...diary.models import Appointment
from ...practice.models import AppointmentStatus
from ..appointments.base import current_version
from ..common.urls import arranging_url


@dataclass(frozen=True)
class QuickAction:
    """
    :param status: what is sent; "" for a cancellation, which gets the policy's.
    :param asks: whether the button leads to the form instead of sending it.
    """

    label: str
    url: str
    status: str
    asks: bool


@dataclass(frozen=True)
class QuickActions:
    current_version: str
    actions: list[QuickAction]


def quick_statuses() -> list[AppointmentStatus]:
    """The statuses of who has come and of who hasn't; those that cancellations get aren't among them."""
    found = AppointmentStatus.objects.filter(Q(arrived=True) | Q(attending=False, policies=None))
    return list(found.order_by("-arrived", "name").distinct())


def quick_actions(
    appointment: Appointment, statuses: Iterable[AppointmentStatus], *, now: datetime, back: str
) -> QuickActions:
    """Return what can be done with *appointment* in one click.

    :param statuses: as ``quick_statuses`` returns them.
    :param now: aware datetime.
    :param back: address of the page that is shown afterwards.
    """
    asks = appointment.local_start.date() > appointment.location.local(now).date()
    actions = []
    for status in statuses:
        # Before it begins nobody has failed to come.
        if status.pk != appointment.status_id and (status.attending or appointment.start <= now):
            query = {"next": back} | ({"status": status.pk} if asks else {})
            url = arranging_url("set_status", appointment.pk, **query)
            actions.append(QuickAction(status.name, url, str(status.pk), asks))
    if appointment.is_current(now):
        url = arranging_url("cancel", appointment.pk, next=back)
        actions.append(QuickAction(_("Cancel"), url, "", asks))
    return QuickActions(current_version(appointment), actions)
