from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

from ..outbox.channels.registry import channel_choices, channel_for, channel_of
from ..outbox.outbound_message import OutboundMessage
from ..policies.edited_snippet import EditedSnippet
from ..policies.translated import original, translations_of
from .permitted_variables import mistakes

BODY_FEATURES = ["bold", "italic", "h2", "ol", "ul", "link", "variable"]


class CommunicationTemplate(EditedSnippet):
    """What clients are sent on an occasion, by one channel.

    Only ``subject`` and ``body`` translate: everything else is read from the original (see template_choice.py).
    The body is rich text where the channel has HTML, else plain.
    """

    # What is said on these occasions is everything that a client is told; staff are told in other words.
    OCCASIONS = [choice for choice in OutboundMessage.About.choices if choice[0] != OutboundMessage.About.STAFF]
    READ_FROM_ORIGINAL = ["event", "channel", "appointment_type", "location", "send_before"]

    name = models.CharField(_("name"), max_length=120)
    event = models.CharField(_("sent when"), max_length=20, choices=OCCASIONS)
    channel = models.CharField(_("channel"), max_length=20, choices=channel_choices)
    appointment_type = models.ForeignKey(
        "wagtail_clientportal.AppointmentType",
        verbose_name=_("only for appointment type"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("For these appointments it is sent instead of the template for all types. Empty: all types."),
    )
    location = models.ForeignKey(
        "wagtail_clientportal.Location",
        verbose_name=_("only for location"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("There it is sent instead of the template for everywhere. Empty: everywhere."),
    )
    send_before = models.DurationField(
        _("how long before"),
        null=True,
        blank=True,
        help_text=_("For reminders: how long before the appointment starts."),
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = RichTextField(_("text"), features=BODY_FEATURES)

    class Meta(EditedSnippet.Meta):
        verbose_name = _("message to clients")
        verbose_name_plural = _("messages to clients")
        ordering = ["event", "channel", "name", "pk"]

    def __str__(self):
        return self.name

    @property
    def is_reminder(self) -> bool:
        return self.event == OutboundMessage.About.REMINDER

    @property
    def specificity(self) -> int:
        """How narrowly it is meant: of two that would both be sent, the narrower one is."""
        return 2 * bool(self.appointment_type_id) + bool(self.location_id)

    def is_for(self, appointment) -> bool:
        """Whether it speaks of appointments of this type at this location."""
        return self.appointment_type_id in (None, appointment.appointment_type_id) and self.location_id in (
            None,
            appointment.location_id,
        )

    def follow_original(self) -> bool:
        """Where this is a translation, take over from its original all that isn't wording; return whether it is one."""
        translations = translations_of(self)
        if not translations or (ruling := original(translations)).pk == self.pk:
            return False
        for name in self.READ_FROM_ORIGINAL:
            setattr(self, name, getattr(ruling, name))
        return True

    def clean(self):
        super().clean()
        is_translation = self.follow_original()
        errors = mistakes(self.event, self.channel, subject=self.subject, body=self.body)
        if channel_of(self.channel).has_subject and not self.subject.strip():
            errors["subject"] = [_("This message needs a subject.")]
        if not is_translation:
            errors |= self._mistakes_in_when_and_for_whom()
        if errors:
            raise ValidationError(errors)

    def _mistakes_in_when_and_for_whom(self) -> dict[str, list[str]]:
        errors = {}
        if self.is_reminder and not self.send_before:
            errors["send_before"] = [_("Say how long before the appointment this reminder is sent.")]
        if self.send_before and not timedelta(minutes=1) <= self.send_before <= timedelta(days=365):
            errors["send_before"] = [_("A reminder is sent at least a minute and at most a year before.")]
        if self.event == OutboundMessage.About.CONFIRM_BOOKING and self.channel != channel_for("name@example.org").key:
            errors["channel"] = [_("The link to confirm a booking goes by email: texts go to known numbers only.")]
        about_money = self.event in (OutboundMessage.About.PAID, OutboundMessage.About.PAID_IN_VAIN)
        if about_money and self.channel != channel_for("name@example.org").key:
            errors["channel"] = [_("What is said about a payment goes by email.")]
        if self.event in (*OutboundMessage.LINKS, OutboundMessage.About.PAID_IN_VAIN):
            sentence = _("Such a link is for whoever shares a contact, not for certain appointments. Leave this empty.")
            limits = {"appointment_type": self.appointment_type_id, "location": self.location_id}
            errors |= {name: [sentence] for name, limit in limits.items() if limit}
        return errors

    @property
    def preview_modes(self):
        return channel_of(self.channel).preview_modes()

    def get_preview_template(self, request, mode_name):
        if mode_name not in dict(self.preview_modes):
            mode_name = self.default_preview_mode
        return f"wagtail_clientportal/staff/communication_template/preview_{mode_name}.html"
