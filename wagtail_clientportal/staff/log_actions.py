"""What Wagtail's log says of things that only happen here, and to whom."""

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from ..practice.models import Client, ClientRecord

OPENED = "clientportal.open"

ACTIONS = {
    OPENED: (_("Open"), _("Opened the record")),
    "clientportal.export": (_("Export"), _("Exported everything that is held")),
    "clientportal.export_list": (_("Export list"), _("Exported a list")),
    "clientportal.send_link": (_("Send sign-in link"), _("Sent a sign-in link")),
    "clientportal.revoke_links": (_("End links and sessions"), _("Ended all links and sessions")),
    "clientportal.send_appointment_link": (_("Send appointment link"), _("Sent the link to an appointment again")),
    "clientportal.revoke_appointment_links": (_("Revoke appointment links"), _("Revoked the links to an appointment")),
    "clientportal.portal_access_on": (_("Portal access on"), _("Gave portal access")),
    "clientportal.portal_access_off": (_("Portal access off"), _("Took portal access away")),
    "clientportal.anonymise": (_("Anonymise"), _("Anonymised the record")),
    "clientportal.stop_emails": (_("Stop emails"), _("The client stopped emails about appointments")),
    "clientportal.resume_emails": (_("Resume emails"), _("The client wants emails about appointments again")),
}


def register_log_actions(actions) -> None:
    """Wagtail's ``register_log_actions`` hook."""
    for action, (label, message) in ACTIONS.items():
        actions.register_action(action, label, message)


def may_read_client_log(user) -> bool:
    return user.has_perm("wagtail_clientportal.read_client_log")


def log_of_clients():
    """Return the log of all clients' records, who opened them included."""
    kinds = ContentType.objects.get_for_models(Client, ClientRecord, for_concrete_models=False)
    return ModelLogEntry.objects.filter(content_type__in=kinds.values())


def log_of(client: Client):
    """Return all that the log says of *client*'s record."""
    return log_of_clients().filter(object_id=str(client.pk))
