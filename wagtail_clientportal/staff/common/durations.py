"""A length of time, edited as a number and a unit."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.compare import FieldComparison
from wagtail.admin.panels import FieldPanel

from ...practice.durations import DAY, HOUR, MINUTE, counts_in_days, duration_in_words

UNITS = {"minutes": MINUTE, "hours": HOUR, "days": DAY}
UNIT_NAMES = [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days of 24 hours"))]
LONGEST = timedelta(days=366)


def number_and_unit(length: timedelta) -> tuple[Decimal, str]:
    """Return *length* in the largest unit that keeps it a whole number."""
    if counts_in_days(length):
        unit = "days"
    elif not length % HOUR:
        unit = "hours"
    else:
        unit = "minutes"
    number = Decimal(str(length / UNITS[unit])).quantize(Decimal("0.01"))
    return (number.to_integral() if number == number.to_integral() else number.normalize()), unit


class DurationWidget(forms.MultiWidget):
    """A number beside its unit."""

    template_name = "wagtail_clientportal/staff/duration_widget.html"
    use_fieldset = True

    def __init__(self, attrs=None):
        number = forms.NumberInput(attrs={"min": "0", "step": "any", "aria-label": _("Number")})
        unit = forms.Select(choices=UNIT_NAMES, attrs={"aria-label": _("Unit")})
        super().__init__({"number": number, "unit": unit}, attrs)

    def decompress(self, value):
        if value is None:
            return [None, "hours"]
        number, unit = number_and_unit(value)
        return [f"{number:f}", unit]


class DurationField(forms.MultiValueField):
    """A ``timedelta``, at most 366 days long."""

    widget = DurationWidget
    default_error_messages = {
        "required": _("Enter a number and choose its unit."),
        "incomplete": _("Enter a number and choose its unit."),
        "too_long": _("This can be at most 366 days."),
        "negative": _("This can't be less than 0."),
    }

    def __init__(self, **kwargs):
        number = forms.DecimalField(max_digits=9, decimal_places=2)
        super().__init__(fields=(number, forms.ChoiceField(choices=UNIT_NAMES)), **kwargs)

    def compress(self, data_list):
        # Where no length need be given, the unit stands alone.
        if not data_list or data_list[0] is None:
            return None
        number, unit = data_list
        if number < 0:
            raise ValidationError(self.error_messages["negative"], code="negative")
        if number > LONGEST / UNITS[unit]:
            raise ValidationError(self.error_messages["too_long"], code="too_long")
        return timedelta(seconds=round(float(number) * UNITS[unit].total_seconds()))


class DurationComparison(FieldComparison):
    """Two revisions' lengths of time, in the words of the form."""

    def htmldiff(self):
        self.val_a, self.val_b = duration_in_words(self.val_a), duration_in_words(self.val_b)
        return super().htmldiff()


class DurationPanel(FieldPanel):
    """A panel for a ``DurationField`` of a model."""

    def get_form_options(self):
        options = super().get_form_options()
        options["field_classes"] = {self.field_name: DurationField}
        return options

    def get_comparison_class(self):
        return DurationComparison
