from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ClientMessage(models.Model):
    """What a client wrote while changing or cancelling an appointment. It is text, never markup."""

    client = models.ForeignKey(
        "wagtail_clientportal.Client", verbose_name=_("client"), on_delete=models.PROTECT, related_name="messages"
    )
    appointment = models.ForeignKey(
        "wagtail_clientportal.Appointment",
        verbose_name=_("appointment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    event = models.ForeignKey(
        "wagtail_clientportal.AppointmentEvent",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    body = models.TextField(_("message"))
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        verbose_name=_("handled by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("client message")
        verbose_name_plural = _("client messages")
        ordering = ["-created_at", "-pk"]
        # How many wait, and the newest of them.
        indexes = [models.Index(fields=["handled_at", "created_at"], name="cp_message_waiting")]

    def __str__(self):
        return f"Message #{self.pk}"
