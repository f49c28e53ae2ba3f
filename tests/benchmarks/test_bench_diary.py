import pytest

from .bench_diary import fill, measure


@pytest.mark.django_db
def test_the_benchmark_runs_and_the_week_asks_at_most_15_times_more_than_a_bare_page():
    fill(clinicians=2)
    found = measure("week", rounds=1)

    assert 0 < found.statements - found.bare_statements <= 15
    assert found.ratio > 0
