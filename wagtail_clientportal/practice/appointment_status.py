from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

# The statuses of who neither came nor cancelled: what frees the place, and isn't what a policy gives to the cancelled.
DID_NOT_ATTEND = models.Q(attending=False, policies=None)


class AppointmentStatus(models.Model):
    """Where an appointment stands: booked, arrived, cancelled, did not attend, …

    ``attending`` says whether an appointment with this status holds its place in the diary. It is fixed once an
    appointment has the status: flipping it would double-book or free places behind everybody's back.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#4a5a63",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour like #0b5a5c."))],
    )
    is_default = models.BooleanField(_("default for new appointments"), default=False)
    attending = models.BooleanField(
        _("holds its place in the diary"),
        default=True,
        help_text=_("Off for statuses like “cancelled”: the time becomes free for others."),
    )
    arrived = models.BooleanField(_("the client has arrived"), default=False)

    class Meta:
        verbose_name = _("appointment status")
        verbose_name_plural = _("appointment statuses")
        ordering = ["-is_default", "name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self._attending_would_change_in_use():
            raise ValidationError(_("“Holds its place” can't change once a status is in use."))
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.is_default:
                type(self).objects.exclude(pk=self.pk).filter(is_default=True).update(is_default=False)

    @classmethod
    def for_new_appointments(cls) -> "AppointmentStatus":
        """The default one; should there be none, the oldest that holds its place."""
        return cls.objects.filter(attending=True).order_by("-is_default", "pk").first()

    def clean(self):
        super().clean()
        if self.pk and not self.is_default and type(self).objects.filter(pk=self.pk, is_default=True).exists():
            raise ValidationError({"is_default": _("To change the default, tick this box on another status.")})
        if self.is_default and not self.attending:
            raise ValidationError(
                {"is_default": _("New appointments hold their place, so the default status has to hold it too.")}
            )
        if self._attending_would_change_in_use():
            raise ValidationError(
                {
                    "attending": _(
                        "Appointments have this status already, or a policy gives it to cancelled ones, so this can't "
                        "change. Make a new status instead."
                    )
                }
            )

    def _attending_would_change_in_use(self) -> bool:
        if self.pk is None or not (self.appointments.exists() or self.policies.exists()):
            return False
        stored = type(self).objects.filter(pk=self.pk).values_list("attending", flat=True).first()
        return stored is not None and stored != self.attending
