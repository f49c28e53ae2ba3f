"""Which appointments is somebody to be reminded of now? Asked at each sweep, so that nothing is planned ahead."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from wagtail.models import Site

from ..diary.models import Appointment, AppointmentEvent
from ..outbox.models import OutboundMessage
from .channels_for import can_be_reminded
from .communication_template import CommunicationTemplate
from .queue import unsaved_message
from .quiet_hours import undisturbed
from .template_choice import live_templates, stands_in_for

_CHUNK = 500  # rows read and written at a time
_MOVES = [AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED]


def queue_reminders(now: datetime) -> int:
    """Write the row of each reminder that has fallen due, and return how many.

    There is one for each template and the latest booking or change of an appointment, so that moving an appointment
    arms its reminders again. A reminder that was due before that booking or change isn't sent; of several overdue by
    one channel, only the one that fell due last is. What was never booked through the portal's diary (imported, say)
    has no such event, and nobody is reminded of it. Who can be reminded by one channel has no row for another that
    doesn't reach them; who can't be at all has rows that say why.

    :param now: aware datetime.
    """
    templates = [one for one in live_templates(OutboundMessage.About.REMINDER) if one.send_before]
    default_site = Site.objects.filter(is_default_site=True).first()
    return sum(_queue(template, _due(template, templates, now), default_site, now) for template in templates)


def arm_again(appointment: Appointment) -> None:
    """Forget the reminders that were not sent because *appointment* was cancelled: it stands again."""
    OutboundMessage.objects.filter(
        appointment=appointment, about=OutboundMessage.About.REMINDER, status=OutboundMessage.Status.DROPPED
    ).delete()


def _queue(
    template: CommunicationTemplate, due: QuerySet[Appointment], default_site: Site | None, now: datetime
) -> int:
    events = AppointmentEvent.objects.select_related("appointment__client", "appointment__location__site")
    written = 0
    for latest_moves in _chunks(due):
        rows = [
            unsaved_message(
                template,
                event,
                site=event.appointment.location.site or default_site,
                due_at=undisturbed(template.event, event, now),
                now=now,
            )
            for event in events.filter(pk__in=latest_moves)
        ]
        # Another sweep may write the same one at this moment.
        OutboundMessage.objects.bulk_create(rows, ignore_conflicts=True)
        written += len(rows)
    return written


def _due(
    template: CommunicationTemplate, templates: list[CommunicationTemplate], now: datetime
) -> QuerySet[Appointment]:
    """The appointments to come for which *template* is the reminder in force, and isn't written yet."""
    latest = AppointmentEvent.objects.filter(appointment=OuterRef("pk"), kind__in=_MOVES).order_by("-pk")
    written = OutboundMessage.objects.filter(
        appointment=OuterRef("pk"), template=template, event_id=OuterRef("latest_move")
    )
    due = (
        Appointment.objects.filter(
            _is_for(template), holds_place=True, start__gt=now, start__lte=now + template.send_before
        )
        .annotate(latest_move=Subquery(latest.values("pk")[:1]), moved_at=Subquery(latest.values("at")[:1]))
        .filter(moved_at__lte=F("start") - template.send_before)
        .filter(~Exists(written))
    )
    if template.first_published_at:
        # What would have been due before anybody had written it isn't made up for.
        due = due.filter(start__gte=template.first_published_at + template.send_before)
    elsewhere = {one.channel for one in templates} - {template.channel}
    for channel in elsewhere:
        due = due.filter(can_be_reminded(template.channel) | ~can_be_reminded(channel))
    for other in templates:
        if other.channel == template.channel and other.send_before < template.send_before:
            due = due.exclude(_is_for(other), start__lte=now + other.send_before)
        elif stands_in_for(other, template):
            due = due.exclude(_is_for(other))
    return due.order_by("start", "pk")


def _is_for(template: CommunicationTemplate) -> Q:
    """The same as ``template.is_for``, in SQL."""
    query = Q()
    if template.appointment_type_id:
        query &= Q(appointment_type_id=template.appointment_type_id)
    if template.location_id:
        query &= Q(location_id=template.location_id)
    return query


def _chunks(due: QuerySet[Appointment]) -> Iterator[list[int]]:
    """Give the pks of the latest moves in pieces, read along the index of starts.

    Each piece begins behind the last one, so it makes no difference that the rows written meanwhile leave the query.
    """
    rows = due.values_list("start", "pk", "latest_move")
    chunk = list(rows[:_CHUNK])
    while chunk:
        yield [move for _start, _pk, move in chunk]
        start, pk, _move = chunk[-1]
        chunk = list(rows.filter(Q(start__gt=start) | Q(start=start, pk__gt=pk), start__gte=start)[:_CHUNK])
