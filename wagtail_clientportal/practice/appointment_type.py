from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# With its buffer an appointment is at most a day long, so that "what overlaps this?" stays on the index.
MINUTES_IN_A_DAY = 24 * 60


class AppointmentType(models.Model):
    """What a client comes for: how long it takes and what follows it."""

    name = models.CharField(_("name"), max_length=120)
    duration_minutes = models.PositiveIntegerField(
        _("duration (minutes)"), default=30, validators=[MinValueValidator(1)]
    )
    buffer_minutes = models.PositiveIntegerField(
        _("buffer afterwards (minutes)"),
        default=0,
        help_text=_("Kept free after the appointment, to write notes or prepare the room. Clients don't see it."),
    )
    price = models.DecimalField(_("price"), max_digits=8, decimal_places=2, null=True, blank=True)
    bookable_online = models.BooleanField(
        _("bookable online"), default=True, help_text=_("New bookings only; appointments that exist can be changed.")
    )
    policy = models.ForeignKey(
        "wagtail_clientportal.PortalPolicy",
        verbose_name=_("portal policy"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointment_types",
        help_text=_("Rules for this type alone. Empty: the clinic's default policy."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("appointment type")
        verbose_name_plural = _("appointment types")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if (self.duration_minutes or 0) + (self.buffer_minutes or 0) > MINUTES_IN_A_DAY:
            raise ValidationError(
                {"duration_minutes": _("Together with the buffer an appointment can be at most 24 hours long.")}
            )
