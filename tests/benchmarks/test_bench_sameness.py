import pytest

from .bench_sameness import ANSWERS, measure


@pytest.mark.django_db
def test_the_benchmark_runs_and_times_each_answer_to_both():
    medians = measure(rounds=1)

    assert list(medians) == list(ANSWERS)
    assert all(taken["known"] > 0 and taken["unknown"] > 0 for taken in medians.values())
