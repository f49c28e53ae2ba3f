from django.db import models
from django.utils.translation import gettext_lazy as _


class AbsenceReason(models.Model):
    """Why somebody doesn't come, as staff choose it when an appointment is cancelled or its client did not attend."""

    name = models.CharField(
        _("name"), max_length=120, unique=True, help_text=_("For example “ill”. No client reads it.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Off: it isn't offered any more. Where it was chosen it stays.")
    )

    class Meta:
        verbose_name = _("reason for not coming")
        verbose_name_plural = _("reasons for not coming")
        ordering = ["name"]

    def __str__(self):
        return self.name
