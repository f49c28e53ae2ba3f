from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .outbox.schedule import ensure_schedules


class ClientPortalConfig(AppConfig):
    name = "wagtail_clientportal"
    label = "wagtail_clientportal"
    verbose_name = _("Client portal")
    # Pinned: projects on Django 5.2 and 6.x have different defaults, and our migrations must not drift.
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import checks  # noqa: F401 - registers the system checks

        post_migrate.connect(ensure_schedules, sender=self)
