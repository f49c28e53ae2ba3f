from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class TimeOff(models.Model):
    """When nobody is seen: one clinician's holiday, a location closed, everybody's bank holiday."""

    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician",
        verbose_name=_("clinician"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="time_off",
        help_text=_("Empty: everybody."),
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
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("For staff; clients don't see it."))

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["-start", "pk"]
        indexes = [models.Index(fields=["end", "start"], name="cp_time_off_reach")]

    def __str__(self):
        return self.reason or str(self._meta.verbose_name)

    def clean(self):
        super().clean()
        if self.start and self.end and self.end <= self.start:
            raise ValidationError({"end": _("The end has to be later than the start.")})
