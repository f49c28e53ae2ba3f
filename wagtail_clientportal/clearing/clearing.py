from datetime import UTC, datetime, timedelta

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..diary.history import Snapshot

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clearing(models.Model):
    """A clinician can't come: what becomes of each appointment in a span, and how far that is.

    It is prepared by somebody, and done by the worker when they have seen what would come of it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared, nothing done yet")
        UNDER_WAY = "under_way", _("Being done")
        DONE = "done", _("Done")

    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician", verbose_name=_("clinician"), on_delete=models.CASCADE, related_name="+"
    )
    location = models.ForeignKey(
        "wagtail_clientportal.Location",
        verbose_name=_("location"),
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    # Of the time off that is laid at the end
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    words = models.TextField(_("what all who are told are told with it"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    time_off = models.ForeignKey("wagtail_clientportal.TimeOff", null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("done at"), null=True)
    # Until when a worker has it in hand; over, another one may take it
    leased_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("clearing of a day")
        verbose_name_plural = _("clearings of days")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()  # who may change appointments and lay time off may

    def __str__(self):
        return f"Clearing #{self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.UNDER_WAY


class ClearingLine(models.Model):
    """What is to become, or became, of one appointment."""

    class Decision(models.TextChoices):
        CANCEL = "cancel", _("Cancel")
        MOVE = "move", _("Move")
        LEAVE = "leave", _("Leave as it is")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")

    class Why(models.TextChoices):
        """Why it was refused."""

        CHANGED = "changed", _("Somebody changed this appointment in the meantime.")
        TAKEN = "taken", _("The time that it was to move to isn’t free any more.")
        UNFORESEEN = "unforeseen", _("Something went wrong that nobody foresaw; the site’s log says what.")

    clearing = models.ForeignKey(Clearing, on_delete=models.CASCADE, related_name="lines")
    appointment = models.ForeignKey("wagtail_clientportal.Appointment", on_delete=models.CASCADE, related_name="+")
    # How it stood when somebody decided: another one isn't touched
    seen_start = models.DateTimeField()
    seen_status = models.ForeignKey(
        "wagtail_clientportal.AppointmentStatus", on_delete=models.CASCADE, related_name="+"
    )
    seen_location = models.ForeignKey("wagtail_clientportal.Location", on_delete=models.CASCADE, related_name="+")
    offers = models.JSONField(default=list)  # pairs of a clinician's pk and a start, in minutes since 1970 (UTC)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.CANCEL)
    new_start = models.DateTimeField(null=True)
    new_clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=20, choices=Why.choices, blank=True)
    event = models.ForeignKey(
        "wagtail_clientportal.AppointmentEvent", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    rung_at = models.DateTimeField(null=True)
    rung_by = models.ForeignKey(django_settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["seen_start", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["clearing", "appointment"], name="cp_clearing_each_appointment_once")
        ]

    def __str__(self):
        return f"ClearingLine #{self.pk}"

    @property
    def seen(self) -> Snapshot:
        return Snapshot(self.seen_start, self.seen_status, self.clearing.clinician, self.seen_location)

    def decide(self, decision: str, clinician_id: int | None = None, minute: int | None = None) -> None:
        """Note what is to become of it. Nothing is saved.

        :param clinician_id, minute: of a move: to whom, and when, in minutes since 1970 (UTC).
        """
        self.decision, self.new_clinician_id = decision, clinician_id
        self.new_start = None if minute is None else moment_of(minute)


def moment_of(minute: int) -> datetime:
    """Return the moment (UTC) that is *minute* whole minutes after 1970 began."""
    return _EPOCH + timedelta(minutes=minute)
