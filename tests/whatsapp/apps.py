from django.apps import AppConfig


class WhatsAppConfig(AppConfig):
    name = "tests.whatsapp"
    default_auto_field = "django.db.models.BigAutoField"
