"""What a staff user wants to be told of, and how."""

from datetime import timedelta

from django.conf import settings as django_settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class NotificationPreferences(models.Model):
    """One row for each user who has ever chosen or come by. Whoever hasn't chosen is told of everything in their own
    diary; who has none, of everybody's, as far as they see these.

    What is *not* wanted is kept, so that a kind that a later version adds is told at first.
    """

    class Whose(models.TextChoices):
        OWN = "own", _("My own appointments")
        EVERYBODY = "everybody", _("Every clinician's appointments")

    user = models.OneToOneField(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="client_portal_preferences"
    )
    whose = models.CharField(_("tell me about"), max_length=10, choices=Whose.choices, blank=True)  # "": not chosen
    # Lists of Notification.Kind values.
    muted_in_admin = models.JSONField(default=list, blank=True)
    muted_by_email = models.JSONField(default=list, blank=True)
    within_days = models.PositiveSmallIntegerField(
        _("only if the appointment is within"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Days from now. Empty: however far away it is."),
    )
    # Two moments, so that a visit that is going on doesn't count as the last one.
    here_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_here_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("notification preferences")
        verbose_name_plural = _("notification preferences")
        default_permissions = []

    def __str__(self):
        return f"NotificationPreferences #{self.pk}"

    @property
    def tells_of(self) -> str:
        """Whose appointments they are told of: what they chose, or what is usual for who has a diary, or has none."""
        return self.whose or (self.Whose.OWN if hasattr(self.user, "clinician") else self.Whose.EVERYBODY)

    def is_near(self, start, now) -> bool:
        """Whether an appointment at *start* is near enough to be told of. Both are aware datetimes."""
        return self.within_days is None or start <= now + timedelta(days=self.within_days)
