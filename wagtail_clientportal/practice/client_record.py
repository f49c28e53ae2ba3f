from django.utils.translation import gettext_lazy as _

from .client import Client


class ClientRecord(Client):
    """A client whose record somebody opened.

    Of its own kind for Wagtail's log alone, which shows a line to whoever has any permission on the kind of thing that
    it is about: who looked at whom is read by those who may, and by nobody else who works with clients.
    """

    class Meta:
        proxy = True
        default_permissions = []
        permissions = [("read_client_log", _("Can read who opened, changed or exported client records"))]
        verbose_name = _("client record")
        verbose_name_plural = _("client records")
