"""A clinician's usual week is edited with the clinician."""

from datetime import date, time

from django.urls import reverse

from tests.factories import NOW
from tests.staff.filling_in import filled_in
from wagtail_clientportal.models import Appointment, Clinician, WorkingHours


def hours(weekday, start, end, **values):
    return {
        "weekday": weekday,
        "start": start,
        "end": end,
        "location": "",
        "valid_from": "",
        "valid_until": "",
    } | values


def form(*intervals, initial=0, **values):
    data = {
        "name": "Bea Ito",
        "is_active": "on",
        "working_hours-TOTAL_FORMS": len(intervals),
        "working_hours-INITIAL_FORMS": initial,
    }
    for number, interval in enumerate(intervals):
        data |= {f"working_hours-{number}-{name}": value for name, value in interval.items()}
    return data | values


def add(boss, *intervals, **values):
    return boss.post(reverse("clientportal_clinician:add"), form(*intervals, **values))


def test_a_clinician_is_saved_with_the_hours_locations_and_types(boss, clinic):
    response = add(
        boss,
        hours(0, "09:00", "12:00"),
        hours(0, "13:00", "00:00", location=clinic.location.pk, valid_from="2026-12-01"),
        locations=[clinic.location.pk],
        appointment_types=[clinic.appointment_type.pk],
    )
    assert response.status_code == 302
    bea = Clinician.objects.get(name="Bea Ito")
    assert list(bea.locations.all()) == [clinic.location]
    assert list(bea.working_hours.values_list("weekday", "start", "end", "valid_from")) == [
        (0, time(9), time(12), None),
        (0, time(13), time(0), date(2026, 12, 1)),
    ]


def test_hours_can_be_changed_and_removed(boss, clinic):
    add(boss, hours(0, "09:00", "12:00"), hours(1, "09:00", "12:00"))
    bea = Clinician.objects.get(name="Bea Ito")
    first, second = bea.working_hours.all()
    data = form(
        hours(0, "10:00", "12:00", id=first.pk), hours(1, "09:00", "12:00", id=second.pk, DELETE="1"), initial=2
    )
    assert boss.post(reverse("clientportal_clinician:edit", args=[bea.pk]), data).status_code == 302
    assert list(bea.working_hours.values_list("weekday", "start")) == [(0, time(10))]


def test_a_day_is_copied_to_others_instead_of_what_they_had(boss, clinic):
    add(
        boss,
        hours(0, "09:00", "12:00", location=clinic.location.pk),
        hours(0, "13:00", "17:00"),
        hours(2, "07:00", "08:00"),
        hours(4, "10:00", "11:00"),
        copy_from="0",
        copy_to=["1", "2"],
    )
    week = WorkingHours.objects.filter(clinician__name="Bea Ito")
    morning, afternoon = (time(9), time(12), clinic.location.pk), (time(13), time(17), None)
    copied = [(day, *hours) for day in (0, 1, 2) for hours in (morning, afternoon)]
    assert list(week.values_list("weekday", "start", "end", "location")) == [*copied, (4, time(10), time(11), None)]


def test_days_that_get_hours_of_no_day_are_asked_whose(boss, db):
    response = add(boss, hours(0, "09:00", "12:00"), copy_to=["1"])
    assert "Choose the day whose hours are copied." in response.content.decode()
    assert not Clinician.objects.exists()


def test_a_new_clinician_begins_as_a_copy_of_another(boss, clinic):
    WorkingHours.objects.filter(clinician=clinic.clinician, weekday=2).update(start=time(8, 30))
    assert copy_of(clinic.clinician) in boss.get(reverse("clientportal_clinician:index")).content.decode()
    page = boss.get(copy_of(clinic.clinician))
    sent = filled_in(page)
    assert sent["name"] == "" and not Clinician.objects.exclude(pk=clinic.clinician.pk).exists()
    assert boss.post(reverse("clientportal_clinician:add"), sent | {"name": "Bea Ito"}).status_code == 302
    bea = Clinician.objects.get(name="Bea Ito")
    week = ("weekday", "start", "end", "location")
    assert list(bea.working_hours.values_list(*week)) == list(clinic.clinician.working_hours.values_list(*week))
    assert list(bea.locations.all()) == [clinic.location]
    assert list(bea.appointment_types.all()) == [clinic.appointment_type]
    assert bea.user is None and clinic.clinician.working_hours.count() == 5


def copy_of(clinician):
    return reverse("clientportal_clinician:copy", args=[clinician.pk])


def test_the_form_shows_the_hours_that_are_stored(boss, clinic):
    page = boss.get(reverse("clientportal_clinician:edit", args=[clinic.clinician.pk])).content.decode()
    assert 'name="working_hours-4-start" value="09:00"' in page


def test_overlapping_hours_are_refused_in_a_sentence(boss, db):
    response = add(boss, hours(0, "09:00", "13:00"), hours(0, "12:30", "17:00"))
    assert "Monday 09:00 to 13:00 and 12:30 to 17:00 overlap." in response.content.decode()
    assert not Clinician.objects.exists()
    assert not WorkingHours.objects.exists()


def test_hours_until_midnight_overlap_the_evening(boss, db):
    assert "overlap" in add(boss, hours(0, "09:00", "00:00"), hours(0, "20:00", "22:00")).content.decode()


def test_hours_that_touch_or_lie_on_other_days_do_not_overlap(boss, db):
    assert (
        add(boss, hours(0, "09:00", "12:00"), hours(0, "12:00", "17:00"), hours(1, "09:00", "17:00")).status_code == 302
    )


def test_hours_of_different_seasons_do_not_overlap(boss, db):
    summer = hours(0, "08:00", "16:00", valid_from="2027-04-01", valid_until="2027-09-30")
    winter = hours(0, "09:00", "17:00", valid_from="2027-10-01")
    assert add(boss, summer, winter).status_code == 302
    assert "overlap" in add(boss, summer, winter | {"valid_from": "2027-09-30"}).content.decode()


def test_hours_that_end_before_they_start_are_refused(boss, db):
    response = add(boss, hours(0, "12:00", "09:00"))
    assert "later than the start" in response.content.decode()
    assert not Clinician.objects.exists()


def test_nonsense_in_the_hours_is_a_field_error(boss, db):
    for nonsense in (hours(0, "25:00", "x"), hours(9, "09:00", "10:00"), hours("", "", ""), hours(0, "\0", "10:00")):
        assert add(boss, nonsense | {"valid_from": "31/02"}).status_code == 200
    assert not Clinician.objects.exists()


def saved_as_inactive(browser, clinic):
    WorkingHours.objects.all().delete()
    data = form(name="Ada Osei")
    del data["is_active"]
    url = reverse("clientportal_clinician:edit", args=[clinic.clinician.pk])
    return browser.post(url, data, follow=True).content.decode()


def test_who_deactivates_a_clinician_is_told_of_the_appointments_that_stay(boss, clinic):
    shown = saved_as_inactive(boss, clinic)
    assert not Clinician.objects.get().is_active
    assert "1 appointment to come is still with this clinician, and stays. Move or cancel it:" in shown
    assert "Wed 25 Nov 2026, 10:00–10:30 · Ada Osei · Margaret Hale" in shown
    assert "still with this clinician" not in saved_as_inactive(boss, clinic)  # it was said when it was done


def test_a_clinician_with_nothing_to_come_is_deactivated_without_a_warning(boss, clinic):
    Appointment.objects.update(holds_place=False)
    assert "still with this clinician" not in saved_as_inactive(boss, clinic)


def test_timetabled_hours_over_appointments_warn_of_those_that_lie_outside(boss, clinic):
    clinic.book(start=NOW.replace(hour=14, day=25))
    data = {
        "clinician": clinic.clinician.pk,
        "location": clinic.location.pk,
        "date": "25/11/2026",
        "start": "12:00",
        "end": "17:00",
    }
    shown = boss.post(reverse("clientportal_timetabledhours:add"), data, follow=True).content.decode()
    assert "1 appointment lies outside the hours of that day now, and stays. Move or cancel it:" in shown
    assert "10:00–10:30" in shown and "14:00–14:30" not in shown


def test_who_sees_no_appointment_is_told_of_none(staff_with, clinic):
    sam = staff_with("view_clinician", "change_clinician")
    assert "Margaret" not in saved_as_inactive(sam, clinic)
