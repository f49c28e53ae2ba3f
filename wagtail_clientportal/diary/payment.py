import uuid

from django.conf import settings as django_settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..conf import settings
from ..practice.money import money_in_words


def site_currency() -> str:
    return settings.CURRENCY


class Payment(models.Model):
    """Money that came in for an appointment, or that somebody is about to pay for one they book online.

    Whatever becomes of the appointment, it stays with it. What the clinic decides about giving it back is a ``Refund``.
    """

    class Method(models.TextChoices):
        ONLINE = "online", _("Online")
        CASH = "cash", _("Cash")
        CARD = "card", _("Card")
        TRANSFER = "transfer", _("Bank transfer")
        OTHER = "other", _("Other")

    # How money is taken by hand; what is paid online only the provider can say.
    BY_HAND = (Method.CASH, Method.CARD, Method.TRANSFER, Method.OTHER)

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")

    # What the provider calls it by, and the address to which it reports
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        "wagtail_clientportal.Appointment",
        verbose_name=_("appointment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
    )
    booking_request = models.ForeignKey(
        "wagtail_clientportal.BookingRequest",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="payments",
    )
    client = models.ForeignKey(
        "wagtail_clientportal.Client",
        verbose_name=_("client"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
    )
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default=site_currency)
    method = models.CharField(_("how"), max_length=10, choices=Method.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    reference = models.CharField(
        _("reference"), max_length=255, blank=True, help_text=_("The receipt’s number, or what the provider calls it.")
    )
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # What the provider reported last where that isn't what was to be paid: it books nothing, and staff look at it
    reported_amount = models.DecimalField(max_digits=19, decimal_places=2, null=True, blank=True, editable=False)
    reported_currency = models.CharField(max_length=3, blank=True, editable=False)
    # The policy that was on the screen of whoever pays online
    policy_revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    # What the provider needs to go on with it; no card is in it
    provider_data = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["created_at"], name="cp_payment_newest")]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="cp_payment_is_of_something")]

    def __str__(self):
        return f"Payment #{self.pk}"

    @property
    def amount_in_words(self) -> str:
        return money_in_words(self.amount, self.currency)

    @property
    def came_otherwise(self) -> bool:
        """Whether other money was reported than was to be paid."""
        return self.reported_amount is not None

    @property
    def reported_in_words(self) -> str:
        return money_in_words(self.reported_amount, self.reported_currency) if self.came_otherwise else ""
