"""What is there to report? Counted by the database in a few statements, however long the period, into plain values."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from ...availability.worked_time import worked_time
from ...diary.models import Appointment, AppointmentEvent
from ...diary.queries import LONGEST
from ...outbox.models import OutboundMessage
from ...practice.appointment_status import DID_NOT_ATTEND
from ...practice.models import AppointmentStatus, Client, Clinician, Location
from ..common.local_time import site_zone, start_of_day
from ..common.reach import sees_every_diary, within_reach
from .choice import By
from .lines import NOTICE, Done, Held, Portal, Sent, Worked

_BEYOND = -1  # stands for the number of a period, of what lies in none

Kind = AppointmentEvent.Kind


@dataclass(frozen=True)
class Scope:
    """What is counted.

    :param by: what there is a row for.
    :param bounds: the first day of each period, and the day after the last one; more than one only where there is a
        row for each.
    :param clinician, location: of whom and where only; ``None`` for all that *user* reaches.
    :param locations: all that there are.
    """

    user: object
    now: datetime
    by: By
    bounds: list[date]
    clinician: Clinician | None
    location: Location | None
    locations: list[Location]

    def of_appointments(self, rows: QuerySet, path: str = "") -> QuerySet:
        """Narrow *rows*, from which *path* leads to an appointment, to those of who and where was asked for."""
        if self.clinician:
            rows = rows.filter(**{f"{path}clinician": self.clinician})
        return rows.filter(**{f"{path}location": self.location}) if self.location else rows

    def row(self, clinician: str, location: str) -> str:
        """Return by which column the rows are told apart: a ``period``, or the one of these that is asked for."""
        return {By.WEEK: "period", By.CLINICIAN: clinician, By.LOCATION: location}[self.by]

    def in_periods(self, rows: QuerySet, moment: str, place: str) -> QuerySet:
        """Narrow *rows* to the days that are asked about, with the number of the ``period`` that each lies in.

        The days are those of the place. No database is asked to know a zone: MariaDB usually doesn't.

        :param moment, place: from a row to a time, and to the pk of its location, which may be null.
        """
        elsewhere = defaultdict(list)
        for one in self.locations:
            if one.zone != site_zone():
                elsewhere[one.zone].append(one.pk)
        first, last = self.bounds[0], self.bounds[-1]
        zones = [site_zone(), *elsewhere]
        within = {
            f"{moment}__gte": min(start_of_day(first, zone) for zone in zones),
            f"{moment}__lt": max(start_of_day(last, zone) for zone in zones),
        }
        cases = [case for zone, pks in elsewhere.items() for case in self._cases(zone, moment, {f"{place}__in": pks})]
        period = Case(
            *cases, *self._cases(site_zone(), moment, {}), default=Value(_BEYOND), output_field=IntegerField()
        )
        rows = rows.filter(**within).annotate(period=period)
        return rows.filter(period__gt=_BEYOND) if elsewhere else rows

    def _cases(self, zone: ZoneInfo, moment: str, where: dict) -> Iterator[When]:
        for number, day in enumerate(self.bounds, _BEYOND):
            yield When(**where, **{f"{moment}__lt": start_of_day(day, zone)}, then=Value(number))
        if where:
            yield When(**where, then=Value(_BEYOND))


def held(scope: Scope) -> list[Held]:
    """Count the appointments by the days on which they are, or were to be."""
    missed = list(AppointmentStatus.objects.filter(DID_NOT_ATTEND).values_list("pk", flat=True))
    kept, freed = Q(holds_place=True), Q(holds_place=False)
    rows = scope.of_appointments(within_reach(scope.user, Appointment.objects.all()))
    rows = scope.in_periods(rows, "start", "location").order_by()
    rows = rows.values("clinician", row=F(scope.row("clinician", "location"))).annotate(
        kept=Count("pk", filter=kept),
        begun=Count("pk", filter=kept & Q(start__lte=scope.now)),
        missed=Count("pk", filter=freed & Q(status__in=missed)),
        cancelled=Count("pk", filter=freed & ~Q(status__in=missed)),
        length=Sum(F("end") - F("start"), filter=kept),
    )
    columns = ("row", "clinician", "kept", "begun", "missed", "cancelled", "length")
    return [
        Held(*numbers, (length or timedelta(0)) // timedelta(minutes=1))
        for *numbers, length in rows.values_list(*columns)
    ]


def worked(scope: Scope) -> list[Worked]:
    """Add up the hours of the clinicians who are active, time off taken away. Those at any of several locations can't
    be told apart by location."""
    clinicians = within_reach(scope.user, Clinician.objects.filter(is_active=True))
    if scope.clinician:
        clinicians = clinicians.filter(pk=scope.clinician.pk)
    places = defaultdict(list)
    for pk, location in clinicians.order_by().values_list("pk", "locations"):
        places[pk] += [location] if location else []
    zones = {one.pk: one.zone for one in scope.locations}
    asked = {scope.location.pk} if scope.location else _reached_locations(scope)
    found = []
    for (clinician, location), minutes in worked_time(places, zones, site_zone(), scope.bounds).items():
        if location:
            there = {location} & asked
        elif scope.by == By.LOCATION or not asked.issuperset(places[clinician]):
            there, minutes = asked.intersection(places[clinician]), [None] * len(minutes)
        else:
            there = {None}
        for one in there:
            row = {By.CLINICIAN: clinician, By.LOCATION: one}.get(scope.by)
            found += [Worked(week if row is None else row, each) for week, each in enumerate(minutes)]
    return found


def _reached_locations(scope: Scope) -> set[int]:
    if sees_every_diary(scope.user):
        return {one.pk for one in scope.locations}
    return set(within_reach(scope.user, Location.objects.all()).values_list("pk", flat=True))


def done(scope: Scope) -> list[Done]:
    """Count bookings, changes and cancellations by the days on which they were made; whose and where is from where an
    appointment went. A cancellation that was taken back counts for nothing, and neither does taking it back."""
    rows = AppointmentEvent.objects.filter(kind__in=[Kind.BOOKED, Kind.CHANGED, Kind.CANCELLED])
    rows = rows.exclude(kind=Kind.BOOKED, old_start__isnull=False)
    rows = rows.exclude(kind=Kind.CANCELLED, appointment__holds_place=True)
    if not sees_every_diary(scope.user):
        rows = rows.filter(appointment__in=within_reach(scope.user, Appointment.objects.all()))
    rows = rows.annotate(
        whose=Coalesce("old_clinician", "appointment__clinician", output_field=BigIntegerField()),
        place=Coalesce("old_location", "appointment__location", output_field=BigIntegerField()),
        old_end=ExpressionWrapper(
            F("old_start") + (F("appointment__end") - F("appointment__start")), output_field=DateTimeField()
        ),
        notice=Case(
            *(When(old_start__lt=F("at") + most, then=Value(number)) for number, most in enumerate(NOTICE)),
            default=Value(len(NOTICE)),
            output_field=IntegerField(),
        ),
    )
    if scope.clinician:
        rows = rows.filter(whose=scope.clinician.pk)
    if scope.location:
        rows = rows.filter(place=scope.location.pk)
    stays = {"kind": Kind.CHANGED, "old_start": F("new_start"), "old_clinician": F("new_clinician")}
    rows = scope.in_periods(rows, "at", "place").annotate(
        freed=Case(
            When(kind=Kind.BOOKED, then=Value(0)),
            When(**stays, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        ),
        filled=Exists(_in_the_place_that_was_freed()),
    )
    columns = (scope.row("whose", "place"), "kind", "by_kind", "notice", "freed", "filled")
    return [Done(*line) for line in rows.order_by().values_list(*columns).annotate(number=Count("pk"))]


def _in_the_place_that_was_freed() -> QuerySet[Appointment]:
    """The other appointments that stand by now in the time that an event freed."""
    return Appointment.objects.filter(
        holds_place=True,
        clinician=OuterRef("whose"),
        start__lt=OuterRef("old_end"),
        start__gt=ExpressionWrapper(OuterRef("old_start") - LONGEST, output_field=DateTimeField()),
        end__gt=OuterRef("old_start"),
    ).exclude(pk=OuterRef("appointment"))


def sent(scope: Scope) -> list[Sent]:
    """Count the messages that left, and those that failed for good, by the days on which they were written."""
    states = OutboundMessage.Status
    rows = within_reach(scope.user, OutboundMessage.objects.filter(status__in=[states.SENT, states.FAILED]))
    rows = scope.of_appointments(rows.exclude(about=OutboundMessage.About.STAFF), "appointment__")
    rows = scope.in_periods(rows, "created_at", "appointment__location").order_by()
    rows = rows.values_list(scope.row("appointment__clinician", "appointment__location"))
    return [
        Sent(*line)
        for line in rows.annotate(
            sent=Count("pk", filter=Q(status=states.SENT)), failed=Count("pk", filter=Q(status=states.FAILED))
        )
    ]


def portal(user) -> Portal:
    """Count who of the clients can use the portal, and what keeps the others out."""
    active = Q(is_active=True)
    no_contact = Q(email_key="", mobile_key="")
    clients = within_reach(user, Client.objects.filter(merged_into=None, anonymised_at=None)).order_by()
    return Portal(
        **clients.aggregate(
            can=Count(
                "pk",
                filter=active & Q(portal_access=True, date_of_birth__isnull=False) & ~Q(postcode_key="") & ~no_contact,
            ),
            inactive=Count("pk", filter=Q(is_active=False)),
            no_access=Count("pk", filter=active & Q(portal_access=False)),
            no_date_of_birth=Count("pk", filter=active & Q(date_of_birth=None)),
            no_postcode=Count("pk", filter=active & Q(postcode_key="")),
            no_contact=Count("pk", filter=active & no_contact),
        )
    )
