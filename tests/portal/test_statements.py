"""A page asks the database for each thing once, and no more often for a client with a long history."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW

# Beyond what Wagtail itself asks on the way to any page: the clinic's settings, the browser's session, the portal
# session with its client; then what the page says.
OF_EVERY_SCREEN = 3
OF_THE_SCREEN = {"appointments/": 3, "appointments/{}/": 4, "appointments/{}/change/": 6, "appointments/{}/cancel/": 2}


def statements(portal, path):
    portal.get(path)  # what is looked up once a process
    with CaptureQueriesContext(connection) as captured:
        response = portal.get(path)
    assert response.status_code == 200
    # The last that Wagtail asks is who may see the page at all.
    of_wagtail = next(number for number, query in enumerate(captured) if "pageviewrestriction" in query["sql"])
    return [query["sql"] for query in captured][of_wagtail + 1 :]


@pytest.mark.parametrize("path", OF_THE_SCREEN)
def test_a_screen_asks_for_nothing_twice(portal, path):
    portal.sign_in()
    asked = statements(portal, path.format(portal.clinic.appointment.public_id))
    tables = [one.partition("FROM")[2].split()[0].strip('"`') for one in asked if one.strip().startswith("SELECT")]
    assert not {"wagtailcore_site", "wagtailcore_page"} & set(tables)
    assert len(asked) == OF_EVERY_SCREEN + OF_THE_SCREEN[path], asked


def test_a_link_to_one_appointment_asks_as_little(portal):
    portal.open_appointment()
    asked = statements(portal, f"appointments/{portal.clinic.appointment.public_id}/")
    assert len(asked) == OF_EVERY_SCREEN + OF_THE_SCREEN["appointments/{}/"], asked


@pytest.mark.parametrize(("number", "further"), [(20, 0), (40, 2), (60, 2)])
def test_a_long_history_costs_two_further_questions_at_most(portal, number, further):
    for day in range(number):
        portal.clinic.book(start=NOW - timedelta(days=day + 1))
        portal.clinic.book(start=NOW + timedelta(days=day + 4))
    portal.sign_in()
    asked = statements(portal, "appointments/")
    assert len(asked) == OF_EVERY_SCREEN + OF_THE_SCREEN["appointments/"] + further
    dates = re.findall(r"<time datetime=.(\d{4}-\d\d-\d\d)", portal.get("appointments/").content.decode())
    upcoming, previous = dates[: number + 1], dates[number + 1 :]
    assert upcoming == sorted(upcoming) and upcoming[0] >= "2026-11-23"
    assert previous == sorted(previous, reverse=True) and len(previous) == min(number, 20)


@pytest.mark.parametrize(("path", "posted"), [("cancel/", {}), ("change/confirm/", {"start": "2026-11-24T10:00:00Z"})])
def test_what_is_done_is_judged_once_by_the_action_alone(portal, path, posted):
    portal.sign_in()
    url = portal.of(portal.clinic.appointment, path)
    with CaptureQueriesContext(connection) as captured:
        response = portal.post(url, posted)
    assert response.status_code == 302
    read = [query["sql"] for query in captured if re.search(r"FROM .wagtail_clientportal_portalpolicy", query["sql"])]
    assert len(read) == 1, read
