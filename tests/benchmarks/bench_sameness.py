"""Does the time that online booking takes tell whether the clinic knows whoever books?

Run by hand; it fills a test database of its own and removes it again::

    python -m tests.benchmarks.bench_sameness [--rounds 200]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) Somebody whom the clinic knows and somebody whom it doesn't take
turns at each answer that is given after it has looked for them, or could have. Their medians may differ by 20
milliseconds at most.
"""

import argparse
import logging
import statistics
import time as clock
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.test import Client as Browser
from django.test import override_settings

from tests.benchmarks.own_database import own_database

MOST = 20  # milliseconds

Go = Callable[[], object]


def _ask_for_the_link(booking, details) -> Go:
    return _check(booking, details)


def _follow_the_link(booking, details) -> Go:
    # Models can be imported only once Django is set up, which a run by hand does itself.
    from tests.portal.reading import value
    from wagtail_clientportal.access.links import mint_booking_link
    from wagtail_clientportal.models import BookingRequest

    booking.ask(**details)
    url = booking.get(f"/p/{mint_booking_link(BookingRequest.objects.get(), booking.now)}/")["Location"]
    form = {"policy_revision": value(booking.get(url), "policy_revision")}
    return lambda: booking.post(url, form)


def _book_without_a_link(booking, details) -> Go:
    from wagtail_clientportal.models import BookingSettings

    BookingSettings.objects.update(confirm_contact=False)
    return _check(booking, details)


def _begin_to_pay(booking, details) -> Go:
    from tests.portal.reading import value
    from wagtail_clientportal.models import AppointmentType, BookingSettings

    AppointmentType.objects.update(payment="deposit", deposit=20, price=48)
    BookingSettings.objects.update(confirm_contact=False)
    url = booking.check(booking.fill_in(**details))["Location"]
    page = booking.get(url)
    form = {name: value(page, name) for name in ("amount", "policy_revision")}
    return lambda: booking.post(url, form)


def _check(booking, details) -> Go:
    from tests.portal.reading import value

    url = booking.fill_in(**details)
    form = {"policy_revision": value(booking.get(url), "policy_revision")}
    return lambda: booking.post(url, form)


ANSWERS = {
    "link asked for": _ask_for_the_link,
    "booked by a link": _follow_the_link,
    "booked without a link": _book_without_a_link,
    "payment begun": _begin_to_pay,
}


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what the block does to the database, so that every turn finds the same."""
    everything = transaction.atomic()
    everything._from_testcase = True  # an action's own transaction may begin within it
    with everything:
        yield
        transaction.set_rollback(True)


def _milliseconds(prepare, booking, details) -> float:
    with _undone():
        booking.browser = Browser()
        go = prepare(booking, details)
        begun = clock.perf_counter()
        answer = go()
        taken = clock.perf_counter() - begun
    if answer.status_code != 302:
        raise AssertionError(f"{prepare.__name__} answers {answer.status_code}: the measurement would mean nothing.")
    return taken * 1000


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Return for each answer the medians in milliseconds of somebody known and of somebody unknown."""
    from tests.booking.conftest import Booking
    from tests.booking.paying import PROVIDER
    from tests.factories import NOW, Clinic

    who = {"known": Booking.KNOWN, "unknown": Booking.DETAILS}
    medians = {}
    takes_money = settings.WAGTAIL_CLIENTPORTAL | {"PAYMENT_PROVIDER": PROVIDER}
    with time_machine.travel(NOW, tick=False) as stands, override_settings(WAGTAIL_CLIENTPORTAL=takes_money):
        booking = Booking(Clinic(), stands, [])
        for answer, prepare in ANSWERS.items():
            taken = {name: [] for name in who}
            for number in range(rounds + 1):
                for name, details in who.items():
                    milliseconds = _milliseconds(prepare, booking, details)
                    if number:  # the first is slower for whoever comes first
                        taken[name].append(milliseconds)
            medians[answer] = {name: statistics.median(found) for name, found in taken.items()}
    return medians


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with own_database():
        logging.getLogger("wagtail_clientportal").setLevel(logging.ERROR)
        for answer, taken in measure(options.rounds).items():
            apart = abs(taken["known"] - taken["unknown"])
            print(
                f"{connection.vendor}, {answer}: known {taken['known']:.1f} ms, unknown {taken['unknown']:.1f} ms, "
                f"{apart:.1f} ms apart, {'within' if apart <= MOST else 'NOT within'} {MOST} ms"
            )


if __name__ == "__main__":
    main()
