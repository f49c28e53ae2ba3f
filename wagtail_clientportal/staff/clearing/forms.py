"""The forms with which a day is cleared: whose and when, and what becomes of each appointment."""

from copy import copy

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...availability.models import TimeOff
from ...clearing.clearing import moment_of
from ...clearing.models import Clearing, ClearingLine
from ...clearing.offers import BeginWith, Place, Planned
from ...diary.models import Appointment
from ...diary.unusual import unusual
from ...practice.models import Clinician, Location
from ..appointments.unusual_sentences import sentences_for
from ..common.reach import within_reach
from ..setup.time_off import TimeOffForm

MAX_CHARACTERS = 500  # of the words for all: they go by text message too
SELECT = forms.Select(attrs={"class": "w-w-full"})


class SpanForm(TimeOffForm):
    """Whose time, from when to when: the time off that is laid at the end. A valid form's ``instance`` is that."""

    begin_with = forms.ChoiceField(
        label=gettext_lazy("Propose at first"),
        choices=[
            (BeginWith.SAME_CLINICIAN.value, gettext_lazy("Moving each to the same clinician, later")),
            (BeginWith.ANOTHER_CLINICIAN.value, gettext_lazy("Moving each to another clinician, as near as possible")),
            (BeginWith.CANCEL.value, gettext_lazy("Cancelling all")),
        ],
        initial=BeginWith.SAME_CLINICIAN.value,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "You can choose otherwise for each. Where there is no free time, cancelling is proposed."
        ),
    )

    class Meta:
        model = TimeOff
        fields = ["clinician", "location", "reason"]
        widgets = {"clinician": SELECT, "location": SELECT}

    field_order = ["clinician", "location", "first_day", "from_time", "last_day", "until_time", "reason", "begin_with"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, instance=TimeOff(), **kwargs)
        self.fields["clinician"].queryset = within_reach(user, Clinician.objects.all())
        self.fields["clinician"].required = True
        self.fields["clinician"].help_text = ""
        self.fields["location"].queryset = within_reach(user, Location.objects.all())

    def clean(self):
        cleaned = super().clean()
        if not self.errors and self.instance.end <= timezone.now():
            self.add_error("last_day", _("This is over. Choose a day that is still to come."))
        return cleaned


class DecisionsForm(forms.Form):
    """What becomes of each appointment, and what all clients are told with it."""

    def __init__(
        self, clearing: Clearing, lines: list[ClearingLine], clinicians: dict[int, Clinician], *, user, **kwargs
    ):
        """:param clinicians: by pk, all who are offered."""
        super().__init__(**kwargs)
        self.lines, self.clinicians, self.user = lines, clinicians, user
        for line in lines:
            self.fields[_field(line)] = forms.ChoiceField(
                label=_("What becomes of it"),
                choices=self._choices(clearing, line),
                initial=_value_of(line),
                widget=SELECT,
            )
        self.fields["words"] = forms.CharField(
            label=_("What all clients are told with it"),
            initial=clearing.words,
            required=False,
            max_length=MAX_CHARACTERS,
            widget=forms.Textarea(attrs={"rows": 3, "class": "w-w-full"}),
            help_text=_(
                "Stands at the end of each email and text message. Name nobody, and don’t say why somebody is away if "
                "they wouldn’t say it themselves."
            ),
        )

    def _choices(self, clearing: Clearing, line: ClearingLine) -> list:
        zone = line.appointment.location.zone
        same, others = [], []
        for pk, minute in line.offers:
            if (clinician := self.clinicians.get(pk)) is None:
                continue
            # Short, for a narrow screen; the year and the zone stand above.
            local, value = moment_of(minute).astimezone(zone), f"{pk}@{minute}"
            when = f"{date_format(local, 'D j M')}, {date_format(local, 'H:i')}"
            if pk == clearing.clinician_id:
                same.append((value, when))
            else:
                others.append((value, f"{when} · {clinician}"))
        choices = [(ClearingLine.Decision.CANCEL.value, _("Cancel it"))]
        if same:
            choices.append((_("Move it: %(clinician)s, later") % {"clinician": clearing.clinician}, same))
        if others:
            choices.append((_("Move it: another clinician"), others))
        return [*choices, (ClearingLine.Decision.LEAVE.value, _("Leave it as it is"))]

    def rows(self):
        """Each line with its field."""
        return [(line, self[_field(line)]) for line in self.lines]

    def clean(self):
        cleaned = super().clean()
        planned = Planned()
        for line in self.lines:
            if value := cleaned.get(_field(line)):
                _decide(line, value)
                try:
                    self._judge(line, planned)
                except ValidationError as error:
                    self.add_error(_field(line), error)
        return cleaned

    def _judge(self, line: ClearingLine, planned: Planned) -> None:
        if line.decision != ClearingLine.Decision.MOVE:
            return
        place = _place_of(line)
        if not planned.is_free(line.appointment, place):
            raise ValidationError(_("Another appointment above is to move to this time. Choose a different one."))
        planned.take(line.appointment, place)
        if found := unusual(moved(line, self.clinicians), now=timezone.now()):
            reasons = " ".join(sentences_for(found, line.appointment, self.user))
            raise ValidationError(
                _("This time isn’t free any more. %(why)s Choose another, or look for times again.") % {"why": reasons}
            )


def moved(line: ClearingLine, clinicians: dict[int, Clinician]) -> Appointment:
    """Return the appointment as it would stand after the move. Nothing is saved."""
    appointment = copy(line.appointment)
    appointment.move(line.new_start, clinician=clinicians[line.new_clinician_id])
    return appointment


def _field(line: ClearingLine) -> str:
    return f"line_{line.pk}"


def _place_of(line: ClearingLine) -> Place:
    return line.new_clinician_id, int(line.new_start.timestamp()) // 60


def _value_of(line: ClearingLine) -> str:
    if line.decision != ClearingLine.Decision.MOVE or line.new_clinician_id is None:
        return line.decision
    clinician_id, minute = _place_of(line)
    return f"{clinician_id}@{minute}"


def _decide(line: ClearingLine, value: str) -> None:
    clinician_id, is_move, minute = value.partition("@")
    if is_move:
        line.decide(ClearingLine.Decision.MOVE, int(clinician_id), int(minute))
    else:
        line.decide(value)
