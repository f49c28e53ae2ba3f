"""Who somebody is who isn't signed in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..actions.request_booking import Typed
from ..conf import settings
from ..practice.contact import email_key, mobile_key
from ..screens.forms import BirthAndPostcodeForm, MessageForm

_LONGEST_EMAIL = 254


class _NameField(forms.CharField):
    """One line, whatever was sent: it stands in messages and in the diary."""

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


def _name(label, missing, autocomplete):
    return _NameField(
        label=label,
        max_length=120,
        error_messages={"required": missing, "max_length": _("This can be at most 120 characters long")},
        widget=forms.TextInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
    )


class DetailsForm(BirthAndPostcodeForm, MessageForm):
    """It judges the shape alone, never who is known."""

    hinted = ("email", "mobile", "message")
    field_order = ["first_name", "last_name", "email", "mobile", "day", "month", "year", "postcode", "message"]

    first_name = _name(_("First name"), _("Enter your first name"), "given-name")
    last_name = _name(_("Last name"), _("Enter your last name"), "family-name")
    email = forms.EmailField(
        label=_("Email address"),
        max_length=_LONGEST_EMAIL,
        error_messages={
            "required": _("Enter your email address"),
            "invalid": _("Enter the whole email address, like name@example.org"),
            "max_length": _("Enter the whole email address, like name@example.org"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}),
    )
    mobile = forms.CharField(
        label=_("Mobile number (optional)"),
        max_length=40,
        required=False,
        error_messages={"max_length": _("Enter a mobile number, like 07700 900123")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email_opt_in = forms.BooleanField(label=_("Email me about my appointments"), required=False, initial=True)
    sms_opt_in = forms.BooleanField(label=_("Text me about my appointments"), required=False, initial=True)
    # Nobody sees it: what fills it in is no person.
    website = forms.CharField(required=False, max_length=200)

    def clean_email(self):
        email = self.cleaned_data["email"]
        if len(email_key(email)) > _LONGEST_EMAIL:  # folding makes two or more of some letters
            raise forms.ValidationError(self.fields["email"].error_messages["max_length"])
        return email

    def clean_mobile(self):
        mobile = self.cleaned_data["mobile"]
        if mobile and not mobile_key(mobile, settings.DEFAULT_REGION):
            raise forms.ValidationError(self.fields["mobile"].error_messages["max_length"])
        return mobile

    @property
    def typed(self) -> Typed:
        names = Typed.__dataclass_fields__
        return Typed(**{name: value for name, value in self.cleaned_data.items() if name in names})
