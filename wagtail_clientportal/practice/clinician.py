from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string

from .external_ref import external_key_field, external_ref_field, one_record_each, validate_external_ref
from .permissions import RESET_SECOND_FACTOR, SEE_EVERY_DIARY


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
    photo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("photograph"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown to whoever books online. A square one looks best."),
    )
    introduction = models.TextField(
        _("introduction"),
        max_length=600,
        blank=True,
        help_text=_("A few sentences about the person, for whoever books online."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    external_ref = external_ref_field()
    external_key = external_key_field()
    # Writing this is what locks the clinician's diary (see diary/lock.py).
    diary_version = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("clinician")
        verbose_name_plural = _("clinicians")
        ordering = ["name", "pk"]
        permissions = [
            (SEE_EVERY_DIARY, _("Can see every clinician's diary, and all clients")),
            (RESET_SECOND_FACTOR, _("Can reset the second factor of the staff")),
        ]
        constraints = [one_record_each("cp_clinician_external_ref")]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        validate_external_ref(self)
