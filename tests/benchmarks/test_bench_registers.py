import pytest

from .bench_registers import Size, addresses, exports, fill, measure_export, measure_page


@pytest.mark.django_db
def test_the_benchmark_runs_and_no_list_asks_more_often_than_the_few_statements_it_needs():
    fill(Size(clients=30, appointments=200, communications=200, notifications=100, messages=60))
    pages = {name: measure_page(url, rounds=1) for name, url in addresses().items() if name != "home"}

    assert {name: page.statements for name, page in pages.items() if page.statements > 30} == {}


@pytest.mark.django_db
def test_an_exports_memory_does_not_grow_with_the_rows():
    fill(Size(clients=30, appointments=1500, communications=10, notifications=1, messages=1))
    few = measure_export(exports()["all appointments as CSV"])
    fill(Size(clients=30, appointments=3000, communications=10, notifications=1, messages=1))
    many = measure_export(exports()["all appointments as CSV"])

    assert many.rows > 2.5 * few.rows
    assert many.mebibytes < 1.2 * few.mebibytes
