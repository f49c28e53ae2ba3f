"""Which part of the diary does somebody want to see? What they chose last is remembered by their browser."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from ....practice.models import Clinician, Location
from ....practice.typed_dates import written
from ...common.local_time import site_zone
from ...common.typed_fields import DateField
from ...common.urls import diary_url

DAY, WEEK = "day", "week"
VIEWS = [(DAY, _("Day")), (WEEK, _("Week"))]
REMEMBERED = ("view", "location", "clinician")
_A_YEAR = 365 * 24 * 60 * 60  # seconds


class ChoiceForm(forms.Form):
    date = DateField(label=_("Day"), required=False, help_text="")
    location = forms.TypedChoiceField(label=_("Location"), coerce=int, empty_value=None, required=False)
    clinician = forms.TypedChoiceField(label=_("Clinician"), coerce=int, empty_value=None, required=False)
    view = forms.ChoiceField(choices=VIEWS, required=False)

    def __init__(self, *args, locations: list[Location], clinicians: list[Clinician], **kwargs):
        super().__init__(*args, auto_id="diary-%s", **kwargs)
        self.fields["location"].choices = [("", _("Every location")), *((one.pk, one.name) for one in locations)]
        self.fields["clinician"].choices = [("", _("Every clinician")), *((one.pk, one.name) for one in clinicians)]


@dataclass(frozen=True)
class Choice:
    """
    :param today: at the location that was chosen, else at the site.
    """

    view: str
    location: Location | None
    clinician: Clinician | None
    day: date
    today: date

    @classmethod
    def of(cls, form: ChoiceForm, locations, clinicians, *, now: datetime) -> "Choice":
        """What *form*, valid or not, asks for; instead of what it doesn't take, what is shown at first."""
        form.is_valid()
        asked = form.cleaned_data
        location = next((one for one in locations if one.pk == asked.get("location")), None)
        clinician = next((one for one in clinicians if one.pk == asked.get("clinician")), None)
        today = now.astimezone(location.zone if location else site_zone()).date()
        day = asked.get("date") or today
        if "date" not in form.errors:
            form.data["date"] = written(day)
        return cls(asked.get("view") or DAY, location, clinician, day, today)

    @property
    def days(self) -> list[date]:
        """The day, or the week from Monday on that it lies in."""
        if self.view == DAY:
            return [self.day]
        monday = self.day - timedelta(days=self.day.weekday())
        return [monday + timedelta(days=number) for number in range(7)]

    @property
    def previous(self) -> str:
        return self.url(date=self.day - timedelta(days=len(self.days)))

    @property
    def next(self) -> str:
        return self.url(date=self.day + timedelta(days=len(self.days)))

    def url(self, **instead) -> str:
        """Return where the diary shows this choice, with something else *instead* of a part of it."""
        return diary_url(**{"date": self.day, **self.remembered, **instead})

    @property
    def remembered(self) -> dict[str, str]:
        return {
            "view": self.view,
            "location": str(self.location.pk) if self.location else "",
            "clinician": str(self.clinician.pk) if self.clinician else "",
        }


def asked_for(request) -> dict[str, str]:
    """What the address asks for, and of what it says nothing about, what was chosen last."""
    last = request.COOKIES.get(_cookie(request.user), "").split(".")
    remembered = dict(zip(REMEMBERED, last, strict=True)) if len(last) == len(REMEMBERED) else {}
    return remembered | request.GET.dict()


def remember(response, choice: Choice, request) -> None:
    if request.GET.keys() & set(REMEMBERED):
        response.set_cookie(
            _cookie(request.user),
            ".".join(choice.remembered.values()),
            max_age=_A_YEAR,
            path=diary_url(),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )


def _cookie(user) -> str:
    # Several people use the browser at the desk.
    return f"clientportal_diary_{user.pk}"
