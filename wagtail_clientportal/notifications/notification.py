from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """What one staff user is told in the admin."""

    class Kind(models.TextChoices):
        BOOKED = "booked", _("New appointment")
        CHANGED = "changed", _("Appointment changed")
        CANCELLED = "cancelled", _("Appointment cancelled")
        CLIENT_MESSAGE = "client_message", _("Message from a client")
        COMMUNICATION_FAILED = "communication_failed", _("A message could not be sent")
        FAILED_CHECKS = "failed_checks", _("Many failed identity checks")
        AMBIGUOUS_IDENTITY = "ambiguous_identity", _("Two clients can't be told apart")

    recipient = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        verbose_name=_("for"),
        on_delete=models.CASCADE,
        related_name="client_portal_notifications",
    )
    kind = models.CharField(_("what"), max_length=30, choices=Kind.choices)
    event = models.ForeignKey(
        "wagtail_clientportal.AppointmentEvent", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    appointment = models.ForeignKey(
        "wagtail_clientportal.Appointment",
        verbose_name=_("appointment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notifications",
    )
    # What it is about beside an appointment, for the kinds that need it.
    client_message = models.ForeignKey(
        "wagtail_clientportal.ClientMessage", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    outbound_message = models.ForeignKey(
        "wagtail_clientportal.OutboundMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    client = models.ForeignKey(
        "wagtail_clientportal.Client", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "read_at", "created_at"], name="cp_notification_bell")]

    def __str__(self):
        return f"{self.get_kind_display()} #{self.pk}"
