from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model

from tests.factories import make_client, make_clinician
from tests.portal.reading import hrefs, soup, text, value
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.refusals import TooManyChanges
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    BookingSettings,
    ClientMessage,
    OutboundMessage,
    PortalPolicy,
    PortalSettings,
    WorkingHours,
)

NEW = datetime(2026, 12, 1, 14, 30, tzinfo=UTC)
START = "2026-12-01T14:30:00Z"


@pytest.fixture
def portal(portal):
    return portal.sign_in()


def _change(portal, path="", **query):
    return portal.get(portal.of(portal.clinic.appointment, f"change/{path}"), **query)


def _confirm(portal, start=START, **data):
    return portal.post(portal.of(portal.clinic.appointment, "change/confirm/"), {"start": start} | data)


def _stands(portal):
    portal.clinic.appointment.refresh_from_db()
    return portal.clinic.appointment.start == datetime(2026, 11, 25, 10, tzinfo=UTC)


def _policy(**values):
    policy = PortalPolicy.objects.get()
    for name in values:
        setattr(policy, name, values[name])
    policy.save_revision().publish()


# Choosing a time


def test_the_times_of_seven_days_are_links_that_carry_the_start_in_utc(portal):
    page = _change(portal, **{"from": "2026-12-01"})
    starts = [href.split("start=")[1] for href in hrefs(page, ".cp-times")]
    assert starts[0] == "2026-12-01T09:00:00Z"
    assert START in starts
    assert starts == sorted(starts)
    assert all("2026-12-01" <= start[:10] <= "2026-12-07" for start in starts)


def test_a_day_with_times_is_a_link_in_a_month_that_reads_its_count_aloud(portal):
    page = soup(_change(portal, **{"from": "2026-12-01"}))
    cell = page.select_one("table td a[aria-current=date]")
    assert cell["aria-label"] == "Tuesday 1 December, 31 times free"
    assert cell["href"].endswith("change/?from=2026-12-01#times")
    assert [th.get_text() for th in page.select("thead th")] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    saturday = next(td for td in page.select("tbody td") if td.get_text() == "5")
    assert saturday.find("a") is None


def test_times_are_grouped_by_part_of_the_day_with_their_counts(portal):
    WorkingHours.objects.filter(weekday=1).update(start=time(11), end=time(18))
    day = soup(_change(portal, **{"from": "2026-12-01"})).select_one("#day-2026-12-01")
    assert [" ".join(h3.get_text(" ").split()) for h3 in day.select("h3")] == [
        "Morning 4 times",
        "Afternoon 20 times",
        "Evening 3 times",
    ]


def test_the_chosen_days_times_are_open_and_the_days_after_it_wait_behind_their_names_and_counts(portal):
    page = soup(_change(portal, **{"from": "2026-12-03"}))
    assert page.select_one("h2#times").get_text(" ", strip=True) == "Thursday 3 December 31 times"
    assert page.select_one("h2#times")["tabindex"] == "-1"
    days = {one.summary.get_text(" ", strip=True): len(one.select(".cp-times a")) for one in page.select(".cp-day")}
    assert next(iter(days)) == "Friday 4 December 31 times"
    assert len(days) == 4 and set(days.values()) == {31}


def test_weeks_that_are_over_are_left_out_of_the_month(portal):
    portal.wait(days=1)
    portal.sign_in()
    numbers = [td.get_text(" ", strip=True) for td in soup(_change(portal)).select("tbody td")]
    assert numbers[0] == "23" and len(numbers) == 14


def test_a_month_of_another_year_is_named_with_it(portal):
    page = soup(_change(portal, **{"from": "2026-12-03"}))
    assert [link.get_text(strip=True) for link in page.select(".cp-month-nav a")] == ["‹November", "January 2027›"]


def test_one_can_page_through_all_free_times_by_week_and_back(portal):
    url, seen = portal.of(portal.clinic.appointment, "change/"), []
    while url:
        page = soup(portal.get(url))
        seen += [link["href"] for link in page.select(".cp-times a")]
        later = page.find("a", string=lambda words: words and "Later" in words) or next(
            (link for link in page.select(".cp-pages a") if "Later" in link.get_text()), None
        )
        url, last = (later["href"], url) if later else (None, url)
    assert len(seen) == len(set(seen)) > 1000
    assert seen == sorted(seen)
    assert any("Earlier" in link.get_text() for link in soup(portal.get(last)).select(".cp-pages a"))


def test_one_who_comes_on_tuesday_afternoons_alone_sees_those(portal):
    page = soup(_change(portal, **{"from": "2026-11-26"}))
    assert [link.get_text() for link in page.select(".cp-fold .cp-choices a")] == [
        *("Any time", "Morning", "Afternoon"),
        *("Any day", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    ]
    assert not page.select_one(".cp-fold").has_attr("open")
    for words in ("Afternoon", "Tuesday"):
        [link] = [one for one in page.select(".cp-fold .cp-choices a") if one.get_text() == words]
        page = soup(portal.get(link["href"]))
        assert page.select_one(".cp-fold").has_attr("open")
    seen = [one["href"].split("start=")[1] for one in page.select(".cp-times a")]
    assert seen[0] == "2026-12-01T12:00:00Z" and seen[-1] == "2026-12-01T16:30:00Z"
    later = next(one["href"] for one in page.select(".cp-pages a") if "Later" in one.get_text())
    assert hrefs(portal.get(later), ".cp-times")[0].endswith("start=2026-12-08T12:00:00Z")


def test_where_no_time_is_as_asked_for_all_are_shown_and_the_page_says_so(portal):
    page = _change(portal, part="evening")
    assert "There are no such times. These are all that are free." in text(page)
    assert len(hrefs(page, ".cp-times")) == len(hrefs(_change(portal), ".cp-times"))


def test_a_time_that_is_too_soon_or_too_far_ahead_is_told_the_rule(portal):
    BookingSettings.objects.update(lead_days=2, horizon_months=1)
    too_soon = soup(_change(portal, "confirm/", start="2026-11-24T14:30:00Z"))
    assert "we offer times from Wednesday 25 November 2026 on." in too_soon.select_one("[role=alert]").get_text()
    too_far = soup(_change(portal, "confirm/", start="2026-12-23T10:00:00Z"))
    assert "we offer times up to Tuesday 22 December 2026." in too_far.select_one("[role=alert]").get_text()


@pytest.mark.parametrize(
    "nonsense", ["", "x", "2026-02-31", "1900-01-01", "9999-12-31", "2026-W01-1", "\0", "😀", "-1", "0001-01-01"]
)
def test_a_nonsense_week_is_the_first_one_with_times(portal, nonsense):
    page = _change(portal, **{"from": nonsense})
    assert page.status_code == 200
    assert hrefs(page, ".cp-times") == hrefs(_change(portal), ".cp-times")


def test_a_week_without_times_gives_way_to_the_next_day_that_has_some(portal):
    WorkingHours.objects.update(valid_from="2026-12-09")
    WorkingHours.objects.create(
        clinician=portal.clinic.clinician, weekday=1, start="09:00", end="10:00", valid_until="2026-11-30"
    )
    page = soup(_change(portal, **{"from": "2026-11-26"}))
    assert page.select_one("#times").get_text().startswith("Wednesday 9 December")
    assert page.select_one("#cp-month").get_text() == "December 2026"


def test_turning_the_month_keeps_the_month_in_view(portal):
    page = soup(_change(portal))
    assert page.select_one(".cp-month-nav a")["href"].endswith("#cp-month")
    assert page.select_one(".cp-month td a")["href"].endswith("#times")


def test_no_free_times_at_all_is_said_with_the_phone_number_and_what_to_do(portal):
    WorkingHours.objects.all().delete()
    page = text(_change(portal))
    assert "No free times" in page
    assert "Your appointment is still on Wednesday 25 November 2026 at 10am." in page
    assert "020 7946 0000" in page


# Checking and confirming


def test_the_check_shows_the_old_time_struck_out_and_the_new_one(portal):
    page = soup(_change(portal, "confirm/", start=START))
    assert page.select_one("del").get_text() == "Wednesday 25 November 2026 at 10am"
    assert page.select_one("ins").get_text() == "Tuesday 1 December 2026 at 2:30pm"
    assert _stands(portal)


def test_a_change_moves_the_appointment_and_says_so(portal):
    form = _change(portal, "confirm/", start=START)
    response = _confirm(
        portal, value(form, "start"), policy_revision=value(form, "policy_revision"), message="Traffic <b>jam</b> 😀"
    )
    assert (response.status_code, response["Location"]) == (302, portal.of(portal.clinic.appointment))
    portal.clinic.appointment.refresh_from_db()
    assert portal.clinic.appointment.start == NEW
    event = AppointmentEvent.objects.get()
    assert (event.kind, event.by_kind, event.policy_shown) == ("changed", "client", True)
    assert ClientMessage.objects.get().body == "Traffic <b>jam</b> 😀"
    page = soup(portal.get(response["Location"]))
    said = page.select_one("[role=status]").get_text(" ")
    assert "Your appointment has been changed" in said
    assert "It is now on Tuesday 1 December 2026 at 2:30pm." in said
    assert "by email" in said
    assert "has been changed" not in text(portal.get(response["Location"]))


def test_a_change_without_a_policy_revision_is_noted_as_not_shown(portal):
    assert _confirm(portal).status_code == 302
    event = AppointmentEvent.objects.get()
    assert not event.policy_shown
    assert event.policy_revision is not None


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ({"email_opt_in": False}, "by text message"),
        ({"email_opt_in": False, "sms_opt_in": False}, None),
    ],
)
def test_a_confirmation_is_promised_only_the_way_it_will_come(portal, client, said):
    type(portal.clinic.client).objects.update(**client)
    banner = soup(portal.get(_confirm(portal)["Location"])).select_one("[role=status]").get_text(" ")
    assert said in banner if said else "confirmation" not in banner


def test_only_date_and_time_can_be_posted(portal):
    clinic = portal.clinic
    other = make_clinician(name="Other", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    _confirm(portal, clinician=other.pk, location=99, duration=600, status=1, client=99, price="0", overbooked="1")
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == NEW
    assert clinic.appointment.end == NEW + timedelta(minutes=30)
    assert clinic.appointment.clinician == clinic.clinician
    assert not clinic.appointment.overbooked


def test_the_same_form_sent_twice_shows_what_it_did(portal):
    _policy(change_window=timedelta(hours=9))
    start = "2026-11-23T16:00:00Z"  # so near that the change window has closed behind it
    first, second = _confirm(portal, start), _confirm(portal, start)
    assert first["Location"] == second["Location"]
    assert AppointmentEvent.objects.count() == 1
    assert "has been changed" in text(portal.get(second["Location"]))


@pytest.mark.parametrize(
    "start",
    [
        None,
        "",
        "x",
        "\0",
        "😀",
        "‮2026",
        "2026-12-01",
        "2026-12-01T14:30:00",  # naive
        "2026-12-01T14:30:01Z",
        "2026-12-01T14:37:00Z",  # off the grid
        "2026-12-01T03:00:00Z",  # out of hours
        "2026-11-20T14:30:00Z",  # past
        "2026-11-23T08:15:00Z",  # within the lead time
        "2027-12-01T14:30:00Z",  # behind the horizon
        "2026-11-25T10:00:00Z",  # where it is already
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:00-12:00",
        "9999-12-31T23:59:00Z",
        "2026-12-01T14:30:00+25:00",
    ],
)
def test_a_start_that_cannot_be_had_is_a_sentence_and_changes_nothing(portal, start):
    given = {} if start is None else {"start": start}
    for response in (
        _change(portal, "confirm/", **given),
        portal.post(portal.of(portal.clinic.appointment, "change/confirm/"), given),
    ):
        assert response.status_code == 200
        page = soup(response)
        assert "That time can’t be booked" in page.select_one("[role=alert]").get_text()
        assert "still on Wednesday 25 November 2026" in page.get_text()
        assert page.select(".cp-times a")
        assert _stands(portal)
    assert not AppointmentEvent.objects.exists()


def test_a_start_in_another_zone_is_the_moment_that_it_means(portal):
    assert _confirm(portal, "2026-12-01T15:30:00+01:00").status_code == 302
    portal.clinic.appointment.refresh_from_db()
    assert portal.clinic.appointment.start == NEW


def test_a_time_that_has_just_gone_leaves_the_appointment_and_offers_others(portal):
    portal.clinic.book(client=make_client(email="tom@example.org", mobile=""), start=NEW)
    for response in (_change(portal, "confirm/", start=START), _confirm(portal)):
        page = text(response)
        assert "That time has just gone" in page
        assert "Your appointment is still on Wednesday 25 November 2026 at 10am." in page
        assert hrefs(response, ".cp-times")
        assert START not in response.content.decode()
    assert _stands(portal)


def _days_shown(response):
    """The headings above the times; what is folded away counts, too."""
    return [one.contents[0].strip() for one in soup(response).select("h2#times, .cp-day summary")]


def test_instead_of_a_time_that_has_just_gone_the_other_times_of_its_day_are_shown_and_no_more(portal):
    portal.clinic.book(client=make_client(email="tom@example.org", mobile=""), start=NEW)
    for response in (_change(portal, "confirm/", start=START), _confirm(portal)):
        assert _days_shown(response) == ["Tuesday 1 December"]
        assert len(hrefs(response, ".cp-times")) == 28
        assert soup(response).select_one("table td a[aria-current=date]").contents[0] == "1"
        earlier, later = hrefs(response, ".cp-pages")
        assert earlier.endswith("?from=2026-11-24#times") and later.endswith("?from=2026-12-02#times")


def test_where_the_whole_day_has_gone_the_nearest_day_with_times_is_shown(portal):
    clinic, tom = portal.clinic, make_client(email="tom@example.org", mobile="")
    for day in (1, 2):
        clinic.book(
            client=tom, start=datetime(2026, 12, day, 9, tzinfo=UTC), end=datetime(2026, 12, day, 17, tzinfo=UTC)
        )
    assert _days_shown(_confirm(portal)) == ["Monday 30 November"]
    assert _days_shown(_confirm(portal, "2026-12-02T10:00:00Z")) == ["Thursday 3 December"]


def test_whoever_goes_back_after_a_change_is_told_that_it_has_happened(portal):
    _confirm(portal)
    portal.get(portal.of(portal.clinic.appointment))
    portal.browser.head(portal.of(portal.clinic.appointment, "change/confirm/"), {"start": START})
    assert "has been changed" not in text(portal.get(portal.of(portal.clinic.appointment)))
    for again in (lambda: _change(portal, "confirm/", start=START), lambda: _confirm(portal, message="Once more")):
        location = again()["Location"]
        assert location == portal.of(portal.clinic.appointment)
        said = soup(portal.get(location)).select_one("[role=status]").get_text(" ")
        assert "Your appointment has been changed" in said
        assert "It is now on Tuesday 1 December 2026 at 2:30pm." in said
    assert AppointmentEvent.objects.count() == 1


def test_also_when_the_clinic_has_given_it_another_status_meanwhile_or_it_is_too_late_to_change_it_again(
    portal, django_user_model
):
    soon = "2026-11-23T16:00:00Z"
    _confirm(portal, soon)
    confirmed = AppointmentStatus.objects.create(name="Ready", attending=True)
    set_status(portal.clinic.appointment, confirmed, by=django_user_model.objects.create(username="desk"))
    for again in (lambda: _change(portal, "confirm/", start=soon), lambda: _confirm(portal, soon)):
        assert "has been changed" in text(portal.get(again()["Location"]))


def test_where_the_clinic_has_moved_it_on_since_an_old_form_is_about_another_time(portal, django_user_model):
    _confirm(portal)
    elsewhere = datetime(2026, 12, 3, 11, tzinfo=UTC)
    change(portal.clinic.appointment, elsewhere, by=django_user_model.objects.create(username="desk"))
    page = text(_change(portal, "confirm/", start=START))
    assert "Check your new time" in page and "Thursday 3 December 2026 at 11am" in page
    assert "That time can’t be booked" in text(_change(portal, "confirm/", start="2026-12-03T11:00:00Z"))


def test_another_clinicians_free_time_is_not_ours(portal):
    clinic = portal.clinic
    make_clinician(
        name="Night owl",
        locations=[clinic.location],
        appointment_types=[clinic.appointment_type],
        hours=(time(19), time(22)),
    )
    assert "That time can’t be booked" in text(_confirm(portal, "2026-12-01T20:00:00Z"))
    assert _stands(portal)


def test_a_policy_that_changed_meanwhile_is_shown_again_and_changes_nothing(portal):
    old = value(_change(portal, "confirm/", start=START), "policy_revision")
    _policy(cancellation_policy="<p>Three days’ notice from now on.</p>")
    response = _confirm(portal, policy_revision=old, message="kept")
    page = soup(response)
    assert "Our policy changed while you were reading it" in page.get_text()
    assert "Three days’ notice" in page.get_text()
    assert page.select_one("#message").get_text().strip() == "kept"
    assert _stands(portal)
    assert _confirm(portal, policy_revision=value(response, "policy_revision")).status_code == 302


@pytest.mark.parametrize("revision", ["x", "\0", "999999", "-1"])
def test_a_nonsense_policy_revision_changes_nothing(portal, revision):
    assert "Our policy changed" in text(_confirm(portal, policy_revision=revision))
    assert _stands(portal)


@pytest.mark.parametrize("message", ["x" * 2001, "a\0b"])
def test_a_message_that_does_not_fit_is_a_field_error(portal, message):
    response = _confirm(portal, message=message)
    assert soup(response).select_one("[role=alert] a")["href"] == "#message"
    assert soup(response).title.get_text().startswith("Error: ")
    assert value(response, "start") == START
    assert _stands(portal)


def test_a_message_of_exactly_the_most_characters_fits_however_lines_are_broken(portal):
    assert _confirm(portal, message="ab\r\n" + "x" * 1997).status_code == 302


# Not online


def test_too_late_names_the_rule_the_deadline_and_the_phone(portal):
    portal.wait(days=1, hours=3)
    portal.sign_in()
    for response in (_change(portal), _change(portal, "confirm/", start=START), _confirm(portal)):
        page = text(response)
        assert "too late to change" in page
        assert "until 24 hours before they start" in page
        assert "Tuesday 24 November 2026 at 10am" in page
        assert soup(response).select_one('a[href="tel:+442079460000"]').get_text() == "020 7946 0000"
    assert _stands(portal)


@pytest.mark.parametrize("values", [{"start": "2026-12-01T14:30:01Z"}, {"start": "soon"}, {"message": "x" * 2001}])
def test_too_late_is_said_before_anything_that_is_wrong_with_the_form(portal, values):
    _policy(change_window=timedelta(hours=50))
    portal.wait(seconds=1)
    page = _confirm(portal, **values)
    assert "too late to change" in text(page) and soup(page).select_one(".cp-times") is None


def test_the_deadline_itself_is_not_too_late(portal):
    portal.wait(days=1, hours=2)
    portal.sign_in()
    assert _confirm(portal).status_code == 302


def test_changes_that_the_clinic_does_not_offer(portal):
    _policy(changes_enabled=False)
    assert "Change the date" not in text(portal.get(portal.of(portal.clinic.appointment)))
    for response in (_change(portal), _confirm(portal)):
        assert "can’t be changed online" in text(response)
        assert "020 7946 0000" in text(response)
    assert _stands(portal)


def test_a_clinician_who_is_not_online(portal):
    portal.clinic.clinician.available_online = False
    portal.clinic.clinician.save()
    for response in (_change(portal), _confirm(portal)):
        assert "Ada Osei aren’t offered online" in text(response)
    assert _stands(portal)


def test_a_cancelled_appointment_cannot_be_changed(portal):
    portal.post(portal.of(portal.clinic.appointment, "cancel/"))
    for response in (_change(portal), _confirm(portal)):
        assert "can’t be changed or cancelled any more" in text(response)


def test_a_past_appointment_cannot_be_changed(portal):
    past = portal.clinic.book(start=portal.now - timedelta(days=3))
    assert "already begun" in text(portal.get(portal.of(past, "change/")))
    assert "already begun" in text(portal.post(portal.of(past, "change/confirm/"), {"start": START}))
    assert Appointment.objects.get(pk=past.pk).start == past.start


def test_a_portal_that_is_switched_off_after_the_form_was_opened_changes_nothing(portal):
    PortalSettings.objects.update(enabled=False)
    assert "closed at the moment" in text(_confirm(portal))
    assert _stands(portal)
    assert not OutboundMessage.objects.exists()


def test_a_message_typed_before_the_time_was_gone_waits_for_the_next_choice(portal):
    taken = portal.clinic.book(client=make_client(email="tom@example.org", mobile=""), start=NEW)
    assert "That time has just gone" in text(_confirm(portal, message="Please ring first"))
    other = "2026-12-01T16:00:00Z"
    assert "Please ring first" in text(_change(portal, "confirm/", start=other))
    assert _confirm(portal, other, message="Please ring first").status_code == 302
    taken.delete()
    assert "Please ring first" not in text(_change(portal, "confirm/", start=START))


def test_a_time_that_is_soon_says_beforehand_what_cannot_be_undone(portal):
    soon, later = "2026-11-23T14:30:00Z", START
    assert "after this you can’t change or cancel it online" in text(_change(portal, "confirm/", start=soon))
    assert "after this you can’t" not in text(_change(portal, "confirm/", start=later))
    changed = portal.browser.get(_confirm(portal, soon)["Location"])
    assert "It is too late to change or cancel this appointment online" in text(changed)


def test_choosing_another_time_goes_back_to_the_same_days(portal):
    page = _change(portal, "confirm/", start=START)
    assert any(href.endswith("change/?from=2026-12-01") for href in hrefs(page, ".cp-actions"))


def test_nonsense_does_not_get_past_the_rules(portal):
    _policy(changes_enabled=False)
    assert "This appointment can’t be changed online" in text(_confirm(portal, "nonsense"))
    _policy(changes_enabled=True)
    page = text(_confirm(portal, "2026-12-05T03:00:00Z", message="x" * 2001))
    assert "That time can’t be booked" in page


def test_a_message_in_vain_is_shown_so_that_it_can_be_copied(portal):
    portal.wait(hours=30)
    portal.sign_in()
    page = text(_confirm(portal, message="Please ring me"))
    assert "too late" in page and "Please ring me" in page


@pytest.mark.parametrize("start", ["2026-12-01T14:30:00Z\0", "2026-12-01😀14:30:00Z", "2026-12-01 14:30:00Z"])
def test_a_start_with_anything_else_in_it_is_no_start(portal, start):
    assert _confirm(portal, start).status_code == 200
    assert _stands(portal)


# Not without end


def test_a_client_who_changes_again_and_again_is_asked_to_wait_or_to_call(portal, settings):
    settings.WAGTAIL_CLIENTPORTAL = {"CHANGES_PER_CLIENT": 2}
    portal.wait(minutes=4, seconds=30)
    assert _confirm(portal).status_code == 302
    portal.wait(minutes=5)
    assert _confirm(portal, start="2026-12-01T15:00:00Z").status_code == 302
    page = text(_confirm(portal, start="2026-12-02T15:00:00Z", message="The bus"))
    assert "You have made many changes in a short time" in page
    assert "Your appointment is still on Tuesday 1 December 2026 at 3pm." in page
    assert "You can change it online again from Monday 23 November 2026 at 9:05am." in page
    assert "If it can’t wait, call us." in page and "020 7946 0000" in page and "The bus" in page
    assert "You have made many changes" in text(_change(portal))
    assert AppointmentEvent.objects.count() == 2
    # What would be the third is the second sent again: it is done already.
    assert _confirm(portal, start="2026-12-01T15:00:00Z").status_code == 302

    assert portal.get(portal.of(portal.clinic.appointment, "cancel/")).status_code == 200
    portal.wait(minutes=55)
    portal.sign_in()
    assert _confirm(portal, start="2026-12-02T15:00:00Z").status_code == 302
    assert AppointmentEvent.objects.count() == 3


def test_all_that_a_client_does_counts_and_what_staff_or_others_do_does_not(portal, settings):
    settings.WAGTAIL_CLIENTPORTAL = {"CHANGES_PER_CLIENT": 2}
    clinic, staff = portal.clinic, get_user_model().objects.create_user("sam")
    other, second = clinic.book(start=NEW + timedelta(days=1)), clinic.book(start=NEW + timedelta(days=2))
    stranger = clinic.book(client=make_client(first_name="Ann"), start=NEW + timedelta(days=3))
    change(stranger, NEW + timedelta(hours=1), by=stranger.client)
    for hour in range(3):
        change(clinic.appointment, NEW + timedelta(hours=2, minutes=15 * hour), by=staff)
    portal.post(portal.of(other, "cancel/"))
    assert _confirm(portal).status_code == 302
    assert "You have made many changes" in text(_confirm(portal, start="2026-12-01T15:00:00Z"))
    assert change(clinic.appointment, NEW + timedelta(hours=2), by=staff).start == NEW + timedelta(hours=2)
    # Whoever can't come may always say so.
    assert portal.post(portal.of(second, "cancel/")).status_code == 302
    second.refresh_from_db()
    assert not second.holds_place


def test_a_booking_counts_too(portal, settings):
    settings.WAGTAIL_CLIENTPORTAL = {"CHANGES_PER_CLIENT": 1}
    BookingSettings.objects.update(enabled=True)
    clinic = portal.clinic
    clinic.appointment_type.bookable_online = clinic.clinician.available_online = True
    clinic.appointment_type.save()
    clinic.clinician.save()
    what = (clinic.client, clinic.clinician, clinic.location, clinic.appointment_type)
    book(*what, NEW, by=clinic.client)
    with pytest.raises(TooManyChanges) as refused:
        book(*what, NEW + timedelta(hours=1), by=clinic.client)
    assert refused.value.again_at == portal.now + timedelta(hours=1)
