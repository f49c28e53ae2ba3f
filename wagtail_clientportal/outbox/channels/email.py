from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..backends import email
from ..backends.email_check import check_email
from ..unsubscribe import unsubscribe_url
from .base import Channel


class EmailChannel(Channel):
    """Email, by whatever Django is set up with. Staff are written to by it, too, so every site has it."""

    key = "email"
    noun = _("email")
    plural = _("emails")
    icon = "mail"
    has_subject = has_html = takes_files = True
    no_address = _("The client has no email address.")
    advice = _(
        "Ask whoever looks after the website whether the mail server answers, and takes the website’s name and "
        "password. Emails are tried again by themselves; ring clients who have to hear something before."
    )

    def address_of(self, client):
        return client.email

    def why_not(self, client, *, is_reminder):
        if not client.email:
            return str(self.no_address)
        if not client.email_opt_in:
            return gettext("The client doesn’t want emails about appointments.")
        if is_reminder and not client.email_reminders:
            return gettext("The client doesn’t want reminders by email.")
        return ""

    def remindable(self, clients):
        return clients.filter(email_opt_in=True, email_reminders=True).exclude(email="")

    def takes_contact(self, contact):
        return "@" in contact

    def contact_of(self, client):
        return client.email_key

    def unsubscribe_url(self, client, site):
        return unsubscribe_url(client, site)

    def send(self, message, *, to, key):
        return email.send(
            to=to,
            subject=message.subject,
            text=message.text,
            html=message.html,
            reply_to=message.reply_to,
            headers=message.headers,
            attachments=message.attachments,
        )

    def address_of_user(self, user):
        return user.email

    def check(self):
        return check_email()
