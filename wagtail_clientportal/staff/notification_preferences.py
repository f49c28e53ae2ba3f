"""What a member of staff wants to be told of, and how: a panel of their account settings."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from ..notifications.models import Notification, NotificationPreferences
from .notifications import uses_the_portal
from .reach import sees_every_diary

_IMPOSSIBLE_DAYS = _("Enter a number of days from 1 to 365, or leave it empty.")


class PreferencesForm(forms.ModelForm):
    in_admin = forms.MultipleChoiceField(
        label=_("Tell me in the admin"),
        choices=Notification.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    by_email = forms.MultipleChoiceField(
        label=_("Tell me by email"),
        choices=Notification.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("An email names no client and holds no message: it says what happened, and when."),
    )
    # A page that was made without this panel says nothing about it, which is not the same as ticking nothing.
    shown = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    class Meta:
        model = NotificationPreferences
        fields = ["whose", "within_days"]
        widgets = {"whose": forms.RadioSelect}
        labels = {"within_days": _("Only if the appointment is within so many days")}
        help_texts = {"within_days": _("Empty: however far away it is.")}
        error_messages = {"within_days": dict.fromkeys(("invalid", "min_value", "max_value"), _IMPOSSIBLE_DAYS)}

    field_order = ["whose", "in_admin", "by_email", "within_days", "shown"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        wants = self.instance
        self.initial["in_admin"] = [kind for kind in Notification.Kind.values if kind not in wants.muted_in_admin]
        self.initial["by_email"] = [kind for kind in Notification.Kind.values if kind not in wants.muted_by_email]
        if not sees_every_diary(wants.user):
            del self.fields["whose"]

    def save(self, commit=True):
        chosen = {name: self.cleaned_data[name] for name in ("whose", "within_days") if name in self.fields}
        chosen["muted_in_admin"] = self._muted("in_admin")
        chosen["muted_by_email"] = self._muted("by_email")
        # Only what was chosen here: when they were last here is written by another page meanwhile.
        saved, _made = NotificationPreferences.objects.update_or_create(user=self.instance.user, defaults=chosen)
        return saved

    def _muted(self, name: str) -> list[str]:
        return [kind for kind in Notification.Kind.values if kind not in self.cleaned_data[name]]


class PreferencesPanel(BaseSettingsPanel):
    name = "client_portal"
    title = _("Client portal notifications")
    tab = notifications_tab
    order = 200
    template_name = "wagtail_clientportal/staff/notification_preferences.html"
    form_class = PreferencesForm

    def is_active(self):
        return uses_the_portal(self.user)

    def get_form(self):
        preferences = NotificationPreferences.objects.filter(user=self.user).first()
        preferences = preferences or NotificationPreferences(user=self.user)
        preferences.user = self.user
        was_shown = f"{self.name}-shown" in self.request.POST
        return self.form_class(self.request.POST if was_shown else None, instance=preferences, prefix=self.name)


def preferences_panel(request, user, profile) -> PreferencesPanel:
    """Wagtail's ``register_account_settings_panel`` hook."""
    return PreferencesPanel(request, user, profile)
