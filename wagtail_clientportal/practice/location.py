from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site


def default_timezone() -> str:
    return django_settings.TIME_ZONE


def site_today() -> date:
    """The day it is at the site, whatever time zone is active for whoever reads."""
    return timezone.now().astimezone(ZoneInfo(default_timezone())).date()


def validate_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write one like “Europe/London”."), params={"name": name}
        )


class Location(models.Model):
    """Where clients are seen. Everything shown to a client about time is in its zone."""

    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, help_text=_("Shown to clients. Empty: the clinic's own number.")
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default=default_timezone,
        validators=[validate_timezone],
        help_text=_("For example Europe/London. Opening hours and the times that clients read are in this zone."),
    )
    site = models.ForeignKey(
        "wagtailcore.Site",
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Whose portal this location belongs to. Empty: the default site."),
    )
    quiet_from = models.TimeField(
        _("quiet from"),
        null=True,
        blank=True,
        help_text=_("From this time on, reminders and news from the clinic wait until the morning. For example 21:00."),
    )
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True, help_text=_("For example 08:00."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until": _("Give both ends of the quiet hours, or neither.")})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def local(self, moment: datetime) -> datetime:
        """Return the aware datetime *moment* as this location's clocks show it."""
        return moment.astimezone(self.zone)

    @property
    def portal_site(self) -> Site | None:
        """The Wagtail site whose portal this location belongs to; ``None`` where there is no site at all."""
        return self.site or Site.objects.filter(is_default_site=True).first()
