"""Wagtail's log of what is done with clients' records, kept from those who don't reach them."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry
from wagtail.models.audit_log import ModelLogEntryManager

from .client_record import ClientRecord
from .log_codes import OPENED


class ClientLogEntryManager(ModelLogEntryManager):
    """Writes every line under ``ClientRecord``, whoever logs it: Wagtail shows a line to whoever has any permission on
    the kind of thing that it is about, in its Site history to all of them, and on that kind nobody has one.
    """

    def log_action(self, instance, action, **kwargs):
        return super().log_action(ClientRecord(pk=instance.pk), action, **kwargs)

    def about_clients(self):
        """Return the log of all clients' records, who opened them included."""
        return self.filter(content_type=ContentType.objects.get_for_model(ClientRecord, for_concrete_model=False))

    def about(self, client):
        """Return all that the log says of *client*'s record."""
        return self.about_clients().filter(object_id=str(client.pk))

    def for_instance(self, instance):
        # What Wagtail shows as a record's history, to those who may change it. Looking changes nothing.
        return self.about(instance).exclude(action=OPENED)


class ClientLogEntry(ModelLogEntry):
    objects = ClientLogEntryManager()

    class Meta:
        proxy = True
        default_permissions = []
