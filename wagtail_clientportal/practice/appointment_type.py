from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# With its buffer an appointment is at most a day long, so that "what overlaps this?" stays on the index.
MINUTES_IN_A_DAY = 24 * 60


class AppointmentType(models.Model):
    """What a client comes for: how long it takes and what follows it."""

    class Payment(models.TextChoices):
        NONE = "none", _("Nothing")
        DEPOSIT = "deposit", _("The deposit")
        FULL = "full", _("The full price")

    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(
        _("description"),
        max_length=600,
        blank=True,
        help_text=_("What it is and whom it is for, in a sentence or two, for whoever books online."),
    )
    duration_minutes = models.PositiveIntegerField(
        _("duration (minutes)"), default=30, validators=[MinValueValidator(1)]
    )
    buffer_minutes = models.PositiveIntegerField(
        _("buffer afterwards (minutes)"),
        default=0,
        help_text=_("Kept free after the appointment, to write notes or prepare the room. Clients don't see it."),
    )
    price = models.DecimalField(_("price"), max_digits=8, decimal_places=2, null=True, blank=True)
    payment = models.CharField(
        _("to pay when booking online"),
        max_length=10,
        choices=Payment.choices,
        default=Payment.NONE,
        help_text=_("Whoever books online pays it before the appointment is booked."),
    )
    deposit = models.DecimalField(_("deposit"), max_digits=8, decimal_places=2, null=True, blank=True)
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

    @property
    def to_pay(self) -> Decimal | None:
        """What whoever books online pays first, in the site's currency; ``None`` for nothing."""
        asked = {self.Payment.DEPOSIT: self.deposit, self.Payment.FULL: self.price}.get(self.payment)
        return asked or None

    def clean(self):
        super().clean()
        self._check_payment()
        if (self.duration_minutes or 0) + (self.buffer_minutes or 0) > MINUTES_IN_A_DAY:
            raise ValidationError(
                {"duration_minutes": _("Together with the buffer an appointment can be at most 24 hours long.")}
            )

    def _check_payment(self) -> None:
        price, deposit = self.price or 0, self.deposit or 0
        if price < 0:
            raise ValidationError({"price": _("A price can’t be less than nothing.")})
        if self.payment == self.Payment.FULL and not price:
            raise ValidationError({"price": _("To ask for the full price, fill in the price.")})
        if self.payment == self.Payment.DEPOSIT and deposit <= 0:
            raise ValidationError({"deposit": _("To ask for a deposit, fill in how much.")})
        if price and deposit > price:
            raise ValidationError({"deposit": _("The deposit can’t be more than the price.")})
