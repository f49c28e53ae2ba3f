"""`clientportal_demo` makes a clinic that can be tried, and never where there is a real one."""

import contextlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db.models import Count, Q
from wagtail.models import Site

from wagtail_clientportal.management.demo_clinic import make_demo_clinic
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    AppointmentType,
    BookingSettings,
    Client,
    ClientMessage,
    ClientPortalPage,
    Clinician,
    Location,
    PortalPolicy,
    PortalSettings,
    TimeOff,
    WorkingHours,
)

from .factories import make_client

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo():
    """The demo clinic, as the command makes it; what it printed."""
    out = io.StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("clientportal_demo", "--port=8099", "--password=tea and biscuits", stdout=out)
    return out.getvalue()


def forget():
    """Take everything away that the command made, so that it can run again."""
    for model in (ClientMessage, AppointmentEvent, Appointment, Client, TimeOff, Clinician, Location, AppointmentType):
        model.objects.all().delete()
    get_user_model().objects.all().delete()


def test_the_clinic_has_the_size_that_was_promised(demo):
    counts = [model.objects.count() for model in (Location, Clinician, AppointmentType, Client, Appointment)]
    assert counts == [2, 4, 6, 60, 400]
    assert WorkingHours.objects.values("clinician").distinct().count() == 4
    assert TimeOff.objects.exists()


def test_it_prints_what_somebody_needs_to_try_it(demo):
    client = Client.objects.get(external_ref="demo-01")
    page = ClientPortalPage.objects.get()
    assert page.get_full_url() == f"http://localhost:8099/{page.slug}/"
    for needed in (page.get_full_url(), "http://localhost:8099/admin/", client.email, client.mobile, client.postcode):
        assert needed in demo
    assert "09/12/1956 (day, month, year)" in demo
    assert "demo-staff, password tea and biscuits" in demo


def test_the_accounts_that_it_prints_work(demo):
    User = get_user_model()
    staff, clinician = (User.objects.get(username=name) for name in ("demo-staff", "demo-clinician"))
    assert staff.check_password("tea and biscuits")
    assert staff.is_superuser
    assert clinician.check_password("tea and biscuits")
    assert not clinician.is_superuser
    assert clinician.has_perm("wagtailadmin.access_admin")
    assert clinician.clinician in Clinician.objects.all()


def test_a_password_that_nobody_chose_is_not_a_known_one():
    printed = []
    for _ in range(2):
        out = io.StringIO()
        call_command("clientportal_demo", stdout=out)
        printed.append(next(line for line in out.getvalue().splitlines() if "demo-staff" in line).split()[-1])
        forget()
    assert printed[0] != printed[1]
    assert min(map(len, printed)) >= 12


def test_the_portal_is_on_with_a_policy_that_permits(demo):
    settings = PortalSettings.for_site(Site.objects.get(is_default_site=True))
    assert settings.enabled
    assert settings.default_policy.live
    assert settings.default_policy.changes_enabled
    assert ClientPortalPage.objects.live().count() == 1


def test_the_demo_client_can_change_and_cancel(demo):
    client = Client.objects.get(external_ref="demo-01")
    coming = client.appointments.filter(start__gt=NOW, holds_place=True)
    assert coming.count() == 3
    for appointment in coming:
        assert appointment.start > NOW + timedelta(days=3)
        assert appointment.clinician.available_online
    assert client.appointments.filter(start__lt=NOW).exists()


def test_online_booking_has_what_is_free_a_deposit_a_full_price_and_what_one_clinician_alone_does(demo):
    who = Count("clinicians", filter=Q(clinicians__available_online=True))
    offered = AppointmentType.objects.annotate(who=who).filter(who__gt=0)
    assert BookingSettings.for_site(Site.objects.get(is_default_site=True)).enabled
    assert offered.filter(price=0, payment="none").exists()
    assert {one.payment for one in offered} == {"none", "deposit", "full"}
    assert {True, False} == {one.who == 1 for one in offered}


def test_each_clinician_is_introduced_with_a_portrait(demo):
    for clinician in Clinician.objects.select_related("photo"):
        assert clinician.introduction
        assert (clinician.photo.width, clinician.photo.height) == (384, 384)


def test_nobody_is_booked_twice(demo):
    for field in ("clinician", "client"):
        by_person = {}
        for appointment in Appointment.objects.filter(holds_place=True).order_by("start"):
            by_person.setdefault(getattr(appointment, f"{field}_id"), []).append(appointment)
        for appointments in by_person.values():
            for earlier, later in pairwise(appointments):
                assert earlier.busy_until <= later.start


def test_appointments_lie_inside_working_hours_and_outside_time_off(demo):
    everything_off = list(TimeOff.objects.all())
    hours = list(WorkingHours.objects.all())
    for appointment in Appointment.objects.select_related("location"):
        start, end = appointment.local_start, appointment.local_end
        assert any(
            one.clinician_id == appointment.clinician_id
            and one.location_id == appointment.location_id
            and one.weekday == start.weekday()
            and one.start <= start.time()
            and end.time() <= one.end
            for one in hours
        ), appointment
        for off in everything_off:
            meant = off.clinician_id in (None, appointment.clinician_id)
            here = off.location_id in (None, appointment.location_id)
            assert not (meant and here and off.start < appointment.end and appointment.start < off.end)


def test_busy_until_and_holds_place_are_what_a_saved_appointment_has(demo):
    for appointment in Appointment.objects.select_related("appointment_type", "status"):
        assert appointment.holds_place == appointment.status.attending
        assert appointment.end - appointment.start == timedelta(minutes=appointment.appointment_type.duration_minutes)
        assert appointment.buffer == timedelta(minutes=appointment.appointment_type.buffer_minutes)


def test_the_diary_lies_around_today(demo):
    starts = Appointment.objects.values_list("start", flat=True)
    assert NOW - timedelta(days=183) < min(starts) < NOW - timedelta(days=150)
    assert NOW + timedelta(days=30) < max(starts) < NOW + timedelta(days=43)


def test_statuses_fit_the_time(demo):
    past = Counter(Appointment.objects.filter(start__lt=NOW).values_list("status__name", flat=True))
    future = Counter(Appointment.objects.filter(start__gt=NOW).values_list("status__name", flat=True))
    assert set(past) == {"Arrived", "Cancelled", "Did not attend"}
    assert set(future) == {"Booked", "Confirmed", "Cancelled"}
    assert past["Arrived"] > past["Cancelled"] > 0


def test_history_tells_how_each_appointment_came_to_be(demo):
    for appointment in Appointment.objects.prefetch_related("events"):
        events = list(appointment.events.all())
        assert events[0].kind == "booked"
        assert events[0].at < appointment.start
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[-1].at <= NOW
        assert (events[-1].new_status_id or appointment.status_id) == appointment.status_id


def test_the_families_and_the_incomplete_are_there(demo):
    rosa, tom = Client.objects.filter(last_name="Winterbourne").order_by("first_name")
    assert (rosa.email_key, rosa.date_of_birth) == (tom.email_key, tom.date_of_birth)
    assert rosa.email_key
    parent, child = Client.objects.filter(last_name="Adeyemi").order_by("date_of_birth")
    assert parent.mobile_key == child.mobile_key != ""
    assert child.date_of_birth.year - parent.date_of_birth.year > 18
    assert Client.objects.filter(postcode="").count() == 1
    assert Client.objects.filter(is_active=False).count() == 1
    assert not Client.objects.filter(is_active=False, appointments__start__gt=NOW).exists()


def test_no_contact_is_anybodys(demo):
    for client in Client.objects.all():
        assert client.email == "" or client.email.endswith("@example.org")
        assert client.mobile == "" or client.mobile_key.startswith("+447700900")
        client.full_clean()


def test_it_refuses_where_there_are_clients():
    make_client()
    with pytest.raises(CommandError, match="clients in this database already"):
        call_command("clientportal_demo")
    assert Client.objects.count() == 1
    assert not Appointment.objects.exists()
    assert not PortalSettings.objects.filter(enabled=True).exists()


def test_it_keeps_the_password_of_an_account_that_exists():
    get_user_model().objects.create_user("demo-staff", password="mine")
    out = io.StringIO()
    call_command("clientportal_demo", "--password=other", stdout=out)
    assert get_user_model().objects.get(username="demo-staff").check_password("mine")
    assert "demo-staff" not in out.getvalue()


def test_it_copes_with_a_clinic_that_deleted_the_first_records():
    PortalSettings.objects.all().delete()
    PortalPolicy.objects.all().delete()
    AppointmentStatus.objects.all().delete()
    call_command("clientportal_demo", stdout=io.StringIO())
    assert PortalSettings.objects.get(enabled=True).default_policy.live
    assert AppointmentStatus.objects.filter(is_default=True).count() == 1


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),  # the night the clocks go forward
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),  # and back
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
        datetime(2026, 12, 25, 12, tzinfo=UTC),
        datetime(2027, 1, 2, 3, tzinfo=UTC),
    ],
)
def test_it_works_on_any_day(moment):
    make_demo_clinic(now=moment, password="x", hostname="localhost", port=8000)
    assert Appointment.objects.count() == 400
    assert Client.objects.get(external_ref="demo-01").appointments.filter(start__gt=moment).count() == 3


def test_two_runs_on_one_day_make_the_same_clinic():
    def people():
        return list(Client.objects.order_by("pk").values_list("first_name", "last_name", "postcode", "date_of_birth"))

    make_demo_clinic(now=NOW, password="x", hostname="localhost", port=8000)
    first = people(), list(Appointment.objects.order_by("start", "clinician__name").values_list("start", flat=True))
    forget()
    make_demo_clinic(now=NOW + timedelta(minutes=1), password="x", hostname="localhost", port=8000)
    second = people(), list(Appointment.objects.order_by("start", "clinician__name").values_list("start", flat=True))
    assert first == second


def manage(folder, *command):
    """One of the sandbox's own commands, on a database in *folder*; what it printed."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "sandbox.settings", "SANDBOX_VAR": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, migrated_sandbox):
    """The folder of a sandbox clinic, and what was printed when it was made."""
    folder = tmp_path_factory.mktemp("sandbox")
    shutil.copy(migrated_sandbox, folder)
    return folder, manage(folder, "sandbox_clinic", "--port=8001", "--password=demo")


def test_the_sandbox_makes_one_and_keeps_it(sandbox):
    folder, first = sandbox
    assert "http://localhost:8001/portal/" in first
    assert f"{folder}/mail/" in first
    again = manage(folder, "sandbox_clinic", "--port=8002", "--password=demo")
    assert again == first.replace(":8001/", ":8002/")


def left_over(folder):
    """The processes of this machine that were started with *folder* as the sandbox's."""
    mark = f"SANDBOX_VAR={folder}\0".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in environ.read_bytes() + b"\0":
                found.append(environ.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are listed under /proc here alone")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_ends_its_web_server_and_its_worker(sandbox, number):
    folder, _printed = sandbox
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clinic = subprocess.Popen(
        [sys.executable, "sandbox/run.py"],
        cwd=ROOT,
        env=os.environ | {"SANDBOX_VAR": str(folder), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    printed = []
    try:
        for line in clinic.stdout:
            printed.append(line)
            if line.startswith("Ctrl-C ends"):
                break
        assert f"http://localhost:{port}/portal/" in "".join(printed), printed
        with urllib.request.urlopen(f"http://localhost:{port}/portal/") as response:
            assert response.status == 200
        with urllib.request.urlopen(f"http://localhost:{port}/") as response:
            front = response.read().decode()
        assert '<a href="/book/">Book an appointment</a>' in front
        assert '<a href="/portal/">Manage your appointment</a>' in front
        assert len(left_over(folder)) >= 3  # itself, the web server, the worker and its own workers
    finally:
        clinic.send_signal(number)
        clinic.communicate(timeout=30)
    assert clinic.returncode == 0
    assert left_over(folder) == []


def test_the_sandbox_says_so_when_its_port_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "sandbox/run.py"],
            cwd=ROOT,
            env=os.environ | {"SANDBOX_VAR": str(tmp_path), "PORT": port},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"Port {port} can't be used" in done.stderr
    assert list(tmp_path.iterdir()) == []
