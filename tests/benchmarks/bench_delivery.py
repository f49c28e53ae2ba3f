"""How fast do messages leave, beside a bare loop of ``send_mail`` with the same backend on the same machine?

Run by hand; it fills a test database of its own and removes it again::

    python -m tests.benchmarks.bench_delivery [--messages 500]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) Messages a second depend on the machine, ratios hold. The loop
sends the same words to the same address. A delivery also claims its row, asks whether the message is still right, mints
a link, writes the words, and notes what became of it. The mail server is on this machine; a real one, farther away and
behind TLS, takes its time for both and brings the two closer.
"""

import argparse
import logging
import time as clock
from datetime import timedelta
from typing import NamedTuple

from django.core import mail
from django.db import connection
from django.test import override_settings

from tests.benchmarks.own_database import own_database

MEMORY = "django.core.mail.backends.locmem.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Rates(NamedTuple):
    """Messages a second."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


class Round:
    """Emails about so many moved appointments, waiting to be sent, and the words of one more."""

    def __init__(self, messages: int):
        # Models can be imported only once Django is set up, which a run by hand does itself.
        from tests.factories import NOW, Clinic
        from wagtail_clientportal.actions.change import change
        from wagtail_clientportal.actions.deliver import deliver
        from wagtail_clientportal.models import OutboundMessage

        self.messages, self.now = messages, NOW + timedelta(hours=1)
        clinic = Clinic()
        for number in range(messages + 1):
            start = clinic.appointment.start + timedelta(minutes=30 * (number + 1))
            change(clinic.book(start=start), start + timedelta(days=100), by=None, now=NOW)
        rows = OutboundMessage.objects.filter(about="changed", channel="email")
        OutboundMessage.objects.exclude(pk__in=rows).delete()
        with override_settings(EMAIL_BACKEND=MEMORY):
            deliver(rows.first().pk, now=self.now)
        self.email = mail.outbox[-1]

    def run(self) -> Rates:
        """Send them all, then the words of the other as often."""
        from wagtail_clientportal.actions.deliver import deliver_due

        begun = clock.perf_counter()
        done = deliver_due(now=self.now)
        ours = clock.perf_counter() - begun
        if done.sent != self.messages:
            raise AssertionError(f"{done} of {self.messages}: the comparison would mean nothing.")
        html = self.email.alternatives[0][0]
        begun = clock.perf_counter()
        for _message in range(self.messages):
            mail.send_mail(self.email.subject, self.email.body, None, self.email.to, html_message=html)
        bare = clock.perf_counter() - begun
        return Rates(self.messages / ours, self.messages / bare)


def measure(messages: int) -> dict[str, Rates]:
    """Return the rates by SMTP to a server on this machine, and in memory."""
    from tests.outbox.mail_server import MailServer

    rates = {}
    server = MailServer().start()
    try:
        with override_settings(EMAIL_BACKEND=SMTP, EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port):
            rates["SMTP"] = Round(messages).run()
        if len(server.received) != 2 * messages:
            raise AssertionError(f"{len(server.received)} emails arrived, not twice {messages}.")
    finally:
        server.stop()
    with override_settings(EMAIL_BACKEND=MEMORY):
        rates["memory"] = Round(messages).run()
    return rates


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=500)
    options = parser.parse_args()
    with own_database():
        logging.getLogger("django-q").setLevel(logging.WARNING)
        for backend, rates in measure(options.messages).items():
            print(
                f"{connection.vendor}, {options.messages} messages, {backend}: {rates.ours:.0f} a second, "
                f"bare send_mail {rates.bare:.0f}, ratio {rates.ratio:.2f}"
            )


if __name__ == "__main__":
    main()
