"""`clientportal_uninstall`: what it takes along, what it leaves, and what it exports first."""

import csv
import io
import json
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django_q.models import OrmQ, Schedule, Task
from django_q.tasks import async_task
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page

from tests.factories import NOW, make_client, make_location, make_type
from tests.whatsapp.models import WhatsAppConsent
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import (
    Appointment,
    AppointmentStatus,
    Client,
    ClientPortalPage,
    Clinician,
    PortalSettings,
    WorkingHours,
)
from wagtail_clientportal.outbox.schedule import SCHEDULES, after_migrate


def uninstall(*options):
    """What the command printed."""
    out = io.StringIO()
    call_command("clientportal_uninstall", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def rows_of_ours():
    models = apps.get_app_config("wagtail_clientportal").get_models(include_auto_created=True)
    return {model.__name__: count for model in models if (count := model._base_manager.count())}


@pytest.fixture
def used(clinic):
    """A clinic that has been used for a while, with what other apps know of it."""
    after_migrate(None, using="default")
    async_task("wagtail_clientportal.actions.deliver.deliver", 1)
    async_task("math.copysign", 1, -1)
    Task.objects.create(
        id="1" * 32, name="one", func="wagtail_clientportal.actions.purge.purge", started=NOW, stopped=NOW
    )
    clinic.clinician.save()
    clinic.page.save_revision().publish()
    cancel(clinic.appointment, by=None, now=NOW)
    log(clinic.client, "wagtail.edit")
    get_user_model().objects.create_user("rita").groups.add(Group.objects.get(name="Clinic receptionist"))
    yield clinic
    ContentType.objects.clear_cache()  # of those that were made anew, and are rolled back


def test_a_dry_run_lists_it_all_and_deletes_nothing(used):
    before = rows_of_ours()
    told = uninstall("--dry-run")
    for line in (
        "1 pages: Your appointments (/home/portal/)",
        f"{len(SCHEDULES)} entries of the worker's timetable",
        "1 tasks in the worker's queue",
        "1 results of tasks",
        "4 groups: Clinic editor (0 people), Clinic manager (0 people), Clinic receptionist (1 people)",
        "1 clients",
        "1 appointments",
    ):
        assert line in told
    assert rows_of_ours() == before
    assert "migrate wagtail_clientportal zero" not in told


def test_it_asks_and_any_answer_but_the_word_deletes_nothing(used, monkeypatch):
    before = rows_of_ours()
    for answer in ("y", "yes", ""):
        monkeypatch.setattr("builtins.input", lambda _question, answer=answer: answer)
        with pytest.raises(CommandError, match="Nothing was deleted"):
            uninstall()
    assert rows_of_ours() == before
    monkeypatch.setattr("builtins.input", lambda _question: "uninstall")
    assert "migrate wagtail_clientportal zero" in uninstall()
    assert rows_of_ours() == {}


def test_nothing_of_the_portal_is_left_and_all_else_stays(used):
    Group.objects.create(name="Gardeners")
    uninstall("--no-input")
    assert rows_of_ours() == {}
    assert not ContentType.objects.filter(app_label="wagtail_clientportal").exists()
    assert not Permission.objects.filter(content_type__app_label="wagtail_clientportal").exists()
    assert not Schedule.objects.filter(func__startswith="wagtail_clientportal").exists()
    assert [one.func() for one in OrmQ.objects.all()] == ["math.copysign"]
    assert not Task.objects.exists() and not ModelLogEntry.objects.exists()
    assert set(Group.objects.values_list("name", flat=True)) == {"Moderators", "Editors", "Gardeners"}
    assert get_user_model().objects.filter(username="rita").exists()
    [home] = Page.objects.filter(depth=2)
    assert home.numchild == 0 and Page.find_problems() == ([], [], [], [], [])
    connection.check_constraints()
    assert "Nothing of the portal is left" in uninstall("--no-input")


def test_a_group_with_other_work_is_kept_without_what_was_the_portals(used):
    manager = Group.objects.get(name="Clinic manager")
    manager.permissions.add(Permission.objects.get(codename="add_image"))
    uninstall("--no-input")
    left = manager.permissions.exclude(codename__startswith="choose_")
    assert list(left.values_list("codename", flat=True).order_by("codename")) == ["access_admin", "add_image"]


def test_pages_below_the_portals_are_named_before_they_go(used):
    used.page.add_child(instance=Page(title="House rules", slug="rules"))
    assert "1 pages below them: House rules (/home/portal/rules/)" in uninstall("--dry-run")
    uninstall("--no-input")
    assert not Page.objects.filter(title="House rules").exists()


def test_rows_of_other_apps_that_point_here_are_dealt_with_first(used):
    WhatsAppConsent.objects.create(client=used.client)
    err = io.StringIO()
    with pytest.raises(CommandError, match="Rows of other apps point at the portal's"):
        call_command("clientportal_uninstall", "--no-input", stdout=io.StringIO(), stderr=err)
    assert "whatsapp.WhatsAppConsent → wagtail_clientportal.Client: 1" in err.getvalue()
    assert Client.objects.exists()


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_exported_can_be_imported_again(used, tmp_path):
    make_client(first_name="=1+1", last_name="Bloggs", mobile="+44 7700 900456", external_ref="A7")
    gone = make_client(first_name="Nobody", last_name="Here")
    gone.anonymised_at = NOW
    gone.save()
    folder = tmp_path / "clinic" / "export"
    told = uninstall("--no-input", f"--export={folder}")
    assert f"Written: {folder / 'clients.csv'} (2)" in told
    assert Client.objects.count() == 0

    margaret, jo = table(folder / "clients.csv")
    assert margaret["external_ref"].startswith("portal-") and margaret["date_of_birth"] == "1956-12-09"
    assert (jo["first_name"], jo["mobile"], jo["external_ref"]) == ("'=1+1", "'+44 7700 900456", "A7")
    [archive] = [one for one in (folder / "clients").iterdir() if margaret["external_ref"].endswith(one.stem[7:])]
    with ZipFile(archive) as held:
        assert json.loads(held.read("client.json"))["client"]["last_name"] == "Hale"

    # The tables are still there in this test: a clinic begins anew.
    location, kind = make_location(), make_type()
    AppointmentStatus.objects.create(name="Booked", is_default=True)
    AppointmentStatus.objects.create(name="Cancelled", attending=False)
    for kind_of_file in ("clinicians", "hours", "clients", "appointments"):
        call_command(
            "clientportal_import", folder / f"{kind_of_file}.csv", f"--kind={kind_of_file}", stdout=io.StringIO()
        )
    again = Appointment.objects.get()
    assert (again.client.last_name, again.start, again.status.name) == ("Hale", used.appointment.start, "Cancelled")
    assert again.location == location and again.appointment_type == kind
    assert WorkingHours.objects.filter(clinician=Clinician.objects.get()).count() == 5
    assert Client.objects.get(external_ref="A7").mobile == "+44 7700 900456"


def test_an_export_goes_into_an_empty_folder_or_nothing_is_deleted(used, tmp_path):
    (tmp_path / "letter.txt").write_text("hello")
    with pytest.raises(CommandError, match=r"isn't empty.*Nothing was deleted"):
        uninstall("--no-input", f"--export={tmp_path}")
    with pytest.raises(CommandError, match="can't be written to"):
        uninstall("--no-input", f"--export={tmp_path / 'letter.txt'}")
    assert PortalSettings.objects.exists() and ClientPortalPage.objects.exists()
