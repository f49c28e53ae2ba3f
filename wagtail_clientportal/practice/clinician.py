from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Clinician(models.Model):
    """Who sees clients."""

    name = models.CharField(_("name"), max_length=120)
    user = models.OneToOneField(
        django_settings.AUTH_USER_MODEL,
        verbose_name=_("staff account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="clinician",
        help_text=_("Told about changes to this clinician's appointments. Empty: the clinic's notification address."),
    )
    available_online = models.BooleanField(
        _("available online"),
        default=True,
        help_text=_("Off: clients can't book with, or move appointments of, this clinician themselves."),
    )
    locations = models.ManyToManyField(
        "wagtail_clientportal.Location", verbose_name=_("locations"), blank=True, related_name="clinicians"
    )
    appointment_types = models.ManyToManyField(
        "wagtail_clientportal.AppointmentType",
        verbose_name=_("appointment types"),
        blank=True,
        related_name="clinicians",
    )
    is_active = models.BooleanField(_("active"), default=True)
    external_ref = models.CharField(_("external reference"), max_length=120, blank=True, db_index=True)
    # Writing this is what locks the clinician's diary (see diary/lock.py).
    diary_version = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("clinician")
        verbose_name_plural = _("clinicians")
        ordering = ["name", "pk"]
        permissions = [("see_every_diary", _("Can see every clinician's diary, and all clients"))]

    def __str__(self):
        return self.name
