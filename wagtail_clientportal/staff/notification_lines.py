"""What a notification says to the one who reads it, and where it leads.

A notification stays when its reader loses sight of what it is about: the appointment moved to another clinician's
diary, a permission was taken away. What happened is still said then, without the client's name and without a link.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..diary.models import Appointment, AppointmentEvent, ClientMessage
from ..notifications.models import Notification
from ..outbox.models import OutboundMessage
from ..policies.models import PortalSettings
from ..practice.models import Client
from .local_time import day_and_time, site_zone, zone_of
from .reach import within_reach
from .viewset import may_see

Kind, By = Notification.Kind, AppointmentEvent.By

# For each kind and who did it: with the client's name, and without.
_SENTENCES = {
    (Kind.BOOKED, By.CLIENT): (
        gettext_lazy("%(client)s booked an appointment"),
        gettext_lazy("A client booked an appointment"),
    ),
    (Kind.BOOKED, By.STAFF): (
        gettext_lazy("%(who)s booked an appointment for %(client)s"),
        gettext_lazy("%(who)s booked an appointment for a client"),
    ),
    (Kind.BOOKED, By.SYSTEM): (
        gettext_lazy("An appointment was booked for %(client)s"),
        gettext_lazy("An appointment was booked"),
    ),
    (Kind.CHANGED, By.CLIENT): (
        gettext_lazy("%(client)s changed an appointment"),
        gettext_lazy("A client changed an appointment"),
    ),
    (Kind.CHANGED, By.STAFF): (
        gettext_lazy("%(who)s changed the appointment of %(client)s"),
        gettext_lazy("%(who)s changed a client’s appointment"),
    ),
    (Kind.CHANGED, By.SYSTEM): (
        gettext_lazy("The appointment of %(client)s was changed"),
        gettext_lazy("An appointment was changed"),
    ),
    (Kind.CANCELLED, By.CLIENT): (
        gettext_lazy("%(client)s cancelled an appointment"),
        gettext_lazy("A client cancelled an appointment"),
    ),
    (Kind.CANCELLED, By.STAFF): (
        gettext_lazy("%(who)s cancelled the appointment of %(client)s"),
        gettext_lazy("%(who)s cancelled a client’s appointment"),
    ),
    (Kind.CANCELLED, By.SYSTEM): (
        gettext_lazy("The appointment of %(client)s was cancelled"),
        gettext_lazy("An appointment was cancelled"),
    ),
    (Kind.CLIENT_MESSAGE, By.CLIENT): (
        gettext_lazy("%(client)s wrote a message"),
        gettext_lazy("A client wrote a message"),
    ),
    (Kind.COMMUNICATION_FAILED, None): (
        gettext_lazy("A message to %(client)s could not be sent"),
        gettext_lazy("A message to a client could not be sent"),
    ),
    (Kind.AMBIGUOUS_IDENTITY, None): (
        gettext_lazy("%(client)s and another client can’t be told apart, so nobody was signed in"),
        gettext_lazy("Two clients can’t be told apart, so nobody was signed in"),
    ),
    (Kind.FAILED_CHECKS, None): (
        gettext_lazy("Many identity checks failed within ten minutes"),
        gettext_lazy("Many identity checks failed within ten minutes"),
    ),
}


@dataclass(frozen=True)
class NotificationLine:
    """One notification in words, for one reader."""

    pk: int
    is_unread: bool
    what: str
    details: list[str]
    when: str  # it was told
    url: str  # of what it is about; "" where the reader can open nothing


def with_what_they_are_about(notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    """Fetch along everything that their lines say."""
    return notifications.select_related(
        "appointment__client",
        "appointment__clinician",
        "appointment__location",
        "client",
        "event__by_user",
        "event__new_clinician",
        "event__old_clinician",
        "event__new_location",
        "event__old_location",
        "outbound_message",
    )


def lines(notifications: Sequence[Notification], user) -> list[NotificationLine]:
    """Say these notifications to *user*, in as many queries whatever their number."""
    reader = _Reader(user, notifications)
    return [_line(notification, reader) for notification in notifications]


class _Reader:
    """What, of all that these notifications are about, their reader may open."""

    def __init__(self, user, notifications: Sequence[Notification]):
        self.user = user
        self.opens = {
            model: self._reached(model, {getattr(one, field) for one in notifications} - {None})
            for model, field in _FIELDS.items()
        }
        self.sees_appointments = may_see(user, Appointment)
        self.sees_settings = may_see(user, PortalSettings)

    def _reached(self, model, pks: Iterable[int]) -> set[int]:
        if not pks or not may_see(self.user, model):
            return set()
        return set(within_reach(self.user, model._default_manager.filter(pk__in=pks)).values_list("pk", flat=True))


# What a notification may be about, beginning with what says most.
_FIELDS = {
    ClientMessage: "client_message_id",
    OutboundMessage: "outbound_message_id",
    Appointment: "appointment_id",
    Client: "client_id",
}


def _line(notification: Notification, reader: _Reader) -> NotificationLine:
    url = _url(notification, reader)
    appointment = notification.appointment
    details = _details(notification, is_named=bool(url))
    if appointment and reader.sees_appointments and appointment.pk not in reader.opens[Appointment]:
        details.append(_("The appointment is in another clinician’s diary now."))
    return NotificationLine(
        pk=notification.pk,
        is_unread=notification.read_at is None,
        what=_what(notification, is_named=bool(url)),
        details=details,
        when=day_and_time(notification.created_at, zone_of(appointment.location) if appointment else site_zone()),
        url=url,
    )


def _url(notification: Notification, reader: _Reader) -> str:
    if notification.kind == Kind.FAILED_CHECKS:
        return reverse("clientportal_portalsettings:index") if reader.sees_settings else ""
    for model, field in _FIELDS.items():
        pk = getattr(notification, field)
        if pk in reader.opens[model]:
            return _url_of(notification, model, pk)
    return ""


def _url_of(notification: Notification, model, pk: int) -> str:
    if model is not Client:
        return reverse(f"wagtail_clientportal_{model._meta.model_name}_modeladmin_inspect", args=(pk,))
    if notification.kind == Kind.AMBIGUOUS_IDENTITY:
        # The list, because the other record is there too: such clients share a name as a rule.
        query = urlencode({"q": notification.client.full_name})
        return f"{reverse('clientportal_client:index')}?{query}"
    return reverse("clientportal_client:inspect", args=(pk,))


def _what(notification: Notification, *, is_named: bool) -> str:
    client = notification.appointment.client if notification.appointment else notification.client
    return what_happened(notification.kind, notification.event, client.full_name if client and is_named else "")


def what_happened(kind: str, event: AppointmentEvent | None, client_name: str) -> str:
    """Say what happened in a sentence.

    :param kind: a ``Notification.Kind``, or an event's kind that is one too.
    :param client_name: "" where the reader isn't to know.
    """
    named, unnamed = _SENTENCES.get((kind, event.by_kind if event else None), (Kind(kind).label, Kind(kind).label))
    return (named if client_name else unnamed) % {"client": client_name, "who": _who(event) if event else ""}


def _who(event: AppointmentEvent) -> str:
    if event.by_user is not None:
        return event.by_user.get_full_name() or event.by_user.get_username()
    return event.by_username or _("Somebody on the staff")


def _details(notification: Notification, *, is_named: bool) -> list[str]:
    event, appointment, message = notification.event, notification.appointment, notification.outbound_message
    details = []
    if event is not None:
        details.append(place(event))
    elif appointment is not None:
        details.append(f"{day_and_time(appointment.start, appointment.location.zone)} · {appointment.clinician.name}")
    if message is not None:
        details.append(f"{message.get_about_display()} · {message.get_channel_display()}")
        # A mail server's answer may hold the client's address.
        if message.last_error and is_named:
            details.append(message.last_error)
    return details


def place(event: AppointmentEvent) -> str:
    """Say when, with whom and where; of what changed, from what to what, each time in its own place's zone."""
    said = [
        _from_to(
            day_and_time(event.old_start, zone_of(event.old_location)),
            day_and_time(event.new_start, zone_of(event.new_location)),
        ),
        _from_to(_name(event.old_clinician), _name(event.new_clinician)),
    ]
    if event.old_location_id and event.old_location_id != event.new_location_id:
        said.append(_from_to(_name(event.old_location), _name(event.new_location)))
    return " · ".join(part for part in said if part)


def _from_to(old: str, new: str) -> str:
    return f"{old} → {new}" if old and new and old != new else new or old


def _name(record) -> str:
    return record.name if record else ""
