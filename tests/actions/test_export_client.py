import json
from io import BytesIO
from zipfile import ZipFile

from django.contrib.auth import get_user_model

from tests.factories import NOW
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.export_client import export_client
from wagtail_clientportal.practice.models import ClientLogEntry


def test_what_is_held_about_a_client_is_given_and_the_log_says_by_whom(clinic):
    desk = get_user_model().objects.create_user("desk")
    cancel(clinic.appointment, message="My hip is worse", by=clinic.client, now=NOW)
    archive = ZipFile(BytesIO(export_client(clinic.client, by=desk, now=NOW)))
    held = json.loads(archive.read("client.json"))
    assert held["exported_at"]["utc"] == NOW.isoformat()
    assert [event["what"] for event in held["appointments"][0]["history"]][-1] == "cancelled"
    written = [archive.read(name).decode() for name in archive.namelist() if name.endswith("from-the-client.txt")]
    assert len(written) == 1 and written[0].endswith("My hip is worse\n")
    assert ClientLogEntry.objects.about(clinic.client).get(action="clientportal.export").user == desk
