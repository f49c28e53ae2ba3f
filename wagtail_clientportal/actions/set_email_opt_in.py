"""Stop or resume emails about appointments, as the client asks for it."""

from wagtail.log_actions import log

from ..practice.models import Client


def set_email_opt_in(client: Client, wanted: bool) -> None:
    """Write down whether *client* wants emails about appointments. Asking twice is no different from asking once.

    A sign-in link that is asked for is sent all the same.
    """
    changed = Client.objects.filter(pk=client.pk, email_opt_in=not wanted).update(email_opt_in=wanted)
    if changed:
        # Shown in the client's history, so that staff who wonder why nothing is sent find out.
        log(instance=client, action="clientportal.resume_emails" if wanted else "clientportal.stop_emails")
