"""A sweep finds what is due, however much it is, and ends in good time."""

from datetime import timedelta

import pytest

from tests.factories import NOW
from wagtail_clientportal.models import OutboundMessage
from wagtail_clientportal.outbox import delivery_record

pytestmark = pytest.mark.django_db


def make(count, **values):
    OutboundMessage.objects.bulk_create(
        OutboundMessage(
            **{"about": "staff", "channel": "email", "recipient": "desk@harbour.example", "due_at": NOW}
            | values
            | {"dedupe_key": f"{number}:{values}"}
        )
        for number in range(count)
    )


def test_all_that_is_due_comes_once_the_longest_waiting_first():
    make(450)
    make(2, due_at=NOW - timedelta(hours=1))
    make(1, due_at=NOW + timedelta(seconds=1))
    make(1, status="sent")
    found = list(delivery_record.due(NOW))
    assert len(found) == len(set(found)) == 452
    rows = OutboundMessage.objects.in_bulk(found)
    assert [rows[pk].due_at for pk in found[:3]] == [NOW - timedelta(hours=1)] * 2 + [NOW]


def test_it_reads_no_more_at_a_time_than_it_needs(django_assert_num_queries):
    make(1000)
    with django_assert_num_queries(1):
        sweep = delivery_record.due(NOW)
        for _message in range(100):
            next(sweep)


def test_it_ends_before_the_workers_time_for_a_task_is_over_and_the_next_goes_on(monkeypatch):
    make(5)
    time = iter(range(0, 1000, 10))
    monkeypatch.setattr(delivery_record, "monotonic", lambda: next(time))
    first = list(delivery_record.due(NOW))
    assert 0 < len(first) < 5
    for pk in first:
        delivery_record.record_sent(delivery_record.take(pk, NOW), NOW, recipient="a@example.org", subject="", body="")
    assert set(delivery_record.due(NOW)).isdisjoint(first)


def test_two_sweeps_at_once_share_the_work():
    make(6)
    one, other = delivery_record.due(NOW), delivery_record.due(NOW)
    taken = [delivery_record.take(pk, NOW) for pair in zip(one, other, strict=True) for pk in pair]
    assert len(taken) == 12
    assert len([message for message in taken if message]) == 6


def test_the_wait_stays_a_time_that_can_be_kept_however_many_attempts_there_were(settings):
    settings.WAGTAIL_CLIENTPORTAL = {"SEND_ATTEMPTS": 1000}
    make(1, attempts=500)
    message = delivery_record.take(OutboundMessage.objects.get().pk, NOW)
    assert delivery_record.record_failure(message, NOW, error="down", permanent=False) is False
    assert OutboundMessage.objects.get().due_at == NOW + timedelta(hours=4)


def test_who_took_longer_than_the_lease_leaves_the_message_to_the_next():
    make(1)
    pk = OutboundMessage.objects.get().pk
    slow = delivery_record.take(pk, NOW)
    later = NOW + timedelta(minutes=5)
    quick = delivery_record.take(pk, later)
    delivery_record.record_failure(slow, NOW, error="timed out", permanent=True)
    row = OutboundMessage.objects.get()
    assert (row.status, row.due_at, row.last_error) == ("waiting", later + timedelta(minutes=5), "")
    delivery_record.record_sent(quick, later, recipient="a@example.org", subject="", body="")
    assert OutboundMessage.objects.get().status == "sent"
