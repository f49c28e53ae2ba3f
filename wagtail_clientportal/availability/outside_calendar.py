"""A calendar that a clinician keeps elsewhere (Outlook, Google): when it says busy, no time is offered here."""

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutsideCalendar(models.Model):
    """The address of one, and how the last reading went."""

    class Problem(models.TextChoices):
        ADDRESS = "address", _("This is no address of a calendar on the internet.")
        PRIVATE = "private", _("The address leads into a private network, which isn’t read.")
        UNREACHABLE = "unreachable", _("Its server can’t be reached. It is tried again by itself.")
        SLOW = "slow", _("Its server took too long to answer. It is tried again by itself.")
        REDIRECTS = "redirects", _("Its server leads from one address to the next. Enter the last one.")
        REFUSED = "refused", _("Its server refuses the address, as if it were wrong or withdrawn. Enter a new one.")
        TOO_BIG = "too_big", _("The calendar is too big to be read. Publish one that holds less of the past.")
        NOT_A_CALENDAR = "not_a_calendar", _("What is found there is no calendar in the iCalendar format (.ics).")

    clinician = models.OneToOneField(
        "wagtail_clientportal.Clinician",
        verbose_name=_("clinician"),
        on_delete=models.CASCADE,
        related_name="outside_calendar",
    )
    url = models.CharField(_("address"), max_length=2000)  # a secret: whoever has it reads the calendar
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=20, blank=True, choices=Problem.choices)
    not_understood = models.PositiveIntegerField(_("entries that weren't understood"), default=0)

    class Meta:
        verbose_name = _("outside calendar")
        verbose_name_plural = _("outside calendars")

    def __str__(self):
        return f"Outside calendar #{self.pk}"

    @property
    def host(self) -> str:
        """Where it is kept, which may be shown: the rest of the address is a secret."""
        return urlsplit(self.url).hostname or ""


class OutsideBusy(models.Model):
    """When a clinician is busy elsewhere, and nothing of why."""

    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician", on_delete=models.CASCADE, related_name="outside_busy"
    )
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))

    class Meta:
        verbose_name = _("busy elsewhere")
        verbose_name_plural = _("busy elsewhere")
        indexes = [models.Index(fields=["clinician", "end", "start"], name="cp_outside_busy")]

    def __str__(self):
        return f"Busy elsewhere #{self.pk}"
