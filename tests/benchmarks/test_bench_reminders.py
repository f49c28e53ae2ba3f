import pytest

from .bench_reminders import fill, measure


@pytest.mark.django_db
def test_the_benchmark_runs_and_the_sweeps_memory_does_not_grow_with_the_appointments():
    fill(1500)
    few = measure()
    fill(1500)
    many = measure()

    assert (few.reminders, many.reminders) == (1500, 3000)
    assert many.mebibytes < 1.2 * few.mebibytes
