import pytest

from .bench_import import appointments, clients, make_clinic, measure, write


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.django_db
def test_the_benchmark_runs_and_a_second_import_finds_nothing_to_do(tmp_path, ending):
    make_clinic()
    files = {"clients": clients(30), "appointments": appointments(300, 30)}
    for kind, rows in files.items():
        write(rows, tmp_path / f"{kind}.{ending}")

    counts = [measure(tmp_path / f"{kind}.{ending}", kind).counts for kind in [*files, *files]]
    assert [one["new"] for one in counts] == [30, 300, 0, 0]
    assert [one["unchanged"] for one in counts] == [0, 0, 30, 300]
