import requests
from django.conf import settings
from django.core.checks import Error

from wagtail_clientportal.outbox.backends.result import SendResult
from wagtail_clientportal.outbox.channels.base import Channel

from .models import WhatsAppConsent


class WhatsAppChannel(Channel):
    key = "whatsapp"
    noun = "WhatsApp"
    plural = "WhatsApp messages"
    icon = "comment"
    no_address = "The client has no mobile number."

    def address_of(self, client):
        return client.mobile_key

    def why_not(self, client, *, is_reminder):
        consent = WhatsAppConsent.objects.filter(client=client).first()
        if consent is None:
            return "The client doesn’t want WhatsApp messages."
        if is_reminder and not consent.reminders:
            return "The client doesn’t want reminders by WhatsApp."
        return super().why_not(client, is_reminder=is_reminder)

    def remindable(self, clients):
        return clients.filter(whatsapp__reminders=True).exclude(mobile_key="")

    def contact_of(self, client):
        return client.mobile_key

    def send(self, message, *, to, key):
        answer = requests.post(settings.WHATSAPP_URL, json={"to": to, "text": message.text, "id": key}, timeout=10)
        if answer.ok:
            return SendResult(True)
        return SendResult(False, error_code=f"WhatsApp answered {answer.status_code}.")

    def forget(self, client):
        WhatsAppConsent.objects.filter(client=client).delete()

    def check(self):
        if not settings.WHATSAPP_URL:
            return [Error("WHATSAPP_URL is empty, so WhatsApp messages go nowhere.", id="clinic.E001")]
        return []
