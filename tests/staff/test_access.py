"""Nobody sees a client who wasn't given the permission."""

import pytest
from django.urls import reverse

from wagtail_clientportal.models import Client

from .urls_of_the_app import OURS, named_patterns, names_of_views_about_us, our_urls

SECRETS = ["Margaret", "Hale", "margaret@example.org", "07700 900123", "SW1A 1AA", "is late.", "mailbox is full"]

# Wagtail lets every editor choose among snippets, and asks before a workflow is cancelled: of ours that shows the
# name of a policy, which clients read anyway.
OPEN_TO_EDITORS = ("snippetchoosers", "confirm_workflow_cancellation")

NOT_PAGES = ("wagtailadmin_logout", "wagtailadmin_error_test")


def leaks(response):
    body = b"".join(response) if response.streaming else response.content
    return [secret for secret in SECRETS if secret in body.decode(errors="replace")]


def test_no_url_about_our_models_escapes_these_tests():
    assert names_of_views_about_us()
    assert [name for name in names_of_views_about_us() if not OURS.search(name)] == []


def test_a_plain_editor_opens_none_of_our_screens(staff_with, records):
    editor = staff_with()
    opened = []
    for name, url in our_urls(records):
        for response in (editor.get(url), editor.post(url)):
            assert not leaks(response), name
            if response.status_code == 200 and not any(part in name for part in OPEN_TO_EDITORS):
                opened.append(name)
    assert opened == []


def test_a_plain_editor_cannot_tell_which_records_exist(staff_with, records):
    editor = staff_with()
    for name, url in our_urls(records):
        if any(part in name for part in (":edit", "inspect", ":delete", "_appointment:", "_chooser:chosen")):
            if name.endswith(":new"):
                continue
            pk = str(next(iter(editor.get(url).resolver_match.kwargs.values())))
            missing = url.replace(f"/{pk}/", "/987654/")
            assert missing != url
            if not name.startswith("wagtailsnippets"):
                assert editor.get(missing).status_code == editor.get(url).status_code == 302, name


def test_no_page_of_the_admin_shows_a_client_to_a_plain_editor(staff_with, boss, records):
    # Leave traces in the log first, as staff do.
    edit = reverse("clientportal_client:edit", args=[records["client"].pk])
    data = {"first_name": "Margaret", "last_name": "Hale", "postcode": "SW1A 1AA"}
    data |= {"is_active": "on", "portal_access": "on"}
    assert boss.post(edit, data, follow=True).status_code == 200
    editor = staff_with()
    seen = 0
    for name, pattern in named_patterns():
        if pattern.pattern.regex.groups or not name.startswith("wagtail") or name in NOT_PAGES:
            continue
        response = editor.get(reverse(name), {"q": "Margaret"})
        seen += response.status_code == 200
        assert not [secret for secret in leaks(response) if secret != "Margaret"], name
    assert seen > 10


def test_the_menu_is_not_offered_to_a_plain_editor(staff_with, db):
    assert "Client portal" not in staff_with().get(reverse("wagtailadmin_home")).content.decode()


def test_the_menu_offers_what_somebody_may_see(staff_with, db):
    home = staff_with("view_appointment").get(reverse("wagtailadmin_home")).content.decode()
    assert "Client portal" in home
    assert reverse("wagtail_clientportal_appointment_modeladmin_index") in home
    assert reverse("clientportal_client:index") not in home


def test_whoever_may_view_clients_reads_but_does_not_write(staff_with, records):
    reader = staff_with("view_client")
    pk = records["client"].pk
    assert reader.get(reverse("clientportal_client:inspect", args=[pk])).status_code == 200
    for view in ("edit", "delete"):
        assert reader.post(reverse(f"clientportal_client:{view}", args=[pk])).status_code == 302
    assert Client.objects.filter(pk=pk, first_name="Margaret").exists()


def test_an_appointment_shows_no_message_to_somebody_who_may_not_read_messages(staff_with, records):
    reader = staff_with("view_appointment")
    url = reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[records["appointment"].pk])
    page = reader.get(url).content.decode()
    assert "Margaret Hale" in page
    assert "is late." not in page
    assert "mailbox is full" not in page


@pytest.mark.parametrize("action", ["delete", "publish", "unpublish"])
def test_bulk_actions_are_closed_to_a_plain_editor(staff_with, records, action):
    url = f"/admin/bulk/wagtail_clientportal/portalpolicy/{action}/?id={records['portalpolicy'].pk}"
    response = staff_with().post(url)
    records["portalpolicy"].refresh_from_db()
    assert response.status_code in (302, 404)
    assert records["portalpolicy"].live


@pytest.mark.parametrize(
    "codename",
    [
        *(f"{action}_client" for action in ("add", "change", "delete", "view")),
        *(f"{action}_timeoff" for action in ("add", "change", "delete", "view")),
        *(f"{action}_appointment" for action in ("add", "change")),
        *(f"view_{register}" for register in ("appointment", "clientmessage", "outboundmessage")),
        "change_clientmessage",
        "change_outboundmessage",
        "publish_portalpolicy",
        "publish_communicationtemplate",
        "change_portalsettings",
        "change_bookingsettings",
        "read_reports",
    ],
)
def test_a_permission_can_be_given_to_a_group(boss, db, codename):
    offered = boss.get(reverse("wagtailusers_groups:add")).context["form"].registered_permissions
    assert offered.filter(content_type__app_label="wagtail_clientportal", codename=codename).exists()


def test_no_permission_is_offered_that_does_nothing(boss, db):
    offered = boss.get(reverse("wagtailusers_groups:add")).context["form"].registered_permissions
    for register, expected in (
        ("appointment", {"view_appointment", "add_appointment", "change_appointment", "read_reports"}),
        ("clientmessage", {"view_clientmessage", "change_clientmessage"}),
        ("outboundmessage", {"view_outboundmessage", "change_outboundmessage"}),
    ):
        assert set(offered.filter(content_type__model=register).values_list("codename", flat=True)) == expected
