from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TimeOffRequest(models.Model):
    """What a clinician asks for: time off, which somebody at the desk grants or declines."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")

    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician", verbose_name=_("clinician"), on_delete=models.CASCADE, related_name="+"
    )
    location = models.ForeignKey(
        "wagtail_clientportal.Location",
        verbose_name=_("location"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: everywhere."),
    )
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("request for time off")
        verbose_name_plural = _("requests for time off")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()  # who may add time off decides

    def __str__(self):
        return f"TimeOffRequest #{self.pk}"
