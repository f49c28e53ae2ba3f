from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.signals import post_page_move

from .outbox.schedule import after_migrate, has_worker, in_worker


class ClientPortalConfig(AppConfig):
    name = "wagtail_clientportal"
    label = "wagtail_clientportal"
    verbose_name = _("Client portal")
    # Pinned: projects on Django 5.2 and 6.x have different defaults, and our migrations must not drift.
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import checks  # noqa: F401 - registers the system checks
        from .policies.first_records import make_first_records

        post_migrate.connect(after_migrate, sender=self)
        if has_worker():
            # By name: its module can't be loaded where django_q isn't installed.
            import_string("django_q.signals.post_spawn").connect(in_worker)
        post_save.connect(make_first_records, sender="wagtail_clientportal.ClientPortalPage")
        post_save.connect(make_first_records, sender="wagtailcore.Site")
        post_page_move.connect(make_first_records)
