from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .channels.registry import channel_choices


class OutboundMessage(models.Model):
    """A message that must be sent, written in the same transaction as what it tells of.

    The row says *that* something is to be said, about what, to whom. The words, and any magic link in them, are made
    when it is sent; the copy that is kept has "[link]" in a link's place.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not sent")

    class About(models.TextChoices):
        BOOKED = "booked", _("New appointment")
        BOOKED_ONLINE = "booked_online", _("New appointment, booked online")
        CHANGED = "changed", _("Changed appointment")
        CANCELLED = "cancelled", _("Cancelled appointment")
        STATUS_CHANGED = "status_changed", _("Status changed")
        REMINDER = "reminder", _("Reminder")
        SIGN_IN = "sign_in", _("Sign-in link")
        CONFIRM_BOOKING = "confirm_booking", _("Link to confirm an online booking")
        PAID = "paid", _("Receipt for a payment")
        PAID_IN_VAIN = "paid_in_vain", _("A payment that came too late")
        STAFF = "staff", _("Notification to staff")

    # Asked for with a contact by whoever typed it: such a message names no client.
    LINKS = (About.SIGN_IN, About.CONFIRM_BOOKING)

    about = models.CharField(_("about"), max_length=20, choices=About.choices, blank=True)
    site = models.ForeignKey("wagtailcore.Site", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    client = models.ForeignKey(
        "wagtail_clientportal.Client",
        verbose_name=_("client"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outbound_messages",
    )
    appointment = models.ForeignKey(
        "wagtail_clientportal.Appointment",
        verbose_name=_("appointment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outbound_messages",
    )
    event = models.ForeignKey(
        "wagtail_clientportal.AppointmentEvent",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outbound_messages",
    )
    booking_request = models.ForeignKey(
        "wagtail_clientportal.BookingRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    # The browser that asked for a sign-in link: see access/sign_in_code.py
    asked_by = models.CharField(max_length=64, blank=True, editable=False)
    payment = models.ForeignKey(
        "wagtail_clientportal.Payment", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    template = models.ForeignKey(
        "wagtail_clientportal.CommunicationTemplate",
        verbose_name=_("template"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    channel = models.CharField(_("channel"), max_length=20, choices=channel_choices)
    recipient = models.CharField(_("recipient"), max_length=254, db_index=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # What the last attempt met; of one that is dropped, why it isn't to be sent: "doesn't want texts", say.
    last_error = models.CharField(_("why"), max_length=500, blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    # Of the attempts that follow one another in vain; empty where it waits for a later hour on purpose.
    first_tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    body = models.TextField(_("text"), blank=True, help_text=_("As it was sent, with [link] in place of a link."))
    provider_id = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("sent communication")
        verbose_name_plural = _("sent communications")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "due_at"], name="cp_outbox_due"),
            # Has this template spoken of this event? Each sweep asks it for every appointment that is near.
            models.Index(fields=["event", "template"], name="cp_outbox_said"),
            # How did the last ones fare? Each sweep asks.
            models.Index(fields=["channel", "first_tried_at"], name="cp_outbox_tried"),
            # The register: the newest first, of all or with one status.
            models.Index(fields=["created_at"], name="cp_outbox_newest"),
            models.Index(fields=["status", "created_at"], name="cp_outbox_status_newest"),
        ]

    def __str__(self):
        return f"{self.get_about_display()} #{self.pk}"
