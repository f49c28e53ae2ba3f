"""The form by which staff write a client's record."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

# What says who somebody is
_PERSON = {"first_name", "last_name", "email", "mobile", "date_of_birth", "postcode"}


class ClientForm(WagtailAdminModelForm):
    def clean(self):
        cleaned = super().clean()
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
