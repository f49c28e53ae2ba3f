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
        REFUND_TO_DECIDE = "refund_to_decide", _("A refund to decide")
        PAYMENT_DIFFERS = "payment_differs", _("A payment of another amount")
        CLIENT_MESSAGE = "client_message", _("Message from a client")
        CLIENT_NOT_TOLD = "client_not_told", _("A client has to be rung")
        COMMUNICATION_FAILED = "communication_failed", _("A message could not be sent")
        FAILED_CHECKS = "failed_checks", _("Many failed identity checks")
        AMBIGUOUS_IDENTITY = "ambiguous_identity", _("Two clients can't be told apart")
        TROUBLE = "trouble", _("Messages are not getting out")
        TROUBLE_OVER = "trouble_over", _("Messages are getting out again")

    # Somebody has to do something: unread until one of those who were told has done it, which counts as read for all.
    TO_DO = [Kind.CLIENT_NOT_TOLD]

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
    payment = models.ForeignKey(
        "wagtail_clientportal.Payment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    client = models.ForeignKey(
        "wagtail_clientportal.Client", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    trouble = models.CharField(max_length=20, blank=True)  # the key of one
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    handled_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        verbose_name=_("handled by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "read_at", "created_at"], name="cp_notification_bell"),
            models.Index(fields=["recipient", "created_at"], name="cp_notification_newest"),
            models.Index(fields=["recipient", "read_at", "kind"], name="cp_notification_to_do"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def is_to_do(self) -> bool:
        return self.kind in self.TO_DO
