from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentEvent(models.Model):
    """One line of an appointment's history: who did what, when, from what, to what."""

    class Kind(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CHANGED = "changed", _("Changed")
        CANCELLED = "cancelled", _("Cancelled")
        STATUS_CHANGED = "status_changed", _("Status changed")
        PAID = "paid", _("Paid")
        REFUND_DECIDED = "refund_decided", _("Refund decided")

    class By(models.TextChoices):
        CLIENT = "client", _("Client")
        STAFF = "staff", _("Staff")
        SYSTEM = "system", _("System")

    appointment = models.ForeignKey(
        "wagtail_clientportal.Appointment",
        verbose_name=_("appointment"),
        on_delete=models.PROTECT,
        related_name="events",
    )
    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    at = models.DateTimeField(_("when"))
    by_kind = models.CharField(_("by"), max_length=10, choices=By.choices)
    by_user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        verbose_name=_("by user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Kept beside the foreign key, so that history still says who when the account is gone.
    by_username = models.CharField(max_length=254, blank=True)
    old_start = models.DateTimeField(null=True, blank=True)
    new_start = models.DateTimeField(null=True, blank=True)
    old_status = models.ForeignKey(
        "wagtail_clientportal.AppointmentStatus", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    new_status = models.ForeignKey(
        "wagtail_clientportal.AppointmentStatus", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.ForeignKey(
        "wagtail_clientportal.AbsenceReason",
        verbose_name=_("reason"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
        help_text=_("Why the client doesn't come, where staff chose one. No client reads it."),
    )
    old_clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    new_clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    old_location = models.ForeignKey(
        "wagtail_clientportal.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    new_location = models.ForeignKey(
        "wagtail_clientportal.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What the clinic said to the client along with it, in plain text; "" for nothing.
    words = models.TextField(blank=True)
    # What was paid, or decided, for the kinds that are about money
    payment = models.ForeignKey(
        "wagtail_clientportal.Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    money_decided = models.CharField(max_length=120, blank=True)
    policy_revision = models.ForeignKey(
        "wagtailcore.Revision",
        verbose_name=_("policy revision"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The published revision of the policy that the client was shown."),
    )
    policy_shown = models.BooleanField(
        default=False, help_text=_("The form carried the revision; otherwise it is the one live at that time.")
    )
    policy_wording = models.TextField(blank=True)
    policy_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("appointment event")
        verbose_name_plural = _("appointment history")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["appointment", "at"], name="cp_event_history"),
            # What happened since somebody was last here?
            models.Index(fields=["at"], name="cp_event_news"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} #{self.pk}"
