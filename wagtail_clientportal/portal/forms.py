"""What clients fill in. A form judges what it can see; whether it is true is for the actions."""

import re
from datetime import date

from django import forms
from django.core.validators import validate_email
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..actions.request_link import LONGEST_CONTACT, contact_key
from ..conf import settings
from ..practice.contact import is_landline, mobile_key, name_key, postcode_key

# Nobody alive was born before; a record's own limit isn't needed to refuse a slip of the finger.
_OLDEST_YEAR = 1890
_REAL_DATE = _("Enter your date of birth as a real date, like 27 3 1951")


class PortalForm(forms.Form):
    """A form whose errors can be listed above it, each with the id of the box it is about."""

    use_required_attribute = False  # our own sentences, in our own place
    hinted = ()  # fields with a hint beside them in the template

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="%s", **kwargs)

    def full_clean(self):
        super().full_clean()
        for name, field in self.fields.items():
            ids = [f"{name}_hint"] * (name in self.hinted) + [f"{name}_error"] * (name in self.errors)
            if ids:
                field.widget.attrs["aria-describedby"] = " ".join(ids)

    def summary(self) -> list[tuple[str, str]]:
        """Pairs (id of the box, sentence), in the order of the boxes."""
        return [(self[name].auto_id, errors[0]) for name in self.fields if (errors := self.errors.get(name))]


class ContactForm(PortalForm):
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


def _box(label, **attrs):
    return forms.CharField(label=label, max_length=40, required=False, widget=forms.TextInput(attrs=attrs))


class IdentityForm(PortalForm):
    """Date of birth in three boxes, and the postcode. ``cleaned_data["date_of_birth"]`` is a date."""

    day = _box(_("Day"), inputmode="numeric", autocomplete="bday-day")
    month = _box(_("Month"), autocomplete="bday-month")
    year = _box(_("Year"), inputmode="numeric", autocomplete="bday-year")
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=20,
        error_messages={
            "required": _("Enter your postcode"),
            "max_length": _("Enter a postcode, like SW1A 1AA"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "spellcheck": "false"}),
    )
    first_name = forms.CharField(
        label=_("First name"),
        max_length=120,
        error_messages={"required": _("Enter your first name")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
    )

    def __init__(self, *args, today: date, ask_first_name: bool = False, **kwargs):
        """:param today: nobody is born after it.
        :param ask_first_name: whether date of birth and postcode alone didn't tell people apart.
        """
        super().__init__(*args, **kwargs)
        self.today = today
        if not ask_first_name:
            del self.fields["first_name"]

    def clean_postcode(self):
        postcode = self.cleaned_data["postcode"]
        if not postcode_key(postcode):
            raise forms.ValidationError(_("Enter a postcode, like SW1A 1AA"))
        return postcode

    def clean(self):
        cleaned = super().clean()
        if not self.errors.keys() & {"day", "month", "year"}:
            self._clean_date_of_birth(cleaned)
        return cleaned

    def _clean_date_of_birth(self, cleaned):
        missing = [name for name in ("day", "month", "year") if not cleaned.get(name)]
        if len(missing) == 3:
            return self.add_error("day", _("Enter your date of birth"))
        if missing:
            return self.add_error(missing[0], _MISSING[missing[0]])
        day, month, year = _number(cleaned["day"]), month_number(cleaned["month"]), _number(cleaned["year"])
        if year is not None and year < 100:
            return self.add_error("year", _("Enter the year of your birth with four digits, like 1951"))
        if month is None:
            return self.add_error("month", _("Enter the month as a number or a name, like 12 or December"))
        try:
            born = date(year or 0, month, day or 0)
        except ValueError:
            return self.add_error("day", _REAL_DATE)
        if born > self.today:
            return self.add_error("year", _("Your date of birth has to be in the past"))
        if born.year < _OLDEST_YEAR:
            return self.add_error("year", _REAL_DATE)
        cleaned["date_of_birth"] = born

    @property
    def date_errors(self) -> list[str]:
        return [error for name in ("day", "month", "year") for error in self.errors.get(name, [])]


_MISSING = {
    "day": _("Your date of birth needs a day"),
    "month": _("Your date of birth needs a month"),
    "year": _("Your date of birth needs a year"),
}


class MessageForm(PortalForm):
    """What a client may add for the clinic when changing or cancelling."""

    hinted = ("message",)

    message = forms.CharField(
        label=_("Message to the clinic (optional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.most = settings.MESSAGE_MAX_LENGTH

    def message_so_far(self) -> str:
        """What was typed, if it fits: "" otherwise."""
        return self.cleaned_data.get("message", "") if self.is_bound and self.is_valid() else ""

    def clean_message(self):
        # Browsers send a line break as two characters; people count it as one.
        message = self.cleaned_data["message"].replace("\r\n", "\n")
        if len(message) > self.most:
            raise forms.ValidationError(
                _("Your message has to be %(most)d characters or fewer; it has %(length)d"),
                params={"length": len(message), "most": self.most},
            )
        return message


def month_number(text: str) -> int | None:
    """Return the month that *text* means, 1 to 12: a number, or a name in the page's language or in English."""
    if (number := _number(text)) is not None:
        return number if 1 <= number <= 12 else None
    key = name_key(text)
    if len(key) < 3:
        return None
    names = _month_names()
    with override("en"):
        names += _month_names()
    found = {number for number, name in names if name.startswith(key)}
    return found.pop() if len(found) == 1 else None


def _month_names() -> list[tuple[int, str]]:
    return [(number, name_key(str(name))) for table in (MONTHS, MONTHS_3, MONTHS_ALT) for number, name in table.items()]


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,4}", text.strip()) else None
