"""What a notification says to the one who reads it, and where it leads.

A notification stays when its reader loses sight of what it is about: the appointment moved to another clinician's
diary, a permission was taken away. What happened is still said then, without the client's name and without a link.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...diary.from_and_to import from_and_to
from ...diary.models import Appointment, AppointmentEvent, BookingRequest, ClientMessage, Payment, Refund
from ...diary.who_acted import staff_who_acted
from ...notifications.models import Notification
from ...notifications.trouble import how_it_began, how_it_ended
from ...outbox.models import OutboundMessage
from ...policies.models import PortalSettings
from ...practice.models import Client
from ..common.local_time import day_and_time, site_zone, zone_of
from ..common.people import when_and_by
from ..common.reach import within_reach
from ..common.urls import client_url, clients_url, home_url, inspect_url, portal_settings_url
from ..common.viewsets import may_see

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
    **dict.fromkeys(
        [(Kind.CLIENT_NOT_TOLD, By.STAFF), (Kind.CLIENT_NOT_TOLD, By.SYSTEM)],
        (
            gettext_lazy("Please ring %(client)s: no message reaches them"),
            gettext_lazy("Please ring a client: no message reaches them"),
        ),
    ),
    (Kind.REFUND_TO_DECIDE, None): (
        gettext_lazy("A refund for %(client)s has to be decided"),
        gettext_lazy("A refund has to be decided"),
    ),
    (Kind.PAYMENT_DIFFERS, None): (
        gettext_lazy("%(client)s paid another amount than was asked for"),
        gettext_lazy("Another amount was paid than was asked for"),
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
    title_id: str  # of the element that says what
    is_unread: bool
    is_to_do: bool
    what: str
    details: list[str]
    when: str  # it was told
    url: str  # of what it is about; "" where the reader can open nothing
    handled: str  # of what was to do: when and by whom; "" else


def with_what_they_are_about(notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    """Fetch along everything that their lines say."""
    return (
        notifications.select_related(
            "appointment__client",
            "appointment__clinician",
            "appointment__location",
            "client",
            "event__appointment__location",  # whose zone counts where the event names no place
            "event__by_user",
            "event__new_clinician",
            "event__old_clinician",
            "event__new_location",
            "event__old_location",
            "event__new_status",
            "event__old_status",
            "handled_by",
            "outbound_message",
            "payment__booking_request__clinician",
            "payment__booking_request__location",
        )
        .prefetch_related("payment__refunds")
        .defer("event__policy_wording", "outbound_message__body")
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
        self.sees_refunds = may_see(user, Refund)
        self.sees_settings = may_see(user, PortalSettings)

    def _reached(self, model, pks: Iterable[int]) -> set[int]:
        if not pks or not may_see(self.user, model):
            return set()
        return set(within_reach(self.user, model._default_manager.filter(pk__in=pks)).values_list("pk", flat=True))


# What a notification may be about, beginning with what says most.
_FIELDS = {
    ClientMessage: "client_message_id",
    OutboundMessage: "outbound_message_id",
    Payment: "payment_id",
    Appointment: "appointment_id",
    Client: "client_id",
}


def _line(notification: Notification, reader: _Reader) -> NotificationLine:
    url = _url(notification, reader)
    appointment = notification.appointment
    zone = zone_of(appointment.location) if appointment else site_zone()
    details = _details(notification, is_named=bool(url))
    if appointment and reader.sees_appointments and appointment.pk not in reader.opens[Appointment]:
        details.append(_("The appointment is in another clinician’s diary now."))
    return NotificationLine(
        pk=notification.pk,
        title_id=f"row_{notification.pk}_title",
        is_unread=notification.read_at is None,
        is_to_do=notification.is_to_do,
        what=_what(notification, is_named=bool(url)),
        details=details,
        when=day_and_time(notification.created_at, zone),
        url=url,
        handled=when_and_by(notification.handled_by, day_and_time(notification.read_at, zone))
        if notification.is_to_do
        else "",
    )


def _url(notification: Notification, reader: _Reader) -> str:
    if notification.kind == Kind.FAILED_CHECKS:
        return portal_settings_url() if reader.sees_settings else ""
    if notification.trouble:
        return home_url()  # where it says what to do
    for model, field in _FIELDS.items():
        if model is OutboundMessage and notification.is_to_do:
            continue  # the message wasn't sent; what the client has to hear is the appointment
        pk = getattr(notification, field)
        if pk in reader.opens[model]:
            return _url_of(notification, model, pk, reader)
    return ""


def _url_of(notification: Notification, model, pk: int, reader: _Reader) -> str:
    if notification.kind == Kind.REFUND_TO_DECIDE and model is Payment and reader.sees_refunds:
        return inspect_url(Refund, max(one.pk for one in notification.payment.refunds.all()))
    if model is not Client:
        return inspect_url(model, pk)
    if notification.kind == Kind.AMBIGUOUS_IDENTITY:
        # The list, because the other record is there too: such clients share a name as a rule.
        return clients_url(q=notification.client.full_name)
    return client_url(pk)


def _what(notification: Notification, *, is_named: bool) -> str:
    if notification.trouble:
        is_over = notification.kind == Kind.TROUBLE_OVER
        return how_it_ended(notification.trouble) if is_over else how_it_began(notification.trouble)
    client = notification.appointment.client if notification.appointment else notification.client
    return what_happened(notification.kind, notification.event, client.full_name if client and is_named else "")


def what_happened(kind: str, event: AppointmentEvent | None, client_name: str) -> str:
    """Say what happened in a sentence.

    :param kind: a ``Notification.Kind``, or an event's kind that is one too.
    :param client_name: "" where the reader isn't to know.
    """
    named, unnamed = _SENTENCES.get((kind, event.by_kind if event else None), (Kind(kind).label, Kind(kind).label))
    who = (staff_who_acted(event) or _("Somebody on the staff")) if event else ""
    return (named if client_name else unnamed) % {"client": client_name, "who": who}


def _details(notification: Notification, *, is_named: bool) -> list[str]:
    event, appointment, message = notification.event, notification.appointment, notification.outbound_message
    details = []
    if event is not None:
        details.append(_what_to_say(event) if notification.is_to_do else place(event))
    elif placed := appointment or (notification.payment and notification.payment.booking_request):
        details.append(_when_and_with_whom(placed))
    if notification.payment is not None:
        details.append(_money(notification.payment))
    if notification.is_to_do:
        details += _mobile(notification.client) if is_named else []
    elif message is not None:
        details.append(f"{message.get_about_display()} · {message.get_channel_display()}")
    # A mail server's answer may hold the client's address.
    if message is not None and message.last_error and is_named:
        details.append(message.last_error)
    return details


def _when_and_with_whom(placed: Appointment | BookingRequest) -> str:
    return " · ".join(filter(None, [day_and_time(placed.start, placed.location.zone), _name(placed.clinician)]))


def _money(payment: Payment) -> str:
    if not payment.came_otherwise:
        return payment.amount_in_words
    came = {"asked": payment.amount_in_words, "reported": payment.reported_in_words}
    return _("To be paid: %(asked)s. The payment provider reports: %(reported)s.") % came


def _what_to_say(event: AppointmentEvent) -> str:
    sentence = _("Cancelled: %(place)s") if event.kind == AppointmentEvent.Kind.CANCELLED else _("Moved: %(place)s")
    return sentence % {"place": place(event)}


def _mobile(client: Client | None) -> list[str]:
    return [_("Mobile: %(number)s") % {"number": client.mobile}] if client is not None and client.mobile else []


def place(event: AppointmentEvent) -> str:
    """Say when, with whom and where; of what changed, from what to what, each time in its own place's zone."""
    old, new = from_and_to(event)
    parts = [
        _from_to(day_and_time(old.start, old.zone), day_and_time(new.start, new.zone)),
        _from_to(_name(old.clinician), _name(new.clinician)),
    ]
    if old.location and old.location != new.location:
        parts.append(_from_to(_name(old.location), _name(new.location)))
    return " · ".join(part for part in parts if part)


def _from_to(old: str, new: str) -> str:
    return f"{old} → {new}" if old and new and old != new else new or old


def _name(record) -> str:
    return record.name if record else ""
