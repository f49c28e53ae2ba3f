"""A web server's part, as a process of its own: it has so many messages sent, and then ticks as the timetable does.

``python -m tests.outbox.busy_site 500``
"""

import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django has to be set up first
from django_q.tasks import async_task  # noqa: E402

from wagtail_clientportal.models import OutboundMessage  # noqa: E402
from wagtail_clientportal.outbox.enqueue import send_after_commit  # noqa: E402
from wagtail_clientportal.outbox.schedule import SCHEDULES  # noqa: E402

SWEEP, _every, _minutes = SCHEDULES["wagtail_clientportal: send what is due"]
TICK = 2  # seconds; the real one ticks each minute


def say(number: int) -> None:
    with transaction.atomic():
        message = OutboundMessage.objects.create(
            about="staff",
            channel="email",
            recipient=f"desk{number}@harbour.example",
            subject="Appointment cancelled",
            body="See the admin.",
            dedupe_key=f"busy-{number}",
        )
        send_after_commit(message)


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        say(number)
    while True:
        async_task(SWEEP)
        time.sleep(TICK)
