"""What a client says about the messages that they get: reminders by email, by text, and in which language."""

from django.db import transaction
from wagtail.log_actions import log

from ..practice import log_codes
from ..practice.models import Client

# Shown in the client's history, so that staff who wonder why nobody was reminded find out.
_LOGGED = {
    ("email_reminders", True): log_codes.EMAIL_REMINDERS_RESUMED,
    ("email_reminders", False): log_codes.EMAIL_REMINDERS_STOPPED,
    ("sms_reminders", True): log_codes.SMS_REMINDERS_RESUMED,
    ("sms_reminders", False): log_codes.SMS_REMINDERS_STOPPED,
}


def set_preferences(
    client: Client,
    *,
    email_reminders: bool | None = None,
    sms_reminders: bool | None = None,
    language: str | None = None,
) -> None:
    """Write down what *client* wants; ``None`` leaves it as it is. Asking twice is no different from asking once.

    Whatever else there is to say is said all the same: that an appointment was cancelled, say, or a sign-in link.

    :param language: code of the language that messages are in; "" for the site's own.
    """
    wanted = {"email_reminders": email_reminders, "sms_reminders": sms_reminders, "language": language}
    with transaction.atomic():
        for name, value in wanted.items():
            if value is None:
                continue
            if Client.objects.filter(pk=client.pk).exclude(**{name: value}).update(**{name: value}):
                log(client, _LOGGED.get((name, value), log_codes.LANGUAGE_CHOSEN))
