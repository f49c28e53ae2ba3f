import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from .session_limits import SessionLimits


class PortalSession(SessionLimits, models.Model):
    """Somebody who has proved who they are, on one site: for one appointment, or for all of the client's there.

    A row and not only a cookie, so that staff can see it and end it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey("wagtail_clientportal.Client", on_delete=models.CASCADE, related_name="portal_sessions")
    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    appointment = models.ForeignKey(
        "wagtail_clientportal.Appointment",
        verbose_name=_("only this appointment"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="portal_sessions",
    )
    link = models.ForeignKey(
        "wagtail_clientportal.MagicLink", null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    contact_version = models.PositiveIntegerField()
    identity_version = models.PositiveIntegerField()
    # As the limits count it (see client_ip.py); empty where that can't be told.
    address = models.CharField(_("from"), max_length=49, blank=True)
    # Of the browser whose answers began it, as access.cookie_hash gives it
    begun_by_cookie_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("started"))
    last_seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("portal session")
        verbose_name_plural = _("portal sessions")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Portal session #{self.pk}"

    @property
    def is_full(self) -> bool:
        """Whether it opens all of the client's appointments at this site, not one alone."""
        return self.appointment_id is None

    def is_alive(self, now: datetime) -> bool:
        """Whether it can still be used. Needs ``client`` and the site's portal settings fetched along."""
        return (
            self.ended_at is None
            and self._portal_stayed_on()
            and not self.has_timed_out(now)
            and self.client.is_active
            and self.client.portal_access
            and self.contact_version == self.client.contact_version
            and self.identity_version == self.client.identity_version
        )

    def has_timed_out(self, now: datetime) -> bool:
        """Whether nothing happened for too long, or it has simply lasted long enough."""
        return now >= self.ends_at

    def _portal_stayed_on(self) -> bool:
        """Switching the portal off ends every session, even one that nobody used in the meantime."""
        portal_settings = getattr(self.site, "client_portal_settings", None)
        if portal_settings is None or not portal_settings.enabled:
            return False
        return portal_settings.switched_off_at is None or portal_settings.switched_off_at < self.created_at
