"""What staff type as a date or a time is what is saved, or it is refused beside its field; it is said back in words."""

import re
from datetime import UTC, date, datetime, time

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.factories import NOW
from tests.staff.filling_in import NEW, form_of, text
from wagtail_clientportal.models import Appointment, Client, TimeOff, TimetabledHours, WorkingHours

from ..urls_of_the_app import our_urls

WORDS = reverse("wagtail_clientportal_typed_words")


def shown(response, name):
    """What stands in a field, and what is said below it."""
    found = re.search(rf'<input[^>]*name="{name}"([^>]*)>\s*<output[^>]*>([^<]*)<', response.content.decode())
    value = re.search(r'value="([^"]*)"', found[1])
    return (value[1] if value else ""), found[2]


def said(staff, kind, typed):
    return staff.get(WORDS, {"kind": kind, "text": typed}).json()


@pytest.fixture
def hours_form(clinic):
    """What the form of a clinician with one row of working hours sends."""
    WorkingHours.objects.all().delete()
    rows = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    row = {"0-weekday": "0", "0-start": "9am", "0-end": "12.30pm", "0-valid_from": "25/11/2026", "0-id": ""}
    hours = {f"working_hours-{name}": value for name, value in (rows | row).items()}
    chosen = {"name": "Ada", "locations": [clinic.location.pk], "appointment_types": [clinic.appointment_type.pk]}
    return hours | chosen


@pytest.mark.parametrize("typed", [("26/11/2026", "2:30pm"), ("26 Nov", "14.30"), ("26.11.26", "1430")])
def test_an_appointment_is_booked_at_the_day_and_time_that_were_typed(boss, clinic, typed):
    Appointment.objects.all().delete()
    day, clock = typed
    assert boss.post(NEW, form_of(clinic, date=day, time=clock)).status_code == 302
    assert Appointment.objects.get().start == datetime(2026, 11, 26, 14, 30, tzinfo=UTC)


def test_time_off_is_as_it_was_typed(boss, db):
    data = {"first_day": "24 Dec", "from_time": "midday", "last_day": "1/1/27", "until_time": "9.30am"}
    assert boss.post(reverse("clientportal_timeoff:add"), data).status_code == 302
    off = TimeOff.objects.get()
    assert (off.start, off.end) == (datetime(2026, 12, 24, 12, tzinfo=UTC), datetime(2027, 1, 1, 9, 30, tzinfo=UTC))


def test_timetabled_hours_are_as_they_were_typed(boss, clinic):
    data = {"clinician": clinic.clinician.pk, "location": clinic.location.pk}
    data |= {"date": "5 December", "start": "10am", "end": "2pm"}
    assert boss.post(reverse("clientportal_timetabledhours:add"), data).status_code == 302
    hours = TimetabledHours.objects.get()
    assert (hours.date, hours.start, hours.end) == (date(2026, 12, 5), time(10), time(14))


def test_working_hours_are_as_they_were_typed(boss, clinic, hours_form):
    url = reverse("clientportal_clinician:edit", args=[clinic.clinician.pk])
    assert boss.post(url, hours_form).status_code == 302
    hours = WorkingHours.objects.get()
    assert (hours.start, hours.end, hours.valid_from) == (time(9), time(12, 30), date(2026, 11, 25))
    page = boss.get(url)
    assert shown(page, "working_hours-0-end") == ("12:30", "12:30pm")
    assert shown(page, "working_hours-0-valid_from") == ("25/11/2026", "Wednesday 25 November 2026")


def test_quiet_hours_are_as_they_were_typed(boss, clinic):
    url = reverse("clientportal_location:edit", args=[clinic.location.pk])
    data = {"name": "Harbour Rooms", "timezone": "Europe/London", "quiet_from": "9pm", "quiet_until": "0800"}
    assert boss.post(url, data).status_code == 302
    clinic.location.refresh_from_db()
    assert (clinic.location.quiet_from, clinic.location.quiet_until) == (time(21), time(8))


def test_a_date_of_birth_is_as_it_was_typed(boss, clinic):
    url = reverse("clientportal_client:add")
    for typed in ("09/12/1956", "9 Dec 1956", "9.12.56"):
        Client.objects.filter(last_name="Lee").delete()
        data = {"first_name": "Ann", "last_name": "Lee", "date_of_birth": typed, "portal_access": "on"}
        assert boss.post(url, data).status_code == 302
        client = Client.objects.get(last_name="Lee")
        assert client.date_of_birth == date(1956, 12, 9)
    page = boss.get(reverse("clientportal_client:edit", args=[client.pk]))
    assert shown(page, "date_of_birth") == ("09/12/1956", "Sunday 9 December 1956")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("24/11/2026", "can’t be in the future"),
        ("31/12/1899", "can’t be before 1900"),
        ("9 Dec", "Write the year too"),
        ("12/31/1956", "like 25/11/2026"),
        ("31/02/1956", "no such day"),
    ],
)
def test_a_date_of_birth_that_nobody_has_is_refused_and_stays_as_it_was_typed(boss, clinic, typed, reason):
    url = reverse("clientportal_client:edit", args=[clinic.client.pk])
    data = {"first_name": "Margaret", "last_name": "Hale", "date_of_birth": typed, "portal_access": "on"}
    page = boss.post(url, data)
    assert page.status_code == 200 and reason in text(page)
    assert shown(page, "date_of_birth") == (typed, "")
    clinic.client.refresh_from_db()
    assert clinic.client.date_of_birth == date(1956, 12, 9)


def test_what_is_refused_stays_as_it_was_typed_beside_the_reason(boss, clinic):
    page = boss.post(NEW, form_of(clinic, date="11/25/2026", time="9"))
    assert page.status_code == 200
    assert shown(page, "date") == ("11/25/2026", "") and shown(page, "time") == ("9", "")
    assert "Write the day, the month and the year, like 25/11/2026" in text(page)
    assert "Say whether it is morning or afternoon" in text(page)


def test_showing_free_times_keeps_what_was_typed_and_says_it_in_words(boss, clinic):
    page = boss.post(NEW, form_of(clinic, date="25 Nov", time="2.30pm", show_times="1"))
    assert shown(page, "date") == ("25 Nov", "Wednesday 25 November 2026")
    assert shown(page, "time") == ("2.30pm", "2:30pm")


def test_showing_free_times_says_what_would_be_refused(boss, clinic):
    page = boss.post(NEW, form_of(clinic, date="31/2/2027", time="14:30", show_times="1"))
    assert shown(page, "date") == (
        "31/2/2027",
        "There is no such day in the calendar. Check the day, the month and the year.",
    )


def test_an_american_clinic_writes_the_month_first_whoever_types(boss, clinic, settings):
    settings.LANGUAGE_CODE = "en-us"
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.preferred_language = "en"
    profile.save()
    boss.post(NEW, form_of(clinic, date="12/9/2026"))
    assert Appointment.objects.filter(start=datetime(2026, 12, 9, 14, 30, tzinfo=UTC)).exists()
    page = boss.get(reverse("clientportal_client:edit", args=[clinic.client.pk]))
    assert shown(page, "date_of_birth")[0] == "12/09/1956"


def test_tomorrow_is_the_clinics_not_that_of_the_readers_time_zone(boss, clock):
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.current_time_zone = "Pacific/Auckland"
    profile.save()
    clock.move_to(NOW.replace(hour=20), tick=False)  # in Auckland the next day has begun
    assert said(boss, "date", "tomorrow") == {"words": "Tuesday 24 November 2026", "reason": ""}


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("date", "25/11/2026", {"words": "Wednesday 25 November 2026"}),
        ("date", "25/11/1926", {"reason": "Choose a day in this century."}),
        ("past", "24 Nov", {"words": "Monday 24 November 2025"}),
        ("birth", "9/12/56", {"words": "Sunday 9 December 1956"}),
        ("birth", "24/11/2026", {"reason": "A date of birth can’t be in the future."}),
        ("time", "2.30pm", {"words": "2:30pm"}),
        ("moment", "25 Nov 2.30 pm", {"words": "Wednesday 25 November 2026 at 2:30pm"}),
        ("moment", "25/11/2026", {"reason": "Write the day and the time, like 25/11/2026 14:30."}),
        (
            "moment",
            "28/3/2027 01:30",
            {"reason": "The clocks go forward that night: there is no 01:30 in London time. Choose another time."},
        ),
        ("time", "25:00", {"reason": "Write a time, like 9am, 2.30pm or 14:30."}),
        ("time", "\0", {"reason": "Write a time, like 9am, 2.30pm or 14:30."}),
    ],
)
def test_what_is_typed_is_said_in_words_by_what_reads_the_form(boss, kind, typed, answer):
    assert said(boss, kind, typed) == {"words": "", "reason": ""} | answer


def test_the_words_are_in_the_readers_language_and_the_order_is_the_sites(boss):
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.preferred_language = "fr"
    profile.save()
    assert said(boss, "date", "9/12/2026")["words"] == "mercredi 9 décembre 2026"


def test_only_the_practices_staff_are_told_what_they_type(client, staff_with):
    query = {"kind": "date", "text": "25 Nov"}
    assert client.get(WORDS, query).url.startswith("/admin/login/")
    assert staff_with().get(WORDS, query).url == reverse("wagtailadmin_home")  # an editor of pages


def test_whoever_has_a_part_in_the_practice_is_told_and_no_kind_is_made_up(staff_with):
    receptionist = staff_with("view_client")
    assert receptionist.get(WORDS, {"kind": "date", "text": "25 Nov"}).status_code == 200
    assert receptionist.get(WORDS, {"kind": "nonsense"}).status_code == 404


@pytest.mark.usefixtures("without_menu")
def test_no_form_or_list_of_ours_has_a_picker_that_writes_over_what_is_typed(boss, records):
    found = {
        name
        for name, url in our_urls(records)
        if re.search(r"init(Date|Time|DateTime)Chooser|AdminDateInput|AdminTimeInput", text_of(boss.get(url)))
    }
    assert found == set()


def text_of(response):
    return "" if response.streaming else response.content.decode(errors="replace")


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ({"timestamp_from": "23 Nov"}, True),
        ({"timestamp_from": "23/11/2026", "timestamp_to": "today"}, True),
        ({"timestamp_to": "22/11/26"}, False),
    ],
)
@pytest.mark.parametrize("name", ["log", "history"])
def test_lists_are_narrowed_to_days_as_people_type_them(boss, clinic, days, found, name):
    boss.post(
        reverse("clientportal_client:edit", args=[clinic.client.pk]),
        {"first_name": "Meg", "last_name": "Hale", "portal_access": "on"},
    )
    url = reverse(f"clientportal_client:{name}", args=[clinic.client.pk] if name == "history" else [])
    rows = list(boss.get(url, days).context["object_list"])
    assert bool(rows) is found


def test_a_filter_that_means_no_day_is_refused_beside_its_field(boss, clinic):
    page = text(boss.get(reverse("clientportal_client:log"), {"timestamp_from": "11/25/2026"}))
    assert "Write the day, the month and the year, like 25/11/2026" in page
    assert 'value="11/25/2026"' in page


def test_timetabled_hours_are_found_by_a_day_as_people_type_it(boss, records):
    url = reverse("clientportal_timetabledhours:index")
    assert "10:00–14:00" in text(boss.get(url, {"date": "5 Dec"}))
    assert "10:00–14:00" not in text(boss.get(url, {"date": "6 Dec"}))
