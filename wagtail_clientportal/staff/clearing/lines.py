"""What becomes, or became, of each appointment of a clearing, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ...clearing.models import Clearing, ClearingLine
from ...communications.channels_for import why_not
from ...communications.compose import preview
from ...communications.models import CommunicationTemplate
from ...communications.template_choice import applicable, live_templates
from ...diary.from_and_to import RecordedState
from ...diary.models import Appointment
from ...notifications.models import Notification
from ...outbox.channels.registry import channel_of
from ...outbox.models import OutboundMessage
from ...practice.models import Clinician
from ..appointments.telling import how_told
from ..common.local_time import day_and_time, span
from ..common.people import when_and_by
from ..common.urls import inspect_url
from .forms import moved

Decision, State = ClearingLine.Decision, ClearingLine.State
_ABOUT = {Decision.CANCEL: OutboundMessage.About.CANCELLED, Decision.MOVE: OutboundMessage.About.CHANGED}
DETAILS = (
    "clearing__clinician",
    "appointment__client",
    "appointment__clinician",
    "appointment__location__site",
    "appointment__appointment_type__policy",
    "appointment__status",
    "seen_status",
    "seen_location",
    "new_clinician",
)
_REACHES = (OutboundMessage.Status.WAITING, OutboundMessage.Status.SENT)


@dataclass(frozen=True)
class LineInWords:
    client: str
    url: str
    when: str  # as it was when somebody decided
    details: str
    becomes: str
    told: str  # how the client is told; "" where nothing is done
    why: str  # it wasn't done


@dataclass(frozen=True)
class ToRing:
    """A client whom no message tells. ``rung`` says when and by whom, "" while nobody has."""

    pk: int
    client: str
    url: str
    mobile: str
    becomes: str
    rung: str


@dataclass(frozen=True)
class ExampleMessage:
    what: str
    text: str


def with_all(lines: QuerySet[ClearingLine]) -> QuerySet[ClearingLine]:
    """Fetch along all that is said of *lines*."""
    return lines.select_related(*DETAILS)


def in_words(lines: Iterable[ClearingLine], *, with_telling: bool = False) -> list[LineInWords]:
    """Return *lines*, as ``with_all`` fetches them, in words.

    :param with_telling: say how each client would be told, too.
    """
    templates = {about: live_templates(about) for about in _ABOUT.values()} if with_telling else {}
    return [_in_words(line, templates) for line in lines]


def _in_words(line: ClearingLine, templates: dict[str, list[CommunicationTemplate]]) -> LineInWords:
    appointment, about = line.appointment, _ABOUT.get(line.decision)
    return LineInWords(
        client=appointment.client.full_name,
        url=inspect_url(Appointment, appointment.pk),
        when=_was(line),
        details=f"{appointment.appointment_type} · {line.seen_location}",
        becomes=becomes(line),
        told=how_told(appointment, about, templates[about]) if about in templates else "",
        why=line.get_why_display(),
    )


def becomes(line: ClearingLine) -> str:
    """Say what is to become of it: "Moved to Thu 26 Nov 2026, 10:00, London time, Ben"."""
    if line.decision == Decision.CANCEL:
        return _("Cancelled")
    if line.decision == Decision.LEAVE:
        return _("Stays as it is")
    return _("Moved to %(when)s, with %(clinician)s") % {
        "when": day_and_time(line.new_start, line.seen_location.zone),
        "clinician": line.new_clinician or "–",
    }


def example_messages(clearing: Clearing, lines: Iterable[ClearingLine]) -> list[ExampleMessage]:
    """Return what the first client who hears of a cancellation would read, and the first who hears of a move; by each
    channel.
    """
    found = []
    for decision, about in _ABOUT.items():
        templates = live_templates(about)
        for line in lines:
            if line.decision != decision:
                continue
            fitting = [
                one
                for one in applicable(templates, line.appointment)
                if not why_not(line.appointment.client, one.channel, about)
            ]
            if fitting:
                found += [_example(clearing, line, template) for template in fitting]
                break
    return found


def _example(clearing: Clearing, line: ClearingLine, template: CommunicationTemplate) -> ExampleMessage:
    appointment, before = line.appointment, None
    if line.decision == Decision.MOVE:
        zone = appointment.location.zone
        before = RecordedState(appointment.start, zone, None, appointment.clinician, appointment.location)
        appointment = moved(line, {line.new_clinician_id: line.new_clinician})
    rendered = preview(template, appointment, timezone.now(), before=before, words=clearing.words)
    values = {
        "client": appointment.client.full_name,
        "what": becomes(line),
        "channel": channel_of(template.channel).noun,
    }
    return ExampleMessage(_("To %(client)s, by %(channel)s (%(what)s)") % values, rendered.text)


def to_ring(clearing: Clearing) -> list[ToRing]:
    """Return whom no message of what was done reaches, or has reached: also where it failed only later."""
    told = OutboundMessage.objects.filter(event=OuterRef("event"), client__isnull=False, status__in=_REACHES)
    told = told.exclude(about=OutboundMessage.About.REMINDER)
    lines = clearing.lines.filter(~Exists(told), state=State.DONE, event__isnull=False)
    lines = list(lines.select_related("rung_by", *DETAILS))
    handled = _handled([line.event_id for line in lines])
    return [_to_ring(line, handled.get(line.event_id)) for line in lines]


def _handled(event_ids) -> dict[int, Notification]:
    """By event, who marked the notification that asks for the same as handled."""
    found = Notification.objects.filter(
        kind=Notification.Kind.CLIENT_NOT_TOLD, event__in=event_ids, read_at__isnull=False
    )
    return {one.event_id: one for one in found.select_related("handled_by")}


def _to_ring(line: ClearingLine, handled: Notification | None) -> ToRing:
    client, zone = line.appointment.client, line.seen_location.zone
    at, by = line.rung_at, line.rung_by
    if at is None and handled is not None:
        at, by = handled.read_at, handled.handled_by
    return ToRing(
        pk=line.pk,
        client=client.full_name,
        url=inspect_url(Appointment, line.appointment_id),
        mobile=client.mobile,
        becomes=f"{_was(line)} → {becomes(line)}",
        rung=when_and_by(by, day_and_time(at, zone)) if at else "",
    )


def _was(line: ClearingLine) -> str:
    return span(line.seen_start, line.seen_start + line.appointment.duration, line.seen_location.zone)


def clinicians_offered(lines: Iterable[ClearingLine]) -> dict[int, Clinician]:
    return Clinician.objects.in_bulk({pk for line in lines for pk, _minute in line.offers})
