import pytest

from .bench_delivery import measure


@pytest.mark.django_db
def test_the_benchmark_runs_and_both_sides_send_every_message():
    rates = measure(messages=3)

    assert sorted(rates) == ["SMTP", "memory"]
    assert all(one.ours > 0 and one.bare > 0 and one.ratio > 0 for one in rates.values())
