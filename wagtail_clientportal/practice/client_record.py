from django.utils.translation import gettext_lazy as _

from .client import Client


class ClientRecord(Client):
    """A client, as Wagtail's log knows them: a kind of its own, on which nobody is given a permission."""

    class Meta:
        proxy = True
        default_permissions = []
        verbose_name = _("client record")
        verbose_name_plural = _("client records")
