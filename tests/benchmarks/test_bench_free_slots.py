import pytest

from .bench_free_slots import Practice, measure


@pytest.mark.django_db
def test_the_benchmark_runs_and_its_floor_finds_the_same_slots():
    results = measure(Practice(clinicians=2, past=30), rounds=1)

    assert sorted(results) == [1, 2]
    assert all(ours > 0 and floor > 0 for ours, floor in results.values())
