from django.db import models


class WhatsAppConsent(models.Model):
    """Who has one wants WhatsApp messages."""

    client = models.OneToOneField("wagtail_clientportal.Client", on_delete=models.CASCADE, related_name="whatsapp")
    reminders = models.BooleanField(default=True)
