import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Appointment(models.Model):
    """One client, one clinician, one place, one time.

    ``busy_until`` (the end plus the buffer at booking) and ``holds_place`` are written by the actions: editing a type
    or a status later never moves what was arranged. They are filled in here where they were left out.
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
    external_ref = models.CharField(_("external reference"), max_length=120, blank=True, db_index=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-start", "pk"]
        indexes = [
            models.Index(fields=["clinician", "start", "busy_until"], name="cp_appointment_diary"),
            models.Index(fields=["client", "start"], name="cp_appointment_client"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="cp_appointment_ends_later"),
            models.CheckConstraint(
                condition=models.Q(busy_until__gte=models.F("end")), name="cp_appointment_busy_to_end"
            ),
        ]

    def __str__(self):
        # No name: see Client.__str__.
        return f"Appointment #{self.pk}"

    def save(self, *args, **kwargs):
        if self.end is None and self.start is not None:
            self.end = self.start + timedelta(minutes=self.appointment_type.duration_minutes)
        if self.busy_until is None and self.end is not None:
            self.busy_until = self.end + timedelta(minutes=self.appointment_type.buffer_minutes)
        if self.holds_place is None:
            self.holds_place = self.status.attending
        super().save(*args, **kwargs)

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

    def is_current(self, now: datetime) -> bool:
        """Whether it is still to come and holds its place: what can be changed or cancelled."""
        return self.holds_place and now <= self.start
