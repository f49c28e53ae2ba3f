"""Take the person out of a client's record, and leave the record."""

from datetime import datetime

from ...outbox.channels.registry import channels
from ...practice.models import Client


def forget_the_person(client: Client, first_name: str, last_name: str, now: datetime) -> None:
    """Take from the record whatever says who it was about, and call it by these names."""
    client.first_name, client.last_name = first_name, last_name
    client.email = client.mobile = client.postcode = client.external_ref = client.portal_access_reason = ""
    client.language = client.note = ""
    client.date_of_birth = None
    client.email_opt_in = client.sms_opt_in = client.email_reminders = client.sms_reminders = False
    client.is_active = client.portal_access = False
    client.anonymised_at = now
    client.save()
    for channel in channels():
        channel.forget(client)
