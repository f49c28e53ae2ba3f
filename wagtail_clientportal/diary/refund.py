from decimal import Decimal

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..practice.money import money_in_words


class Refund(models.Model):
    """What the clinic decides about money that was paid for an appointment that doesn't stand, or never did.

    Nothing is given back by it: staff do that where the money came in, and write down here what they did.
    """

    class Decision(models.TextChoices):
        TO_DECIDE = "to_decide", _("To decide")
        REFUNDED = "refunded", _("Refunded")
        PARTLY = "partly", _("Refunded in part")
        NOT_DUE = "not_due", _("Not due")

    GIVEN_BACK = (Decision.REFUNDED, Decision.PARTLY)

    class Why(models.TextChoices):
        CANCELLED = "cancelled", _("The appointment was cancelled")
        NO_PLACE = "no_place", _("It was paid for, and could not be booked any more")
        TWICE = "twice", _("It was paid for twice")

    payment = models.ForeignKey(
        "wagtail_clientportal.Payment", verbose_name=_("payment"), on_delete=models.PROTECT, related_name="refunds"
    )
    why = models.CharField(_("why"), max_length=10, choices=Why.choices, default=Why.CANCELLED)
    # The cancellation: when it was, and the wording that the client was shown
    event = models.ForeignKey(
        "wagtail_clientportal.AppointmentEvent", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(
        _("decision"), max_length=10, choices=Decision.choices, default=Decision.TO_DECIDE, db_index=True
    )
    amount = models.DecimalField(_("amount given back"), max_digits=8, decimal_places=2, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    decided_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Refund #{self.pk}"

    @property
    def given_back(self) -> Decimal:
        return self.amount or Decimal(0)

    @property
    def in_words(self) -> str:
        """Say what was decided: "Refunded in part: £10.00"."""
        if self.decision not in self.GIVEN_BACK:
            return str(self.get_decision_display())
        return f"{self.get_decision_display()}: {money_in_words(self.given_back, self.payment.currency)}"
