from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

from ..practice.models import AppointmentStatus
from .edited_snippet import EditedSnippet
from .policy_preview import example_for

WORDING_FEATURES = ["bold", "italic", "ol", "ul", "link"]


def default_status_after_cancellation() -> int | None:
    """The pk of the oldest status that frees its place; the one a new clinic is given is "Cancelled"."""
    return AppointmentStatus.objects.filter(attending=False).order_by("pk").values_list("pk", flat=True).first()


def validate_window(window: timedelta) -> None:
    if window < timedelta(0):
        raise ValidationError(_("A window can't be negative. For “until the appointment starts” write 0."))


class PortalPolicy(EditedSnippet):
    """What clients may do online, until when, and the words they are shown.

    Only the wording translates: windows, switches and the status are read from the original (see effective.py).
    """

    name = models.CharField(_("name"), max_length=120)
    changes_enabled = models.BooleanField(_("clients may change appointments"), default=True)
    change_window = models.DurationField(
        _("change window"),
        default=timedelta(hours=24),
        validators=[validate_window],
        help_text=_("How long before the start a client may still change an appointment."),
    )
    max_changes = models.PositiveIntegerField(
        _("most changes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How often a client may change the same appointment. Empty: any number of times."),
    )
    cancellations_enabled = models.BooleanField(_("clients may cancel appointments"), default=True)
    cancellation_window = models.DurationField(
        _("cancellation window"),
        default=timedelta(hours=24),
        validators=[validate_window],
        help_text=_("How long before the start a client may still cancel an appointment."),
    )
    status_after_cancellation = models.ForeignKey(
        "wagtail_clientportal.AppointmentStatus",
        verbose_name=_("status after cancellation"),
        default=default_status_after_cancellation,
        on_delete=models.PROTECT,
        related_name="policies",
        help_text=_("It has to be a status that frees the place in the diary."),
    )
    cancellation_policy = RichTextField(
        _("cancellation policy"),
        blank=True,
        features=WORDING_FEATURES,
        help_text=_("Shown to the client before they cancel."),
    )

    class Meta(EditedSnippet.Meta):
        verbose_name = _("portal policy")
        verbose_name_plural = _("portal policies")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if self.status_after_cancellation_id and self.status_after_cancellation.attending:
            raise ValidationError(_("The status after cancellation has to free the place in the diary."))
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        if self.status_after_cancellation_id and self.status_after_cancellation.attending:
            raise ValidationError(
                {
                    "status_after_cancellation": _(
                        "“%(status)s” keeps the appointment's place in the diary. Choose a status that frees it."
                    )
                    % {"status": self.status_after_cancellation}
                }
            )

    def get_preview_template(self, request, mode_name):
        return "wagtail_clientportal/policies/policy_preview.html"

    def get_preview_context(self, request, mode_name):
        return super().get_preview_context(request, mode_name) | {"example": example_for(self, timezone.now())}
