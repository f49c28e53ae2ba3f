"""``clientportal_check_data`` finds what was written past Django's ORM, and mends what it can without guessing."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection, models

from tests.factories import NOW, cancelled_status, default_status, make_client, make_clinician
from tests.portal.conftest import Portal
from wagtail_clientportal.access.links import find_link, mint_appointment_link
from wagtail_clientportal.diary import second_wall
from wagtail_clientportal.models import Appointment, Client, MagicLink, OutboundMessage

KEYS = "Clients who aren't found"
VERSIONS = "Clients to whom ended links"
PLACES = "Appointments that hold a place though"
BUFFERS = "Appointments that keep the clinician busy"
TOO_LONG = "longer than 24 hours"
OVERLAPS = "Appointments of one clinician that overlap"


def check(*arguments):
    """Return what is printed, and whether the command ended well."""
    output = StringIO()
    connection.check_constraints()  # what waits for the commit stands in the way of a new constraint
    try:
        call_command("clientportal_check_data", *arguments, stdout=output)
    except CommandError as error:
        return f"{output.getvalue()}{error}", False
    return output.getvalue(), True


def past_the_orm(record, **values):
    """As SQL written by hand does it."""
    models.QuerySet(type(record)).filter(pk=record.pk).update(**values)


@pytest.fixture
def without_second_wall(clinic):
    connection.check_constraints()
    second_wall.tear_down(connection)


def test_a_sound_clinic_has_nothing_to_mend(clinic):
    clinic.book(start=clinic.appointment.end, status=cancelled_status())
    for arguments in ([], ["--mend"]):
        assert check(*arguments) == ("Everything fits.\n", True)
    assert check("-v0") == ("", True)


def test_look_up_keys_are_mended_and_links_to_the_old_contact_end(clinic):
    link = mint_appointment_link(clinic.appointment, NOW)
    past_the_orm(clinic.client, email="new@example.org", mobile="07700 900999", postcode="N1 9GU")
    said, well = check()
    assert f"{KEYS} by their email address, mobile or postcode: 1 (#{clinic.client.pk})" in said and not well
    assert "Hale" not in said and "example.org" not in said
    assert find_link(link, NOW)

    said, well = check("--mend")
    assert "Mended: 1." in said and well
    found = Client.objects.get(pk=clinic.client.pk)
    assert (found.email_key, found.mobile_key, found.postcode_key) == ("new@example.org", "+447700900999", "N19GU")
    assert find_link(link, NOW) is None
    assert check() == ("Everything fits.\n", True)


def test_a_client_whose_email_was_mended_can_sign_in_by_it(clinic, clock):
    past_the_orm(clinic.client, email="new@example.org")
    portal = Portal(clinic, clock)
    portal.post("", {"contact": "new@example.org"})
    check("--mend")
    assert OutboundMessage.objects.filter(recipient="new@example.org").exists()
    portal.browser.get(portal.sign_in_link("new@example.org"))
    assert portal.answer().status_code == 302


def test_a_version_that_went_back_opens_no_ended_link(clinic):
    link = mint_appointment_link(clinic.appointment, NOW)
    MagicLink.objects.update(contact_version=7)
    assert find_link(link, NOW) is None
    said, well = check()
    assert f"{VERSIONS} or sessions could open again: 1 (#{clinic.client.pk})" in said and not well
    assert check("--mend")[1]
    assert Client.objects.get(pk=clinic.client.pk).contact_version == 8
    assert check() == ("Everything fits.\n", True)


def test_a_place_follows_its_status(clinic):
    other = clinic.book(start=clinic.appointment.end, status=cancelled_status())
    past_the_orm(clinic.appointment, status=cancelled_status())
    past_the_orm(other, status=default_status())
    said, well = check()
    assert PLACES in said and f"2 (#{clinic.appointment.pk}, #{other.pk})" in said and not well
    assert check("--mend")[1]
    assert list(Appointment.objects.order_by("pk").values_list("holds_place", flat=True)) == [False, True]


def test_a_place_that_was_taken_meanwhile_is_not_taken_back(clinic):
    cancelled = clinic.book(start=clinic.appointment.start, status=cancelled_status())
    past_the_orm(cancelled, status=default_status())
    said, well = check("--mend")
    assert f"{PLACES} its status" not in said and PLACES in said and not well
    assert "1 thing is left to be mended." in said
    cancelled.refresh_from_db()
    assert not cancelled.holds_place


def test_what_keeps_a_clinician_busy_is_what_was_arranged(clinic):
    earlier = clinic.appointment.start - timedelta(days=1)
    past_the_orm(clinic.appointment, start=earlier, end=earlier + timedelta(minutes=30))
    said, well = check()
    assert BUFFERS in said and f"1 (#{clinic.appointment.pk})" in said and not well
    assert check("--mend")[1]
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.busy_until == earlier + timedelta(minutes=30)


def test_a_buffer_is_not_mended_over_another_appointment(clinic):
    clinic.book(start=clinic.appointment.end)
    past_the_orm(clinic.appointment, buffer_minutes=10)
    said, well = check("--mend")
    assert BUFFERS in said and "Mended" not in said and not well
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.busy_until == clinic.appointment.end


def test_overlaps_are_named_and_left_to_people(clinic, without_second_wall):
    start, other = clinic.appointment.start, make_clinician(name="Tomasz Lis")
    inside = clinic.book(client=make_client(email="b@example.org"), start=start + timedelta(minutes=10))
    clinic.book(start=start, clinician=other)
    clinic.book(start=start, overbooked=True)
    clinic.book(start=start, status=cancelled_status())
    clinic.book(start=inside.end)
    for arguments in ([], ["--mend"]):
        said, well = check(*arguments)
        assert OVERLAPS in said and f"2 (#{clinic.appointment.pk}, #{inside.pk})" in said and not well
    assert Appointment.objects.filter(holds_place=True, overbooked=False).count() == 4


def test_of_many_a_few_are_named(clinic):
    for number in range(7):
        past_the_orm(make_client(email=f"{number}@example.org"), email="new@example.org")
    said, _well = check()
    assert f"{KEYS} by their email address, mobile or postcode: 7 (" in said
    assert said.count("#") == 5 and ", …)" in said


def test_what_no_search_for_overlaps_finds_is_named(clinic):
    late = clinic.appointment.start + timedelta(days=2)
    models.QuerySet(Appointment).order_by("pk").update(busy_until=late, end=late, buffer_minutes=0)
    said, well = check("--mend")
    assert TOO_LONG in said and not well


def test_the_help_says_it_all(capsys):
    with pytest.raises(SystemExit):
        call_command("clientportal_check_data", "--help")
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "look-up keys",
        "could open again",
        "place doesn't fit",
        "overlap",
        "Ends with 0",
        "never over another",
    ):
        assert words in said


on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone has a second wall")


def _warnings():
    return [found.id for found in run_checks(databases=["default"]) if "W009" in found.id]


def test_where_the_second_wall_stands_or_could_not_nobody_is_warned(db):
    assert not _warnings()


@on_postgresql
def test_a_missing_second_wall_is_named_and_built_later(clinic, without_second_wall):
    assert _warnings() == ["wagtail_clientportal.W009"]
    said, well = check()
    assert "constraint against double bookings is missing: cp_appointment_no_double_booking" in said and not well
    assert check("--mend") == ("cp_appointment_no_double_booking: added.\n", True)
    assert not _warnings() and check() == ("Everything fits.\n", True)


@on_postgresql
def test_a_second_wall_is_not_built_through_appointments_that_overlap(clinic, without_second_wall):
    clinic.book(start=clinic.appointment.start)
    said, well = check("--mend")
    assert "can't be added while appointments overlap" in said and not well
    assert second_wall.is_missing(connection)


@on_postgresql
def test_where_the_extension_is_refused_it_is_said_who_can_help(clinic):
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION btree_gist CASCADE")
        role = f"clientportal_weak_{os.getpid()}"  # roles are the server's, not the database's
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"SET LOCAL ROLE {role}")
    said, well = check("--mend")
    assert "has to run “CREATE EXTENSION btree_gist” first" in said and not well
