from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

from .portal_policy import WORDING_FEATURES


def validate_lead_time(lead_time: timedelta) -> None:
    if lead_time < timedelta(0):
        raise ValidationError(_("A lead time can't be negative. For “at once” write 0."))


class BookingSettings(models.Model):
    """One site's online booking: its own switch, and which slots may be offered (for changes too)."""

    site = models.OneToOneField(
        "wagtailcore.Site", verbose_name=_("site"), on_delete=models.CASCADE, related_name="client_booking_settings"
    )
    enabled = models.BooleanField(
        _("new bookings can be made online"), default=False, help_text=_("Independent of the client portal.")
    )
    off_message = RichTextField(_("message while online booking is off"), blank=True, features=WORDING_FEATURES)
    welcome_text = RichTextField(_("welcome text"), blank=True, features=WORDING_FEATURES)
    lead_time = models.DurationField(
        _("lead time"),
        default=timedelta(hours=2),
        validators=[validate_lead_time],
        help_text=_("How soon a time may be offered, counted from now."),
    )
    horizon_days = models.PositiveIntegerField(
        _("horizon (days)"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("How far ahead times are offered."),
    )
    slot_interval_minutes = models.PositiveIntegerField(
        _("slot interval (minutes)"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text=_("The grid that start times lie on, counted from the start of each working interval."),
    )

    class Meta:
        verbose_name = _("booking settings")
        verbose_name_plural = _("booking settings")

    def __str__(self):
        return str(self.site)

    @classmethod
    def for_site(cls, site) -> "BookingSettings":
        """Return the site's settings; where there are none yet, unsaved defaults (booking off)."""
        return (cls.objects.filter(site=site).first() if site else None) or cls(site=site)
