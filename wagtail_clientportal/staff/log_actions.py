"""What Wagtail's history says of things that only happen here."""

from django.utils.translation import gettext_lazy as _


def register_log_actions(actions) -> None:
    """Wagtail's ``register_log_actions`` hook."""
    actions.register_action(
        "clientportal.stop_emails", _("Stop emails"), _("The client stopped emails about appointments")
    )
    actions.register_action(
        "clientportal.resume_emails", _("Resume emails"), _("The client wants emails about appointments again")
    )
