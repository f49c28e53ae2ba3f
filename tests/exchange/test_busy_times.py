"""When a calendar says that its owner is busy."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import NOW
from wagtail_clientportal.exchange import busy_times as module
from wagtail_clientportal.exchange.busy_times import busy_times
from wagtail_clientportal.exchange.fetch import NotFetched

LONDON = ZoneInfo("Europe/London")


def calendar(*entries, zones=""):
    events = "".join(f"BEGIN:VEVENT\nUID:{number}\n{entry}\nEND:VEVENT\n" for number, entry in enumerate(entries))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{zones}{events}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    ).encode()


def busy(*entries, zones="", ours=frozenset()):
    joined, _left = busy_times(calendar(*entries, zones=zones), zone=LONDON, now=NOW, ours=ours)
    return [tuple(f"{datetime.fromtimestamp(one * 60, UTC):%d %b %H:%M}" for one in times) for times in joined]


def test_an_entry_in_utc_in_a_zone_and_in_no_zone():
    utc = "DTSTART:20261125T100000Z\nDTEND:20261125T110000Z"
    paris = "DTSTART;TZID=Europe/Paris:20261126T100000\nDTEND;TZID=Europe/Paris:20261126T110000"
    outlook = "DTSTART;TZID=GMT Standard Time:20261127T100000\nDURATION:PT1H"
    floating = "DTSTART:20270701T100000\nDTEND:20270701T110000"
    assert busy(utc, paris, outlook, floating) == [
        ("25 Nov 10:00", "25 Nov 11:00"),
        ("26 Nov 09:00", "26 Nov 10:00"),
        ("27 Nov 10:00", "27 Nov 11:00"),
        ("01 Jul 09:00", "01 Jul 10:00"),
    ]


def test_a_zone_that_the_calendar_explains_itself():
    zones = (
        "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0300\n"
        "END:STANDARD\nEND:VTIMEZONE\n"
    )
    assert busy("DTSTART;TZID=Ours:20261125T100000\nDURATION:PT1H", zones=zones) == [("25 Nov 07:00", "25 Nov 08:00")]


def test_a_weekly_meeting_keeps_its_hour_over_the_change_of_clocks_but_where_it_was_moved_or_left_out():
    weekly = (
        "DTSTART;TZID=Europe/London:20260101T090000\nDTEND;TZID=Europe/London:20260101T093000\n"
        "RRULE:FREQ=WEEKLY;UNTIL=20270401T235959Z\nEXDATE;TZID=Europe/London:20261126T090000"
    )
    times = busy(weekly)
    assert times[0] == ("03 Dec 09:00", "03 Dec 09:30")
    assert times[-1] == ("01 Apr 08:00", "01 Apr 08:30")
    moved = (
        f"{weekly}\nEND:VEVENT\nBEGIN:VEVENT\nUID:0\nRECURRENCE-ID;TZID=Europe/London:20261203T090000\n"
        "DTSTART;TZID=Europe/London:20261203T140000\nDTEND;TZID=Europe/London:20261203T143000"
    )
    assert busy(moved)[0] == ("03 Dec 14:00", "03 Dec 14:30")


def test_a_whole_day_is_the_clinics_day():
    assert busy("DTSTART;VALUE=DATE:20270701\nDTEND;VALUE=DATE:20270703") == [("30 Jun 23:00", "02 Jul 23:00")]


def test_what_is_free_cancelled_over_or_our_own_is_left_out():
    when = "DTSTART:20261125T100000Z\nDTEND:20261125T110000Z\n"
    free = [f"{when}TRANSP:TRANSPARENT", f"{when}STATUS:CANCELLED", f"{when}X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
    assert busy(*free, "DTSTART:20261120T100000Z\nDTEND:20261120T110000Z") == []
    assert busy(when.strip(), ours={"0"}) == []


def test_what_overlaps_is_joined():
    first, second = "DTSTART:20261125T100000Z\nDURATION:PT1H", "DTSTART:20261125T103000Z\nDURATION:PT1H"
    assert busy(first, second) == [("25 Nov 10:00", "25 Nov 11:30")]


def test_a_bad_entry_costs_none_of_the_others():
    good = "DTSTART:20261125T100000Z\nDURATION:PT1H"
    bad = ["DTSTART:nonsense", "SUMMARY:nothing else", f"{good}\nRRULE:FREQ=SOMETIMES", f"{good}\nRRULE:FREQ=SECONDLY"]
    bad += [f"{good}\nRRULE:FREQ=DAILY;INTERVAL=0", "DTSTART:00010101T100000Z\nRRULE:FREQ=DAILY"]
    bad += [f"{good}\nRRULE:FREQ=DAILY;BYMINUTE={','.join(map(str, range(60)))}"]
    joined, not_understood = busy_times(calendar(*bad, good), zone=LONDON, now=NOW, ours=set())
    assert len(joined) == 1 and not_understood >= 6


def test_an_entry_without_end_is_read_as_far_as_anybody_books():
    times = busy("DTSTART:19700101T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY")
    assert len(times) == 400


def test_repetitions_that_never_come_end():
    assert busy("DTSTART:20260101T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30") in ([],)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\0" * 1000, b"BEGIN:VCALENDAR", calendar("DTSTART:20261125T100000Z")[:-30]]
)
def test_what_is_no_calendar_or_ends_too_soon_is_refused(content):
    with pytest.raises(NotFetched) as failed:
        busy_times(content, zone=LONDON, now=NOW, ours=set())
    assert failed.value.problem == "not_a_calendar"


def test_too_much_of_a_calendar_is_refused(monkeypatch):
    hours = [f"DTSTART:2026112{day}T{hour:02}0000Z\nDURATION:PT30M" for day in (5, 6) for hour in range(20)]
    monkeypatch.setattr(module, "MAX_TIMES", 30)
    with pytest.raises(NotFetched, match="too_big"):
        busy(*hours)
    monkeypatch.setattr(module, "MAX_SECONDS", timedelta(0).total_seconds())
    monkeypatch.setattr(module.time, "monotonic", iter(range(1000)).__next__)
    with pytest.raises(NotFetched, match="too_big"):
        busy(*hours)


def free_busy(*lines):
    body = "\r\n".join(["BEGIN:VFREEBUSY", "UID:fb", *lines, "END:VFREEBUSY", "END:VCALENDAR", ""])
    content = calendar().replace(b"END:VCALENDAR\r\n", body.encode())
    joined, left = busy_times(content, zone=LONDON, now=NOW, ours=frozenset())
    return [tuple(f"{datetime.fromtimestamp(one * 60, UTC):%d %b %H:%M}" for one in times) for times in joined], left


def test_what_says_only_when_somebody_is_busy_is_read_too():
    found, left = free_busy(
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261124T100000Z/20261124T110000Z,20261125T090000Z/PT1H30M",
        "FREEBUSY;FBTYPE=FREE:20261126T100000Z/20261126T110000Z",
        "FREEBUSY:20261127T100000Z/PT15M",
        "FREEBUSY:20261101T100000Z/PT15M",
    )
    assert found == [
        ("24 Nov 10:00", "24 Nov 11:00"),
        ("25 Nov 09:00", "25 Nov 10:30"),
        ("27 Nov 10:00", "27 Nov 10:15"),
    ]
    assert left == 0
    assert free_busy("FREEBUSY:20261127T100000Z/PT15M")[0] == [("27 Nov 10:00", "27 Nov 10:15")]
    assert free_busy() == ([], 0)
