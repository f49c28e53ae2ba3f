"""A manager brings in a file: upload, match the columns, see what would come of it, import, read what was refused."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.exchange.conftest import xlsx
from tests.factories import NOW, make_client
from wagtail_clientportal.exchange import importing
from wagtail_clientportal.exchange.runs import FORGET_AFTER, LEASE, go_on, work_on
from wagtail_clientportal.models import Client, ImportRun

INDEX = "clientportal_importrun:index"
MINUTE = timedelta(minutes=1)
HEADINGS = "Kennung,First name,Surname,Phone,Notes\n"


@pytest.fixture
def manager(client, db):
    """Django's test client, signed in as a clinic manager."""
    user = get_user_model().objects.create_user("manager", password="secret", first_name="Mia")
    user.groups.add(Group.objects.get(name="Clinic manager"))
    client.force_login(user)
    return client


def upload(browser, content, kind="clients", name="clients.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    return browser.post(reverse(INDEX), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def run_url():
    return reverse("clientportal_importrun:run", args=[ImportRun.objects.get().pk])


def step(browser, name, **values):
    return browser.post(run_url(), {"step": name} | values)


def page(browser):
    return " ".join(browser.get(run_url()).content.decode().split())


def people(number):
    return "".join(f"K{one},First {one},Last {one},,\n" for one in range(number))


MATCHED = {"external_ref": "Kennung", "first_name": "First name", "last_name": "Surname", "mobile": "Phone"}


def tried(browser, content):
    upload(browser, content)
    assert step(browser, "try", **MATCHED).status_code == 302
    work_on(ImportRun.objects.get().pk, now=NOW)


def test_a_heading_of_several_lines_can_be_chosen(manager):
    upload(manager, xlsx([["Client\nref", "First\r\nname", " Last  name"], ["K1", "Ann", "Lee"]]))
    offered = {one.get("value") for one in BeautifulSoup(manager.get(run_url()).content, "html.parser")("option")}
    assert offered == {"", "Client ref", "First name", "Last name"}  # a browser sends each back as it stands
    columns = {"external_ref": "Client ref", "first_name": "First name", "last_name": "Last name"}
    assert step(manager, "try", **columns).status_code == 302


def test_a_file_is_uploaded_matched_tried_and_imported(manager):
    assert upload(manager, HEADINGS + people(3) + "K9,,Nameless,,\n").url == run_url()
    shown = page(manager)
    assert "First 0" in shown  # as it was read, to see that it is right
    assert '<option value="Surname" selected>' in shown and '<option value="Phone" selected>' in shown
    assert '<option value="Kennung" selected>' not in shown  # nobody can guess that

    step(manager, "try", **MATCHED)
    assert "The file is being tried. Nothing is imported yet." in page(manager)
    assert manager.get(run_url())["Refresh"] == "3"
    work_on(ImportRun.objects.get().pk, now=NOW)
    shown = page(manager)
    assert "<dt>New</dt><dd>3</dd>" in shown and "<dt>Refused</dt><dd>1</dd>" in shown
    assert "Row 5, First name: This cell is empty. It has to be filled in." in shown
    assert "Import 3 rows" in shown and not Client.objects.exists()

    step(manager, "import")
    assert 'max="100" value="20"' in page(manager)
    work_on(ImportRun.objects.get().pk, now=NOW)
    shown = page(manager)
    assert "Imported: Mon 23 Nov 2026, 08:00." in shown
    assert "Refresh" not in manager.get(run_url())
    assert Client.objects.count() == 3
    assert not ImportRun.objects.get().parts.exists() and not ImportRun.objects.get().examples  # of no more use


@pytest.mark.parametrize("content", [HEADINGS + people(3), xlsx([["First name", "Surname"], ["Ann", "Other"]])])
def test_a_large_file_is_read_from_the_disk(manager, settings, content):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    upload(manager, content)
    assert {"first_name", "last_name"} <= ImportRun.objects.get().columns.keys()


def test_the_first_column_of_two_that_would_do_is_not_guessed(manager):
    upload(manager, "external_ref,first_name,First name,last_name\nA1,a,b,c\n")
    assert "first_name" not in ImportRun.objects.get().columns


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"external_ref": ""}, "Choose the column that holds this."),
        ({"external_ref": "Made up"}, "Select a valid choice."),
        ({"external_ref": "Phone"}, "One column was chosen for two things."),
    ],
)
def test_columns_that_do_not_fit_are_said_beside_the_form(manager, chosen, told):
    upload(manager, HEADINGS + people(1))
    response = step(manager, "try", **MATCHED | chosen)
    assert told in response.content.decode()
    assert ImportRun.objects.get().state == "uploaded"


def test_a_file_that_is_no_table_is_refused_beside_its_field(manager):
    response = upload(manager, b"\0" * 100)
    assert "This isn’t a table that can be read." in response.content.decode()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("kind", ["clients", "clinicians", "hours", "appointments"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_files_to_begin_with_are_understood(manager, kind, ending):
    url = reverse("clientportal_importrun:template")
    upload(manager, manager.get(url, {"kind": kind, "format": ending}).content, kind)
    run = ImportRun.objects.get()
    assert len(run.columns) == len(run.headings) > 4


def test_refused_rows_are_downloaded_with_why_and_no_formula_and_can_be_uploaded_again(manager):
    tried(manager, HEADINGS + "K1,Ann,Other,12,=cmd()\nK2,Ann,,+44 7700 900123,\n")
    response = manager.get(reverse("clientportal_importrun:refused", args=[ImportRun.objects.get().pk]))
    content = b"".join(response.streaming_content)
    head, first, _second = content.decode("utf-8-sig").splitlines()
    assert head == "Kennung,First name,Surname,Phone,Notes,Row,Column,Why it was refused"
    assert first.startswith("K1,Ann,Other,12,'=cmd(),2,Phone,\"Enter a mobile number")
    ImportRun.objects.all().delete()
    tried(manager, content.replace(b"K2,Ann,,", b"K2,Ann,Other,"))
    step(manager, "import")
    work_on(ImportRun.objects.get().pk, now=NOW)
    assert Client.objects.get().mobile == "+44 7700 900123"


def test_what_was_tried_can_be_tried_again_otherwise(manager):
    tried(manager, HEADINGS + "K1,Ann,Other,12,\n")
    assert ImportRun.objects.get().refused == 1
    step(manager, "try", **MATCHED | {"mobile": ""})
    work_on(ImportRun.objects.get().pk, now=NOW)
    run = ImportRun.objects.get()
    assert (run.new, run.refused) == (1, 0) and not run.refusals.exists()


def test_what_was_never_tried_is_not_imported(manager):
    upload(manager, HEADINGS + people(1))
    response = manager.post(run_url(), {"step": "import"}, follow=True)
    assert "Somebody else went on with this import in the meantime." in response.content.decode()
    assert ImportRun.objects.get().state == "uploaded"


def test_a_file_that_is_not_whole_any_more_is_not_imported(manager):
    tried(manager, HEADINGS + people(3))
    part = ImportRun.objects.get().parts.get()
    part.data = bytes(part.data).replace(b"First 0", b"Forst 0")
    part.save()
    step(manager, "import")
    work_on(ImportRun.objects.get().pk, now=NOW)
    assert "The file isn’t whole any more. Upload it again." in page(manager)
    assert not Client.objects.exists()


def test_when_a_worker_dies_another_one_goes_on_and_counts_each_row_once(manager, monkeypatch):
    tried(manager, HEADINGS + people(250))
    step(manager, "import")
    pk, batches, write = ImportRun.objects.get().pk, [], importing._write

    def dies(*arguments):
        batches.append(1)
        if len(batches) == 2:
            raise SystemExit
        write(*arguments)

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(importing, "_write", dies)
        work_on(pk, now=NOW)
    assert Client.objects.count() == ImportRun.objects.get().new == 100
    work_on(pk, now=NOW + MINUTE)  # the dead one's lease isn't over
    assert Client.objects.count() == 100
    work_on(pk, now=NOW + LEASE)
    run = ImportRun.objects.get()
    assert (run.state, run.new, run.unchanged, Client.objects.count()) == ("done", 250, 0, 250)


def test_what_nobody_has_in_hand_is_handed_to_the_worker_one_after_the_other(manager, monkeypatch):
    handed = []
    monkeypatch.setattr("wagtail_clientportal.exchange.runs.enqueue", lambda task, pk, timeout: handed.append(pk))
    common = {"kind": "clients", "file_name": "c.csv", "created_at": NOW}
    leased = ImportRun.objects.create(state="importing", leased_until=NOW + MINUTE, **common)
    waiting = ImportRun.objects.create(state="trying", **common)
    go_on(NOW)
    assert handed == []
    work_on(waiting.pk, now=NOW)
    assert ImportRun.objects.get(pk=waiting.pk).leased_until is None
    go_on(NOW + MINUTE)
    assert handed == [leased.pk]


def test_a_file_is_deleted_and_what_is_old_is_forgotten(manager):
    tried(manager, HEADINGS + people(1))
    old = ImportRun.objects.create(kind="clients", file_name="c.csv", created_at=NOW - FORGET_AFTER - MINUTE)
    go_on(NOW)
    assert not ImportRun.objects.filter(pk=old.pk).exists()
    step(manager, "import")
    step(manager, "forget")
    assert ImportRun.objects.get().state == "importing"  # not while it is at work
    work_on(ImportRun.objects.get().pk, now=NOW)
    step(manager, "forget")
    assert not ImportRun.objects.exists() and Client.objects.count() == 1


def test_without_a_worker_nothing_is_uploaded_and_the_page_says_so(manager, settings):
    del settings.Q_CLUSTER
    response = upload(manager, HEADINGS + people(1))
    assert "This site has no worker" in response.content.decode() and "multipart" not in response.content.decode()
    assert not ImportRun.objects.exists()


def test_who_reaches_only_some_records_imports_none(staff_with, db):
    make_client()
    assert staff_with("add_importrun", own_diary=True).get(reverse(INDEX)).status_code != 200


def test_the_menu_leads_managers_to_it(manager):
    assert reverse(INDEX) in manager.get(reverse("wagtailadmin_home")).content.decode()
