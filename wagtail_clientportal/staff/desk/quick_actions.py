"""What is done with an appointment in one click: arrived, did not attend, cancelled.

Each button sends one of the forms that arrange appointments, which notices when somebody else was quicker, and offers
to undo it. For a later day it leads to that form and sends nothing: a status for tomorrow is mostly a mistake. How the
client hears of it stands beside the buttons, before one is pressed.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ...communications.models import CommunicationTemplate
from ...communications.template_choice import live_templates
from ...diary.models import Appointment
from ...outbox.models import OutboundMessage
from ...practice.appointment_status import DID_NOT_ATTEND
from ...practice.models import AppointmentStatus
from ..appointments.base import current_version
from ..appointments.telling import how_told, how_told_of_status
from ..common.urls import arranging_url

About = OutboundMessage.About


@dataclass(frozen=True)
class QuickAction:
    """
    :param status: what is sent; "" for a cancellation, which gets the policy's.
    :param asks: whether the button leads to the form instead of sending it.
    :param told: how the client would hear of it; "" where they don't, and needn't.
    """

    label: str
    url: str
    status: str
    asks: bool
    told: str


@dataclass(frozen=True)
class QuickActions:
    current_version: str
    actions: list[QuickAction]

    @property
    def told(self) -> list[str]:
        """How the client would hear of them, each sentence once."""
        return list(dict.fromkeys(one.told for one in self.actions if one.told))


@dataclass(frozen=True)
class Offered:
    """What there is to choose from and to tell by, whichever appointment it is: asked once for a whole list."""

    statuses: list[AppointmentStatus]
    templates: dict[str, list[CommunicationTemplate]]  # by what they are about


def what_is_offered() -> Offered:
    """The statuses of who has come and of who hasn't; those that cancellations get aren't among them."""
    found = AppointmentStatus.objects.filter(Q(arrived=True) | DID_NOT_ATTEND)
    return Offered(
        list(found.order_by("-arrived", "name").distinct()),
        {about: live_templates(about) for about in (About.CANCELLED, About.STATUS_CHANGED)},
    )


def quick_actions(appointment: Appointment, offered: Offered, *, now: datetime, back: str) -> QuickActions:
    """Return what can be done with *appointment* in one click.

    :param offered: by ``what_is_offered``.
    :param now: aware datetime.
    :param back: address of the page that is shown afterwards.
    """
    asks = appointment.local_start.date() > appointment.location.local(now).date()
    of_status = how_told_of_status(appointment, About.STATUS_CHANGED, offered.templates[About.STATUS_CHANGED])
    if of_status:
        of_status = _("If you set a status: %(told)s") % {"told": of_status}
    actions = []
    for status in offered.statuses:
        # Before it begins nobody has failed to come.
        if status.pk != appointment.status_id and (status.attending or appointment.start <= now):
            query = {"next": back} | ({"status": status.pk} if asks else {})
            url = arranging_url("set_status", appointment.pk, **query)
            actions.append(QuickAction(status.name, url, str(status.pk), asks, of_status))
    if appointment.is_current(now):
        url = arranging_url("cancel", appointment.pk, next=back)
        told = how_told(appointment, About.CANCELLED, offered.templates[About.CANCELLED])
        told = _("If you cancel: %(told)s") % {"told": told}
        actions.append(QuickAction(_("Cancel"), url, "", asks, told))
    return QuickActions(current_version(appointment), actions)
