"""What Wagtail's log says of things that only happen here, and to whom."""

from django.utils.translation import gettext_lazy as _

from ...practice import log_codes
from ...practice.models import Client, ClientLogEntry
from ...practice.permissions import READ_CLIENT_LOG, full_name

ACTIONS = {
    log_codes.OPENED: (_("Open"), _("Opened the record")),
    log_codes.EXPORTED: (_("Export"), _("Exported everything that is held")),
    log_codes.LIST_EXPORTED: (_("Export list"), _("Exported a list")),
    log_codes.LINK_SENT: (_("Send sign-in link"), _("Sent a sign-in link")),
    log_codes.LINKS_REVOKED: (_("End links and sessions"), _("Ended all links and sessions")),
    log_codes.APPOINTMENT_LINK_SENT: (_("Send appointment link"), _("Sent the link to an appointment again")),
    log_codes.APPOINTMENT_LINKS_REVOKED: (_("Revoke appointment links"), _("Revoked the links to an appointment")),
    log_codes.PORTAL_ACCESS_ON: (_("Portal access on"), _("Gave portal access")),
    log_codes.PORTAL_ACCESS_OFF: (_("Portal access off"), _("Took portal access away")),
    log_codes.PAUSES_LIFTED: (_("Lift pauses"), _("Lifted the pauses")),
    log_codes.ANONYMISED: (_("Anonymise"), _("Anonymised the record")),
    log_codes.MERGED: (_("Merge records"), _("Merged another record into it")),
    log_codes.MERGED_INTO: (_("Merged away"), _("Merged it into another record")),
    log_codes.EMAIL_REMINDERS_STOPPED: (_("Stop reminders"), _("The client stopped reminders by email")),
    log_codes.EMAIL_REMINDERS_RESUMED: (_("Resume reminders"), _("The client wants reminders by email again")),
    log_codes.SMS_REMINDERS_STOPPED: (_("Stop reminders"), _("The client stopped reminders by text")),
    log_codes.SMS_REMINDERS_RESUMED: (_("Resume reminders"), _("The client wants reminders by text again")),
    log_codes.LANGUAGE_CHOSEN: (_("Choose language"), _("The client chose the language of their messages")),
}

# What is done with the accounts and diaries of the staff themselves; Wagtail's Site history tells of them.
STAFF_ACTIONS = {
    log_codes.FEED_MADE: (_("Make calendar address"), _("Made a calendar address")),
    log_codes.FEED_ENDED: (_("End calendar address"), _("Ended the calendar address")),
    log_codes.OUTSIDE_CALENDAR_SET: (_("Set other calendar"), _("Set another calendar to be read")),
    log_codes.OUTSIDE_CALENDAR_FORGOTTEN: (_("Forget other calendar"), _("Ended the reading of another calendar")),
    log_codes.SECOND_FACTOR_SET_UP: (_("Set up second factor"), _("Set up a second factor")),
    log_codes.SECOND_FACTOR_RESET: (_("Reset second factor"), _("Reset the second factor")),
    log_codes.RECOVERY_CODE_USED: (_("Use recovery code"), _("Signed in with a recovery code")),
    log_codes.RECOVERY_CODES_MADE: (_("Make recovery codes"), _("Made new recovery codes")),
}

# Which of them, and of Wagtail's own, write something that a form shows
BY_THE_CLIENT = (
    log_codes.EMAIL_REMINDERS_STOPPED,
    log_codes.EMAIL_REMINDERS_RESUMED,
    log_codes.SMS_REMINDERS_STOPPED,
    log_codes.SMS_REMINDERS_RESUMED,
    log_codes.LANGUAGE_CHOSEN,
)
CHANGES = (
    "wagtail.edit",
    "wagtail.publish",
    "wagtail.revert",
    log_codes.PORTAL_ACCESS_ON,
    log_codes.PORTAL_ACCESS_OFF,
    log_codes.ANONYMISED,
    log_codes.MERGED,
    log_codes.MERGED_INTO,
    *BY_THE_CLIENT,
)


def register_log_actions(actions) -> None:
    """Wagtail's ``register_log_actions`` hook."""
    for action, (label, message) in (ACTIONS | STAFF_ACTIONS).items():
        actions.register_action(action, label, message)
    # Not by ``register_model``: Site history would unite this log with the table that it shares with all others, which
    # shows administrators each line twice, and which SQLite refuses for more than two on Django 6.1.
    actions.log_entry_models_by_type.register(Client, value=ClientLogEntry)


def may_read_client_log(user) -> bool:
    return user.has_perm(full_name(READ_CLIENT_LOG))
