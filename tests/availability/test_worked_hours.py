from datetime import date, time

import pytest

from tests.factories import make_clinician, make_location
from wagtail_clientportal.availability.worked_hours import Worked, worked_hours
from wagtail_clientportal.models import TimetabledHours, WorkingHours

MONDAY, TUESDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 28)

pytestmark = pytest.mark.django_db


def test_an_ordinary_week_has_its_days_and_the_earliest_hours_first():
    ada = make_clinician(hours=None)
    place = make_location()
    WorkingHours.objects.create(clinician=ada, weekday=0, start=time(14), end=time(0), location=place)
    WorkingHours.objects.create(clinician=ada, weekday=0, start=time(9), end=time(12, 30))
    found = worked_hours([ada.pk], MONDAY, SATURDAY)
    assert found == {(ada.pk, MONDAY): [Worked(540, 750, None), Worked(840, 1440, place.pk)]}


def test_hours_on_a_date_stand_in_for_all_the_weekly_ones():
    ada, ben = make_clinician(), make_clinician(name="Ben")
    place = make_location()
    TimetabledHours.objects.create(clinician=ada, location=place, date=MONDAY, start=time(18), end=time(20))
    found = worked_hours([ada.pk, ben.pk], MONDAY, TUESDAY)
    assert found[ada.pk, MONDAY] == [Worked(1080, 1200, place.pk)]
    assert found[ada.pk, TUESDAY] == found[ben.pk, MONDAY] == [Worked(540, 1020, None)]


def test_hours_hold_from_their_first_to_their_last_day():
    ada = make_clinician(hours=None)
    WorkingHours.objects.create(clinician=ada, weekday=0, start=time(9), end=time(12), valid_until=MONDAY)
    WorkingHours.objects.create(clinician=ada, weekday=1, start=time(9), end=time(12), valid_from=date(2026, 11, 25))
    assert set(worked_hours([ada.pk], MONDAY, SATURDAY)) == {(ada.pk, MONDAY)}
