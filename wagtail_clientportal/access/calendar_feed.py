"""A secret address at which calendar programs read appointments, again and again. Only its token's hash is kept."""

from datetime import datetime

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .delete_along import delete_along


class CalendarFeed(models.Model):
    """A client's own appointments at one site, or a clinician's diary. Whoever has the address reads it.

    It is made by somebody who was let in, and lives no longer than what let them in: the client's portal access, or the
    staff account.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    # A client's
    client = models.ForeignKey(
        "wagtail_clientportal.Client", null=True, blank=True, on_delete=delete_along, related_name="calendar_feeds"
    )
    site = models.ForeignKey("wagtailcore.Site", null=True, blank=True, on_delete=delete_along, related_name="+")
    contact_version = models.PositiveIntegerField(null=True, blank=True)
    identity_version = models.PositiveIntegerField(null=True, blank=True)
    # A clinician's
    clinician = models.OneToOneField(
        "wagtail_clientportal.Clinician", null=True, blank=True, on_delete=delete_along, related_name="calendar_feed"
    )
    made_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=delete_along, related_name="+"
    )
    created_at = models.DateTimeField(_("made"))
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(fields=["client", "site"], name="cp_one_feed_a_client_and_site"),
            models.CheckConstraint(
                condition=models.Q(client__isnull=False, site__isnull=False, clinician__isnull=True)
                | models.Q(client__isnull=True, clinician__isnull=False, made_by__isnull=False),
                name="cp_feed_is_somebodys",
            ),
        ]

    def __str__(self):
        return f"Calendar feed #{self.pk}"

    def is_alive(self) -> bool:
        """Whether it can still be read. Needs all that it names, and the site's portal settings, fetched along."""
        if self.clinician_id:
            return self.clinician.is_active and self.made_by.is_active
        return (
            self._portal_stayed_on()
            and self.client.is_active
            and self.client.portal_access
            and self.contact_version == self.client.contact_version
            and self.identity_version == self.client.identity_version
        )

    def _portal_stayed_on(self) -> bool:
        portal_settings = getattr(self.site, "client_portal_settings", None)
        return portal_settings is not None and portal_settings.enabled

    def note_read(self, now: datetime) -> None:
        type(self).objects.filter(pk=self.pk).update(last_read_at=now)
