import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_otp.models import TimestampMixin

from ..conf import settings
from .delete_along import delete_along

# A form that is sent a second time within this, by the browser that sent the first, asks for the same thing again.
SENT_TWICE_WITHIN = timedelta(minutes=1)


class MagicLink(TimestampMixin, models.Model):
    """A secret URL that was sent to somebody. Only the hash of its token is here.

    An *appointment link* leads to one appointment, and can be used again until the appointment is over. A *sign-in
    link* leads to every client who shares the contact it was sent to, for ten minutes, and works once. A *booking
    link* leads to one booking request, which whoever follows it may confirm.
    """

    class Kind(models.TextChoices):
        APPOINTMENT = "appointment", _("Appointment link")
        SIGN_IN = "sign_in", _("Sign-in link")
        BOOKING = "booking", _("Link to confirm a booking")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    # An appointment link
    appointment = models.ForeignKey(
        "wagtail_clientportal.Appointment", null=True, blank=True, on_delete=delete_along, related_name="magic_links"
    )
    client = models.ForeignKey(
        "wagtail_clientportal.Client", null=True, blank=True, on_delete=delete_along, related_name="magic_links"
    )
    contact_version = models.PositiveIntegerField(null=True, blank=True)
    # A sign-in link: the key of the email address or mobile it was sent to
    contact = models.CharField(max_length=254, blank=True, db_index=True)
    # The browser that asked for it, and the digits that its message carries: see access/sign_in_code.py
    asked_by = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)

    # A booking link
    booking_request = models.ForeignKey(
        "wagtail_clientportal.BookingRequest",
        null=True,
        blank=True,
        on_delete=delete_along,
        related_name="magic_links",
    )

    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    # Of the browser that used it last, as access.cookie_hash gives it
    used_by_cookie_hash = models.CharField(max_length=64, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failed checks"), default=0)

    class Meta:
        verbose_name = _("magic link")
        verbose_name_plural = _("magic links")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="appointment", appointment__isnull=False, client__isnull=False)
                | models.Q(kind="sign_in", appointment__isnull=True, client__isnull=True) & ~models.Q(contact="")
                | models.Q(kind="booking", booking_request__isnull=False, client__isnull=True),
                name="cp_link_leads_somewhere",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} #{self.pk}"

    @cached_property
    def portal_site(self):
        """The site whose portal it opens: links follow the appointment, wherever it has been moved to."""
        return self.appointment.location.portal_site if self.appointment_id else self.site

    def lives_until(self) -> datetime:
        """When it ends by itself: for an appointment link at the latest when the appointment, as it is now, ends."""
        return min(self.expires_at, self.appointment.end) if self.appointment_id else self.expires_at

    def is_alive(self, now: datetime, cookie_hash: str = "") -> bool:
        """Whether it can still be used, by the browser with that cookie. Needs ``client`` and ``appointment`` fetched
        along.
        """
        if self.revoked_at or self.failures >= settings.IDENTITY_FAILURES_PER_LINK:
            return False
        if self.used_at and not self.was_just_used_by(cookie_hash, now):
            return False
        if self.client_id and not self._client_unchanged():
            return False
        return now < self.lives_until()

    def was_just_used_by(self, cookie_hash: str, now: datetime) -> bool:
        """Whether the browser with that cookie used it a moment ago, and no session that this began was ended since.

        A second click on the button of a form sends the form again with the cookies of the first time, and the browser
        never reads the answer to the first.
        """
        used_at = self.used_at or self.last_used_at
        if not cookie_hash or self.used_by_cookie_hash != cookie_hash or now >= used_at + SENT_TWICE_WITHIN:
            return False
        return not self.sessions.filter(created_at__gte=used_at, ended_at__isnull=False).exists()

    def _client_unchanged(self) -> bool:
        return (
            self.client.is_active
            and self.client.portal_access
            and self.contact_version == self.client.contact_version
            and self.appointment.client_id == self.client_id
        )
