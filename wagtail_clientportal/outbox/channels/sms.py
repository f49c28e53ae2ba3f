from django import forms
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ...conf import settings
from ...practice.contact import is_landline, may_be_texted, mobile_key
from ..backends.result import SendResult
from ..backends.sms.check import check_sms
from ..backends.sms.segments import size_of
from .base import Budgets, Channel


class MobileField(forms.CharField):
    """Takes a number as people of the clinic's country write it, and gives it in E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, channel: Channel, **kwargs):
        super().__init__(**kwargs)
        self.channel = channel

    def clean(self, value):
        number = mobile_key(super().clean(value), settings.DEFAULT_REGION)
        if not number or is_landline(number, settings.DEFAULT_REGION):
            raise ValidationError(gettext("Enter a mobile number, like 07700 900123."))
        if why := self.channel.why_not_to(number):
            raise ValidationError(why)
        return number


class SmsChannel(Channel):
    """Text messages, by the backend that the setting ``SMS_BACKEND`` names."""

    key = "sms"
    noun = _("text message")
    plural = _("text messages")
    icon = "mobile-alt"
    no_address = _("The client has no mobile number.")
    advice = _(
        "Ask whoever looks after the website whether the gateway for texts answers, and has credit. Texts are "
        "tried again by themselves; ring clients who have to hear something before."
    )

    @property
    def budgets(self):
        return Budgets(
            sign_ins_for_one_contact=settings.SMS_SIGN_INS_PER_NUMBER,
            sign_ins=settings.SMS_SIGN_INS_PER_DAY,
            to_one_client=settings.SMS_PER_CLIENT_PER_DAY,
            reminders=settings.SMS_REMINDERS_PER_DAY,
            others=settings.SMS_OTHERS_PER_DAY,
            tests_by_one_user=settings.SMS_TESTS_PER_USER,
        )

    def is_set_up(self):
        return bool(settings.SMS_BACKEND)

    def address_of(self, client):
        return client.mobile_key

    def why_not(self, client, *, is_reminder):
        if not client.mobile_key:
            return str(self.no_address)
        if not client.sms_opt_in:
            return gettext("The client doesn’t want texts about appointments.")
        if is_reminder and not client.sms_reminders:
            return gettext("The client doesn’t want reminders by text.")
        return ""

    def remindable(self, clients):
        return clients.filter(sms_opt_in=True, sms_reminders=True).exclude(mobile_key="")

    def why_not_to(self, address):
        if not may_be_texted(address, settings.DEFAULT_REGION, settings.SMS_COUNTRY_CODES):
            return gettext("Texts don't go to numbers in that country.")
        return ""

    def takes_contact(self, contact):
        return contact.startswith("+")

    def contact_of(self, client):
        return client.mobile_key

    def send(self, message, *, to, key):
        if not self.is_set_up():
            why = gettext("This site has no gateway for texts (the setting SMS_BACKEND).")
            return SendResult(False, error_code=why, permanent=True)
        backend = import_string(settings.SMS_BACKEND)()
        backend.key = key
        return backend.send(to, message.text)

    def address_field(self):
        return MobileField(self, label=_("Your mobile number"), max_length=40)

    def cost_in_words(self, text):
        cost = size_of(text).segments
        return ngettext("It costs %(cost)d message.", "It costs %(cost)d messages.", cost) % {"cost": cost}

    def preview_modes(self):
        return [("sms", self.label)]  # which counts what a text costs

    def check(self):
        return check_sms()
