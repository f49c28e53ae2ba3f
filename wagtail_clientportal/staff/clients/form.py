"""The form by which staff write a client's record."""

from django.utils.translation import gettext_lazy as _

from ...practice.look_alikes import identical_to
from ...practice.models import Client
from ..common.viewsets import PracticeForm
from .value_warnings import ValueWarning, value_warnings

# What says who somebody is
_PERSON = {"first_name", "last_name", "email", "mobile", "date_of_birth", "postcode"}


class AsksAboutThePerson:
    """Goes before the base of a form that writes who somebody is: asks whether there is a record of them already, and
    about what is rarely true."""

    # The other records that say the same of who this is, for the page to show
    look_alikes: list[Client] = []
    # What is asked about before it is saved, for the page to show
    value_warnings: list[ValueWarning] = []

    def clean(self):
        cleaned = super().clean()
        self._clean_look_alikes(cleaned)
        self._clean_value_warnings(cleaned)
        return cleaned

    @property
    def two_people(self) -> str:
        """What the box "they are two people" sends: it is said of these records and of no other."""
        return ",".join(str(one.pk) for one in self.look_alikes)

    def _clean_look_alikes(self, cleaned) -> None:
        if self.instance.pk and not _PERSON & set(self.changed_data):
            return
        person = Client(pk=self.instance.pk, **{name: cleaned[name] for name in _PERSON if cleaned.get(name)})
        self.look_alikes = identical_to(person)
        if self.look_alikes and self.data.get("two_people") != self.two_people:
            self.add_error(None, _("There is a record already that says the same of who this is. Look at it below."))

    @property
    def confirmed_values(self) -> list[str]:
        """What the boxes said: which odd values are right."""
        return self.data.getlist("confirmed_values") if hasattr(self.data, "getlist") else []

    def _clean_value_warnings(self, cleaned) -> None:
        self.value_warnings = value_warnings({name: cleaned.get(name) for name in self.changed_data})
        for one in self.value_warnings:
            if one.confirmation not in self.confirmed_values:
                self.add_error(one.field, one.sentence)


class ClientForm(AsksAboutThePerson, PracticeForm):
    @property
    def keeps_input(self):
        # What belonged to somebody who was anonymised meanwhile doesn't come back because it still stood in a form.
        return self.instance.anonymised_at is None

    def clean(self):
        cleaned = super().clean()
        if self.instance.anonymised_at and self.has_changed() and not self.has_conflict:
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
