"""Fields for dates and times as staff type them: saved as they were meant, or refused beside the field.

Wagtail's own pickers write another date over one that they don't understand, so no form of ours uses them.
"""

from datetime import MAXYEAR, MINYEAR, date, datetime, time

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.fields import DateRangeField, RangeField
from django_filters.widgets import SuffixedMultiWidget
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.admin.staticfiles import versioned_static

from ...practice.birth import validate_born
from ...practice.dates import clock_in_words, full_day_in_words, moment_in_words
from ...practice.location import site_today
from ...practice.typed_dates import About, Refused, is_day_first, read_date, read_moment, read_time, written
from ...practice.wall_clock import from_local, validate_day
from .urls import typed_words_url


class TypedInput(forms.TextInput):
    """A plain text field, with what it means in words below it."""

    template_name = "wagtail_clientportal/staff/typed_input.html"

    def __init__(self, reads: "type[TypedField]", attrs=None):
        """:param reads: the kind of field whose text stands here."""
        super().__init__({"autocomplete": "off", "spellcheck": "false"} | (attrs or {}))
        self.reads = reads

    def format_value(self, value):
        return value if value is None or isinstance(value, str) else self.reads.in_digits(value)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        meaning, reason = self.reads.meaning_and_refusal(value)
        context["widget"] |= {
            "words": meaning,
            # Of a form that was sent, Wagtail says it above the field.
            "reason": "" if context["widget"]["attrs"].get("aria-invalid") else reason,
            "words_url": typed_words_url(self.reads.kind),
        }
        return context

    @property
    def media(self):
        return forms.Media(js=[versioned_static("wagtail_clientportal/admin/typed-input.js")])


class TypedField(forms.Field):
    """What the kinds of fields have in common. A valid one's value is a date, a time or both, or ``None``.

    A kind says what a text has ``meant`` and how a value is said ``in_words`` and shown ``in_digits``, with a ``hint``.
    """

    kind = ""  # what the page that says in words what was typed knows it by

    def __init__(self, *, widget=None, help_text="", **kwargs):
        # Any other widget is the picker that a form of Wagtail's has for a model's field.
        widget = widget if isinstance(widget, TypedInput) else TypedInput(type(self))
        super().__init__(widget=widget, help_text=help_text or lazy(self.hint, str)(), **kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            return self.read(value) if value.strip() else None
        return value

    @classmethod
    def read(cls, text: str) -> date | time:
        """Return what *text* means.

        :raises ValidationError: when it can't be taken.
        """
        try:
            return cls.meant(text)
        except Refused as refusal:
            raise ValidationError(str(refusal), code="invalid") from refusal

    @classmethod
    def meaning_and_refusal(cls, value) -> tuple[str, str]:
        """Return in words what stands in a field, typed or stored, and why it isn't taken; "" for either."""
        try:
            value = cls().to_python(value)
            return ("" if value is None else cls.in_words(value)), ""
        except ValidationError as error:
            return "", error.messages[0]


class DateField(TypedField):
    """A day of this century, most likely one that is to come."""

    kind = "date"
    about = About.COMING
    in_words = staticmethod(full_day_in_words)
    in_digits = staticmethod(written)

    @classmethod
    def meant(cls, text):
        day = read_date(text, today=site_today(), day_first=is_day_first(), about=cls.about)
        cls.judge(day)
        return day

    @staticmethod
    def judge(day: date) -> None:
        validate_day(day)

    @staticmethod
    def hint():
        if is_day_first():
            return _("Like 25/11/2026, 25 Nov or tomorrow.")
        return _("Like 11/25/2026, Nov 25 or tomorrow.")


class PastDateField(DateField):
    """A day in a search of what has been."""

    kind = "past"
    about = About.PAST

    @staticmethod
    def judge(day):
        pass  # whatever lies beyond the records finds none, or all

    @staticmethod
    def hint():
        return ""


class BirthDateField(DateField):
    kind = "birth"
    about = About.BIRTH

    @staticmethod
    def judge(day):
        validate_born(day, site_today())

    @staticmethod
    def hint():
        return _("Like 9/12/1956 or 9 Dec 1956.") if is_day_first() else _("Like 12/9/1956 or Dec 9, 1956.")


class TimeField(TypedField):
    """A time of day in hours and minutes."""

    kind = "time"
    meant = staticmethod(read_time)
    in_words = staticmethod(clock_in_words)

    @staticmethod
    def in_digits(clock: time) -> str:
        return clock.strftime("%H:%M")

    @staticmethod
    def hint():
        return _("Like 9am, 2.30pm or 14:30.")


class MomentField(TypedField):
    """A day and a time on the clocks of whoever reads: so Wagtail says it, wherever something is published later."""

    kind = "moment"

    @classmethod
    def meant(cls, text):
        day, clock = read_moment(text, today=timezone.localdate(), day_first=is_day_first())
        validate_day(day)
        return from_local(day, clock, timezone.get_current_timezone())

    @staticmethod
    def in_words(moment: datetime) -> str:
        return moment_in_words(moment, timezone.get_current_timezone())

    @staticmethod
    def in_digits(moment: datetime) -> str:
        local = timezone.localtime(moment)
        return f"{written(local.date())} {local:%H:%M}"

    @staticmethod
    def hint():
        return _("Like 25/11/2026 14:30.") if is_day_first() else _("Like 11/25/2026 14:30.")


KINDS = {field.kind: field for field in (DateField, PastDateField, BirthDateField, TimeField, MomentField)}


class TypedPanel(FieldPanel):
    """A panel for a date or a time of a model.

    :param reads: the kind of field.
    """

    def __init__(self, field_name, reads: type[TypedField], **kwargs):
        super().__init__(field_name, **kwargs)
        self.reads = reads

    def clone_kwargs(self):
        return super().clone_kwargs() | {"reads": self.reads}

    def get_form_options(self):
        return super().get_form_options() | {"field_classes": {self.field_name: self.reads}}


class SchedulePanel(PublishingPanel):
    """Wagtail's dialog for publishing later, with fields that leave alone what is typed in them."""

    def __init__(self, **kwargs):
        children = [TypedPanel(name, MomentField, widget=_in_dialog()) for name in ("go_live_at", "expire_at")]
        super().__init__(**{"children": children} | kwargs)


def _in_dialog() -> TypedInput:
    # As Wagtail's own fields there: closing the dialog without confirming forgets what was typed.
    attrs = {
        "data-controller": "w-action",
        "data-action": "w-dialog:hidden->w-action#reset",
        "data-w-dialog-target": "notify",
    }
    return TypedInput(MomentField, attrs)


class DaysWidget(DateRangePickerWidget):
    def __init__(self, attrs=None, reads: type[DateField] = PastDateField):
        bounds = (gettext_lazy("Date from"), gettext_lazy("Date to"))
        inputs = [TypedInput(reads, {"placeholder": bound, "aria-label": bound}) for bound in bounds]
        SuffixedMultiWidget.__init__(self, inputs, attrs)


class DaysField(DateRangeField):
    """From one day to another, each of which may be left out.

    :param reads: the kind of field that each of them is.
    """

    def __init__(self, reads: type[DateField] = PastDateField, **kwargs):
        RangeField.__init__(self, (reads(), reads()), widget=DaysWidget(reads=reads), **kwargs)

    def compress(self, data_list):
        # Days at the edge of the calendar begin and end in no zone but some; beyond them there is nothing to leave out.
        days = [day if day and MINYEAR < day.year < MAXYEAR else None for day in data_list]
        return super().compress(days) if any(days) else None


class DaysFilter(django_filters.DateFromToRangeFilter):
    field_class = DaysField


class DayFilter(django_filters.DateFilter):
    field_class = DateField
