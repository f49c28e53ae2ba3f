"""What clients fill in on several screens. A form judges what it can see; whether it is true is for the actions."""

import re
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from ..conf import settings
from ..practice.birth import OLDEST_YEAR
from ..practice.contact import postcode_key
from ..practice.typed_dates import month_number

_REAL_DATE = _("Enter your date of birth as a real date, like 27 3 1951")


class ScreenForm(forms.Form):
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


def _box(label, **attrs):
    return forms.CharField(label=label, max_length=40, required=False, widget=forms.TextInput(attrs=attrs))


class BirthAndPostcodeForm(ScreenForm):
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

    def __init__(self, *args, today: date, **kwargs):
        """:param today: nobody is born after it."""
        super().__init__(*args, **kwargs)
        self.today = today

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
        if born.year < OLDEST_YEAR:
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


class MessageForm(ScreenForm):
    """What a client may add for the clinic with what they do."""

    hinted = ("message",)

    message = forms.CharField(
        label=_("Message to the clinic (optional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.limit = settings.MESSAGE_MAX_LENGTH

    def message_so_far(self) -> str:
        """What was typed, if it fits: "" otherwise."""
        return self.cleaned_data.get("message", "") if self.is_bound and self.is_valid() else ""

    def clean_message(self):
        # Browsers send a line break as two characters; people count it as one.
        message = self.cleaned_data["message"].replace("\r\n", "\n")
        if len(message) > self.limit:
            raise forms.ValidationError(
                _("Your message has to be %(most)d characters or fewer; it has %(length)d"),
                params={"length": len(message), "most": self.limit},
            )
        return message


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,4}", text.strip()) else None
