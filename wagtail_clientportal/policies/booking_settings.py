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
    lead_days = models.PositiveIntegerField(
        _("lead time in whole days"),
        default=0,
        validators=[MaxValueValidator(365)],
        help_text=_("1: from tomorrow on; 2: from the day after; 0: no such rule. The later of both counts."),
    )
    horizon_days = models.PositiveIntegerField(
        _("horizon (days)"),
        default=60,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("How far ahead times are offered."),
    )
    horizon_months = models.PositiveIntegerField(
        _("horizon (calendar months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
        help_text=_("Instead of the days: with 1, on the 25th, times are offered up to and including the 24th."),
    )
    slot_interval_minutes = models.PositiveIntegerField(
        _("slot interval (minutes)"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text=_("The grid that start times lie on, counted from the start of each working interval."),
    )
    new_clients = models.BooleanField(
        _("new clients are welcome"),
        default=True,
        help_text=_("Off: only somebody whom you know can book. Others are asked to call you."),
    )
    confirm_contact = models.BooleanField(
        _("confirm by link"),
        default=True,
        help_text=_(
            "Whoever isn’t signed in follows a link that we send them before anything is booked. It is always asked "
            "for where new clients aren’t welcome, or where upcoming appointments are limited: the answer would "
            "otherwise tell a stranger who your clients are."
        ),
    )
    max_upcoming = models.PositiveIntegerField(
        _("most upcoming appointments"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("With so many to come a client books no more online. Empty: any number."),
    )

    class Meta:
        verbose_name = _("booking settings")
        verbose_name_plural = _("booking settings")

    def __str__(self):
        return str(self.site)

    def clean(self):
        super().clean()
        if not (self.horizon_days or self.horizon_months):
            raise ValidationError({"horizon_days": _("Say how far ahead times are offered, in days or in months.")})

    @property
    def asks_to_confirm(self) -> bool:
        """Whether somebody who isn't signed in follows a link before their booking is final."""
        return self.confirm_contact or not self.new_clients or self.max_upcoming is not None

    @classmethod
    def for_site(cls, site) -> "BookingSettings":
        """Return the site's settings; where there are none yet, unsaved defaults (booking off)."""
        return (cls.objects.filter(site=site).first() if site else None) or cls(site=site)
