from django.db import models
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """A place kept for somebody who books online, until they have confirmed it; it lapses by itself."""

    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician", verbose_name=_("clinician"), on_delete=models.CASCADE, related_name="holds"
    )
    location = models.ForeignKey(
        "wagtail_clientportal.Location", verbose_name=_("location"), on_delete=models.CASCADE, related_name="+"
    )
    start = models.DateTimeField(_("start"))
    busy_until = models.DateTimeField(_("busy until"))
    expires_at = models.DateTimeField(_("expires"))
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = [models.Index(fields=["clinician", "start", "busy_until"], name="cp_hold_diary")]

    def __str__(self):
        return f"Hold #{self.pk}"
