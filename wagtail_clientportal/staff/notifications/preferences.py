"""What a member of staff wants to be told of, and how: a panel of their account settings."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from ...notifications.models import Notification, NotificationPreferences
from ..common.edit_conflicts import YOURSELF, DetectsConflicts
from ..common.reach import sees_other_diaries
from ..common.viewsets import uses_the_portal

_IMPOSSIBLE_DAYS = _("Enter a number of days from 1 to 365, or leave it empty.")


class PreferencesForm(DetectsConflicts, forms.ModelForm):
    is_to_be_saved = True
    has_version = True  # also before anything was chosen: what counts then could be chosen in another window

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
        self.initial["whose"] = wants.tells_of
        self.initial["in_admin"] = [kind for kind in Notification.Kind.values if kind not in wants.muted_in_admin]
        self.initial["by_email"] = [kind for kind in Notification.Kind.values if kind not in wants.muted_by_email]
        if not sees_other_diaries(wants.user):
            del self.fields["whose"]

    def changed_by(self, since):
        return [YOURSELF]

    def save(self, commit=True):
        chosen = {name: self.cleaned_data[name] for name in ("whose", "within_days") if name in self.changed_data}
        if "in_admin" in self.changed_data:
            chosen["muted_in_admin"] = self._muted("in_admin")
        if "by_email" in self.changed_data:
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
        form = self.form_class(self.request.POST if was_shown else None, instance=preferences, prefix=self.name)
        if was_shown and not form.is_valid():
            self._say_where_to_look()
        return form

    def _say_where_to_look(self) -> None:
        """The page opens on another tab, where nothing would say that it didn't save. Wagtail asks for a form often."""
        if not getattr(self.request, "said_where_to_look", False):
            self.request.said_where_to_look = True
            where = {"tab": self.tab.title, "panel": self.title}
            messages.error(self.request, _("Nothing was saved. Look under “%(tab)s” at “%(panel)s”.") % where)


def preferences_panel(request, user, profile) -> PreferencesPanel:
    """Wagtail's ``register_account_settings_panel`` hook."""
    return PreferencesPanel(request, user, profile)
