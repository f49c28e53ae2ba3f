from datetime import date, time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MIDNIGHT = time(0, 0)


def ends_before_it_starts(start: time | None, end: time | None) -> bool:
    """Whether an interval of local times is empty or backwards; an end of 00:00 means 24:00."""
    return start is not None and end is not None and end != MIDNIGHT and end <= start


def overlap(start: time, end: time, other_start: time, other_end: time) -> bool:
    """Whether two intervals of local times on one day share a minute; an end of 00:00 means 24:00."""
    return (other_end == MIDNIGHT or start < other_end) and (end == MIDNIGHT or other_start < end)


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WorkingHours(models.Model):
    """One interval of a clinician's usual week, in the location's local time. It does not cross midnight."""

    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician",
        verbose_name=_("clinician"),
        on_delete=models.CASCADE,
        related_name="working_hours",
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices, validators=[MaxValueValidator(6)])
    start = models.TimeField(_("from"))
    end = models.TimeField(_("until"), help_text=_("00:00 means midnight at the end of the day."))
    location = models.ForeignKey(
        "wagtail_clientportal.Location",
        verbose_name=_("location"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: at any of the clinician's locations."),
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["clinician", "weekday", "start", "pk"]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.start:%H:%M}–{self.end:%H:%M}"

    def clean(self):
        super().clean()
        if ends_before_it_starts(self.start, self.end):
            raise ValidationError({"end": _("This has to be later than the start. For midnight write 00:00.")})
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The last day can't be before the first day.")})

    def meets(self, other: "WorkingHours") -> bool:
        """Whether the two share a minute of some week, wherever they are worked."""
        return (
            self.weekday == other.weekday
            and overlap(self.start, self.end, other.start, other.end)
            and (self.valid_from or date.min) <= (other.valid_until or date.max)
            and (other.valid_from or date.min) <= (self.valid_until or date.max)
        )


class TimetabledHours(models.Model):
    """Hours on one local date. They replace the whole weekly reach of that clinician, everywhere, on that date."""

    clinician = models.ForeignKey(
        "wagtail_clientportal.Clinician",
        verbose_name=_("clinician"),
        on_delete=models.CASCADE,
        related_name="timetabled_hours",
    )
    location = models.ForeignKey(
        "wagtail_clientportal.Location", verbose_name=_("location"), on_delete=models.CASCADE, related_name="+"
    )
    date = models.DateField(_("date"))
    start = models.TimeField(_("from"))
    end = models.TimeField(_("until"), help_text=_("00:00 means midnight at the end of the day."))

    class Meta:
        verbose_name = _("timetabled hours")
        verbose_name_plural = _("timetabled hours")
        ordering = ["date", "start", "pk"]
        indexes = [models.Index(fields=["clinician", "date"], name="cp_timetabled_diary")]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.start:%H:%M}–{self.end:%H:%M}"

    def clean(self):
        super().clean()
        if ends_before_it_starts(self.start, self.end):
            raise ValidationError({"end": _("This has to be later than the start. For midnight write 00:00.")})
        if None in (self.clinician_id, self.date, self.start, self.end):
            return
        others = type(self).objects.filter(clinician_id=self.clinician_id, date=self.date).exclude(pk=self.pk)
        for other in others:
            if overlap(self.start, self.end, other.start, other.end):
                raise ValidationError(
                    _("This overlaps %(start)s to %(end)s on the same day. Change one of the two."),
                    params={"start": other.start.strftime("%H:%M"), "end": other.end.strftime("%H:%M")},
                )
