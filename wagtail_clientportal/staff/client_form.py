"""The form by which staff write a client's record."""

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

# What says who somebody is
_PERSON = {"first_name", "last_name", "email", "mobile", "date_of_birth", "postcode"}


class AsItStood(forms.CharField):
    """What a form carries along, to notice when the record was written by somebody else meanwhile."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False  # nothing of the record


class ClientForm(WagtailAdminModelForm):
    """An open form holds all of the record. Saved over what came after it, it would give somebody back the access that
    was taken from them, or bring back who was anonymised."""

    as_it_stood = AsItStood(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stored = [str(getattr(self.instance, name)) for name in (*self._meta.fields, "anonymised_at")]
        digest = salted_hmac("clientportal.client_form", "\0".join(stored), algorithm="sha256")
        self.initial["as_it_stood"] = digest.hexdigest()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("as_it_stood") not in ("", self.initial["as_it_stood"]):
            raise forms.ValidationError(
                _(
                    "This record was changed in the meantime. Nothing was saved. Open it again, and enter what you "
                    "wanted to change once more."
                )
            )
        if self.instance.anonymised_at and self.has_changed():
            self._clean_anonymised()
        if cleaned.get("portal_access"):
            cleaned["portal_access_reason"] = ""
        elif self.takes_access_away and not cleaned.get("portal_access_reason", "").strip():
            self.add_error(
                "portal_access_reason",
                _("Say why this person has no portal access, so that whoever reads the record next knows."),
            )
        return cleaned

    def _clean_anonymised(self) -> None:
        """An anonymised record is of nobody, until somebody types of whom it is to be."""
        if _PERSON & set(self.changed_data):
            self.instance.anonymised_at = None
        else:
            self.add_error(None, _("This record was anonymised. To use it again, type first whom it is about."))

    @property
    def takes_access_away(self) -> bool:
        # Of older records it needn't be known any more.
        return self.instance.pk is None or "portal_access" in self.changed_data
