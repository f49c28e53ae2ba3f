"""What is done with the ticked rows of a list: by whoever may, to what they reach, and named before it is done."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.factories import NOW, make_clinician
from wagtail_clientportal.models import ClientMessage, Notification, OutboundMessage


def address(model, action, *records):
    url = reverse("wagtail_bulk_action", args=["wagtail_clientportal", model, action])
    ticked = "&".join(f"id={getattr(record, 'pk', record)}" for record in records)
    return f"{url}?next=/admin/&{ticked}"


HANDLE, SEND_AGAIN, READ = ("clientmessage", "handle"), ("outboundmessage", "send_again"), ("notification", "read")
ALL = [HANDLE, SEND_AGAIN, READ]


@pytest.fixture
def told(boss, records):
    """A notification for whoever is signed in."""
    records["notification"].recipient = get_user_model().objects.get(username="boss")
    records["notification"].save()
    return records["notification"]


def test_messages_are_named_and_then_marked_as_handled(boss, records):
    waiting = records["clientmessage"]
    done = ClientMessage.objects.create(client=waiting.client, body="Done before.", handled_at=NOW)
    url = address(*HANDLE, waiting, done)
    page = boss.get(url).content.decode()
    assert "Margaret Hale: The &lt;b&gt;bus&lt;/b&gt; is late." in page and "Done before." not in page
    waiting.refresh_from_db()
    assert waiting.handled_at is None
    answer = boss.post(url, follow=True)
    assert "1 message is marked as handled." in answer.content.decode()
    waiting.refresh_from_db()
    assert (waiting.handled_at, waiting.handled_by.username) == (NOW, "boss")
    assert "They are all marked as handled already." in boss.get(url).content.decode()


def test_what_failed_is_sent_again_and_nothing_else(boss, records):
    failed = records["outboundmessage"]
    common = {"channel": "email", "recipient": "margaret@example.org"}
    sent = OutboundMessage.objects.create(about="booked", status="sent", dedupe_key="sent", **common)
    sign_in = OutboundMessage.objects.create(about="sign_in", status="failed", dedupe_key="sign-in", **common)
    url = address(*SEND_AGAIN, failed, sent, sign_in)
    assert boss.get(url).content.decode().count("<li>Changed appointment: Margaret Hale</li>") == 1
    assert "1 message will be sent again" in boss.post(url, follow=True).content.decode()
    statuses = [OutboundMessage.objects.get(pk=one.pk).status for one in (failed, sent, sign_in)]
    assert statuses == ["waiting", "sent", "failed"]


def test_notifications_are_read_but_what_is_to_do_waits(boss, told):
    to_do = Notification.objects.create(recipient=told.recipient, kind="client_not_told", appointment=told.appointment)
    url = address(*READ, told, to_do)
    assert boss.get(url).content.decode().count("<li>Margaret Hale changed an appointment</li>") == 1
    assert "1 notification is marked as read." in boss.post(url, follow=True).content.decode()
    told.refresh_from_db(), to_do.refresh_from_db()
    assert told.read_at == NOW and to_do.read_at is None


def test_nobodys_notifications_are_read_but_the_readers_own(boss, records):
    theirs = records["notification"]
    url = address(*READ, theirs)
    assert "Margaret" not in boss.get(url).content.decode()
    boss.post(url)
    theirs.refresh_from_db()
    assert theirs.read_at is None


@pytest.mark.parametrize("action", ALL)
def test_who_may_not_change_them_is_refused_without_a_name(staff_with, records, action):
    staff = staff_with("view_clientmessage", "view_outboundmessage") if action != READ else staff_with()
    url = address(*action, *records.values())
    for response in (staff.get(url), staff.post(url)):
        assert response.status_code == 302 and response.url == reverse("wagtailadmin_home")
    assert ClientMessage.objects.get().handled_at is None and OutboundMessage.objects.get().status == "failed"


@pytest.mark.parametrize("action", [HANDLE, SEND_AGAIN])
def test_a_clinician_does_nothing_to_a_colleagues_records(staff_with, records, action):
    staff = staff_with("change_clientmessage", "change_outboundmessage", own_diary=True)
    make_clinician(name="Ben", user=get_user_model().objects.get(username="sam"))
    record = records[action[0]]
    assert "Margaret" not in staff.get(address(*action, record)).content.decode()
    staff.post(address(*action, record))
    assert ClientMessage.objects.get().handled_at is None and OutboundMessage.objects.get().status == "failed"


@pytest.mark.parametrize("rubbish", ["all", "", "x", "²", "9" * 40, "-1"])
@pytest.mark.parametrize("action", ALL)
def test_rubbish_and_everything_are_done_to_nothing(boss, told, records, action, rubbish):
    for response in (boss.get(address(*action, rubbish)), boss.post(address(*action, rubbish))):
        assert response.status_code in (200, 302) and "Margaret" not in response.content.decode()
    told.refresh_from_db()
    assert told.read_at is None
    assert ClientMessage.objects.get().handled_at is None and OutboundMessage.objects.get().status == "failed"


@pytest.mark.parametrize("model", ["clientmessage", "outboundmessage"])
def test_rows_can_be_ticked_by_whoever_may_do_something_with_them(staff_with, records, model):
    staff = staff_with(f"view_{model}")
    register = reverse(f"wagtail_clientportal_{model}_modeladmin_index")
    assert "bulk-action" not in staff.get(register).content.decode()
    permission = get_user_model().objects.get(username="sam").user_permissions
    permission.add(permission.model.objects.get(codename=f"change_{model}"))
    page = staff.get(register).content.decode()
    pk = records[model].pk
    assert f'aria-describedby="row_{pk}_title"' in page and f'id="row_{pk}_title"' in page
    assert f"/bulk/wagtail_clientportal/{model}/" in page
