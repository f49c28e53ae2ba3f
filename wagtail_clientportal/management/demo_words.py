"""What is said to somebody who is about to try the demo clinic."""

from pathlib import Path

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from ..conf import settings
from .demo_clinic import DemoAccess


def how_to_try(access: DemoAccess) -> str:
    """Return the block that is printed last: addresses, logins, a client's details, and where messages land."""
    client = access.client
    rows = [
        (_("Client portal"), access.portal_url),
        (_("Wagtail admin"), access.admin_url),
        *(
            (_("Login"), _("%(user)s, password %(password)s") % {"user": user, "password": password})
            for user, password in access.passwords.items()
        ),
        (_("Demo client"), client.full_name),
        (_("  email"), client.email),
        (_("  mobile"), client.mobile),
        (_("  date of birth"), f"{client.date_of_birth:%d/%m/%Y}" + " " + _("(day, month, year)")),
        (_("  postcode"), client.postcode),
        (_("Mail lands in"), _mail_place()),
        (_("Texts land in"), _sms_place()),
    ]
    width = max(len(label) for label, _value in rows) + 2
    lines = [_("The demo clinic is ready."), ""]
    lines += [f"  {label:<{width}}{value}" for label, value in rows]
    lines += ["", _("Ask the portal for a link with the email or the mobile, open the message, and follow the link.")]
    return "\n".join(lines)


def _mail_place() -> str:
    mailers = getattr(django_settings, "MAILERS", None)  # from Django 6.1 on; then no EMAIL_ setting may be read
    if mailers is None:
        backend, folder = django_settings.EMAIL_BACKEND, getattr(django_settings, "EMAIL_FILE_PATH", None)
    else:
        mailer = mailers.get("default", {})
        backend, folder = mailer.get("BACKEND", ""), mailer.get("OPTIONS", {}).get("file_path")
    return _folder(folder) if folder else _("(sent by %(backend)s)") % {"backend": backend}


def _sms_place() -> str:
    if settings.SMS_BACKEND.endswith(".filebased.SmsBackend") and settings.SMS_FILE_PATH:
        return _folder(settings.SMS_FILE_PATH)
    return _("(sent by %(backend)s)") % {"backend": settings.SMS_BACKEND}


def _folder(path) -> str:
    """The folder as short as it can be said from here."""
    path = Path(path).resolve()
    here = Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path}/"
