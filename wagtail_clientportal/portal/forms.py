"""What clients fill in to be let in. A form judges what it can see; whether it is true is for the actions."""

import re

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from ..actions.request_link import LONGEST_CONTACT, contact_key
from ..conf import settings
from ..practice.contact import is_landline, mobile_key
from ..screens.forms import BirthAndPostcodeForm, ScreenForm

_CHOOSE_LANGUAGE = _("Choose one of the languages in the list")
_SIX_DIGITS = _("Enter the six digits from our message, like 123456")


class ContactForm(ScreenForm):
    """Asks where to send a sign-in link. It judges the shape alone, never who is known."""

    hinted = ("contact",)

    contact = forms.CharField(
        label=_("Email address or mobile number"),
        max_length=LONGEST_CONTACT,
        error_messages={
            "required": _("Enter your email address or mobile number"),
            "max_length": _("Enter an email address or a mobile number; this is too long for either"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_contact(self):
        contact = self.cleaned_data["contact"]
        if "@" not in contact:
            if is_landline(contact, settings.DEFAULT_REGION):
                raise forms.ValidationError(_("Enter a mobile number: we can’t send a text to a landline"))
            if mobile_key(contact, settings.DEFAULT_REGION):
                return contact
            raise forms.ValidationError(
                _("Enter an email address, like name@example.org, or a mobile number, like 07700 900123")
            )
        try:
            validate_email(contact)
        except forms.ValidationError as error:
            raise forms.ValidationError(_("Enter the whole email address, like name@example.org")) from error
        if not contact_key(contact):
            raise forms.ValidationError(self.fields["contact"].error_messages["max_length"])
        return contact


class CodeForm(ScreenForm):
    """Asks for the digits that a sign-in link's message carries."""

    hinted = ("code",)

    code = forms.CharField(
        label=_("Code from our message"),
        max_length=20,
        error_messages={"required": _SIX_DIGITS, "max_length": _SIX_DIGITS},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self):
        # As people copy it: "123 456"
        code = "".join(self.cleaned_data["code"].split()).replace("-", "")
        if not re.fullmatch(r"[0-9]{6}", code, re.ASCII):
            raise forms.ValidationError(_SIX_DIGITS)
        return code


class PreferencesForm(ScreenForm):
    """What a client is reminded by, and in which language. It carries how each stood, and gives what was changed."""

    def __init__(self, *args, client, channels: list[str], languages: list[tuple[str, str]], **kwargs):
        """
        :param channels: keys of those by which the client can be reminded.
        :param languages: code and name of those that the portal is in; fewer than two leave nothing to choose.
        """
        super().__init__(*args, **kwargs)
        labels = {"email": _("Remind me by email"), "sms": _("Remind me by text message")}
        for key in channels:
            self.fields[f"{key}_reminders"] = forms.BooleanField(
                label=labels[key],
                required=False,
                initial=getattr(client, f"{key}_reminders"),
                show_hidden_initial=True,
            )
        if len(languages) > 1:
            self.fields["language"] = forms.ChoiceField(
                label=_("Which language shall we write to you in?"),
                choices=languages,
                initial=client.language or languages[0][0],
                show_hidden_initial=True,
                error_messages={"required": _CHOOSE_LANGUAGE, "invalid_choice": _CHOOSE_LANGUAGE},
            )

    @property
    def reminders(self):
        return [self[name] for name in self.fields if name != "language"]

    def chosen(self) -> dict:
        """What was changed, by its name: what somebody else changed meanwhile stays as it is."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class IdentityForm(BirthAndPostcodeForm):
    """Date of birth and postcode; the first name where they alone didn't tell people apart."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=120,
        error_messages={"required": _("Enter your first name")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
    )

    def __init__(self, *args, ask_first_name: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not ask_first_name:
            del self.fields["first_name"]
