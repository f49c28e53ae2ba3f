import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..practice.external_ref import external_key_field, external_ref_field, one_record_each, validate_external_ref
from ..practice.permissions import READ_REPORTS
from ..practice.worked_out import WorkedOutQuerySet

_ARRANGED = ("start", "end", "busy_until", "buffer_minutes", "status_id", "holds_place")
_FOLLOWING = ("end", "busy_until", "buffer_minutes", "holds_place")


class AppointmentQuerySet(WorkedOutQuerySet):
    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for appointment in objs:
            appointment.fill_in()
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True


class Appointment(models.Model):
    """One client, one clinician, one place, one time.

    ``busy_until`` (the end plus the buffer at booking) and ``holds_place`` are written by the actions: editing a type
    or a status later never moves what was arranged. They are filled in here where they were left out, and follow where
    somebody saves a start, an end or a status without them: a moved start takes the end along.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        "wagtail_clientportal.Client",
        verbose_name=_("client"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician",
        verbose_name=_("clinician"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    location = models.ForeignKey(
        "wagtail_clientportal.Location",
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    appointment_type = models.ForeignKey(
        "wagtail_clientportal.AppointmentType",
        verbose_name=_("appointment type"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    start = models.DateTimeField(_("start"), db_index=True)
    end = models.DateTimeField(_("end"))
    status = models.ForeignKey(
        "wagtail_clientportal.AppointmentStatus",
        verbose_name=_("status"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    busy_until = models.DateTimeField(_("busy until"), editable=False)
    holds_place = models.BooleanField(_("holds its place"), editable=False)
    overbooked = models.BooleanField(
        _("overbooked"), default=False, help_text=_("Staff put it over another appointment on purpose.")
    )
    # As arranged at booking, whatever the type says by now: what ``busy_until`` lies behind ``end``.
    buffer_minutes = models.PositiveIntegerField(null=True, editable=False)
    note = models.TextField(
        _("note"),
        blank=True,
        max_length=500,
        help_text=_("For the desk, like “brings her X-rays”. Staff read it, and clients never do."),
    )
    # Of the form by which staff booked it: sent twice, it books once.
    form_key = models.UUIDField(null=True, unique=True, editable=False)
    external_ref = external_ref_field()
    external_key = external_key_field()
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    WORKED_OUT = {
        "start": {"end", "busy_until"},
        "end": {"busy_until"},
        "busy_until": {"buffer_minutes"},
        "status": {"holds_place"},
    }

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-start", "pk"]
        permissions = [(READ_REPORTS, _("Can read the clinic’s figures"))]
        indexes = [
            models.Index(fields=["clinician", "start", "busy_until"], name="cp_appointment_diary"),
            models.Index(fields=["client", "start"], name="cp_appointment_client"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="cp_appointment_ends_later"),
            models.CheckConstraint(
                condition=models.Q(busy_until__gte=models.F("end")), name="cp_appointment_busy_to_end"
            ),
            one_record_each("cp_appointment_external_ref"),
        ]

    def __str__(self):
        # No name: see Client.__str__.
        return f"Appointment #{self.pk}"

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.fill_in()
        else:
            written = kwargs.get("update_fields")
            followed = self._follow(_ARRANGED if written is None else written)
            if written is not None:
                kwargs["update_fields"] = {*written, *followed}
        super().save(*args, **kwargs)
        self._note_as_stored(_ARRANGED)

    @classmethod
    def from_db(cls, db, field_names, values, **kwargs):
        appointment = super().from_db(db, field_names, values, **kwargs)
        appointment._note_as_stored(_ARRANGED)
        return appointment

    def refresh_from_db(self, using=None, fields=None, **kwargs):
        super().refresh_from_db(using=using, fields=fields, **kwargs)
        self._note_as_stored(_ARRANGED if fields is None else [name for name in _ARRANGED if name in fields])

    def fill_in(self) -> None:
        """Work out what was left out of a new appointment."""
        self._make_moments_aware()
        if self.end is None and self.start is not None:
            self.end = self.start + timedelta(minutes=self.appointment_type.duration_minutes)
        if self.busy_until is None and self.end is not None:
            self.busy_until = self.end + timedelta(minutes=self.appointment_type.buffer_minutes)
        if self.buffer_minutes is None and self.busy_until is not None:
            self.buffer_minutes = self._buffer_in_minutes()
        if self.holds_place is None:
            self.holds_place = self.status.attending

    def clean(self):
        super().clean()
        validate_external_ref(self)

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    @property
    def buffer(self) -> timedelta:
        """What is kept free behind it, as arranged when it was booked."""
        return self.busy_until - self.end

    @property
    def local_start(self) -> datetime:
        return self.location.local(self.start)

    @property
    def local_end(self) -> datetime:
        return self.location.local(self.end)

    def move(self, start: datetime, *, clinician=None, location=None) -> None:
        """Stand elsewhere, as long as before and with the same time kept free behind it. Nothing is saved.

        :param clinician, location: left out, they stay.
        """
        duration, buffer = self.duration, self.buffer
        self.clinician, self.location = clinician or self.clinician, location or self.location
        self.start, self.end = start, start + duration
        self.busy_until = self.end + buffer

    def is_current(self, now: datetime) -> bool:
        """Whether it is still to come and holds its place: what can be changed or cancelled."""
        return self.holds_place and now <= self.start

    def _follow(self, written) -> set[str]:
        """Let what is worked out follow the fields that are *written*; return the names of those that did."""
        if not self.WORKED_OUT.keys() & {name.removesuffix("_id") for name in written}:
            return set()
        self._make_moments_aware()
        stored = self._as_stored()
        if self.start != stored["start"] and self.end == stored["end"]:
            self.end = self.start + (stored["end"] - stored["start"])
        if self.busy_until != stored["busy_until"]:
            self.buffer_minutes = self._buffer_in_minutes()
        elif self.end != stored["end"]:
            self.busy_until = self.end + (stored["busy_until"] - stored["end"])
        if self.status_id != stored["status_id"] and self.holds_place == stored["holds_place"]:
            self.holds_place = self.status.attending
        return {name for name in _FOLLOWING if getattr(self, name) != stored[name]}

    def _make_moments_aware(self) -> None:
        """As Django would on the way to the database: texts and naive times are taken too."""
        for name in ("start", "end", "busy_until"):
            setattr(self, name, self._meta.get_field(name).get_prep_value(getattr(self, name)))

    def _buffer_in_minutes(self) -> int:
        return (self.busy_until - self.end) // timedelta(minutes=1)

    def _note_as_stored(self, names) -> None:
        self._stored = self.__dict__.get("_stored", {}) | {
            name: self.__dict__[name] for name in names if name in self.__dict__
        }

    def _as_stored(self) -> dict:
        stored = self.__dict__.get("_stored", {})
        if len(stored) == len(_ARRANGED):
            return stored
        # Fetched without all of them.
        return type(self)._base_manager.values(*_ARRANGED).get(pk=self.pk)
