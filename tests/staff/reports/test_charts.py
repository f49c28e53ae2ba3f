"""Where the bars of a chart lie."""

import pytest

from wagtail_clientportal.staff.reports.charts import chart_of, round_up


@pytest.mark.parametrize(
    ("number", "end"), [(0.3, 0.3), (0.35, 0.4), (1, 1), (3, 3), (9.5, 10), (12, 20), (100, 100), (101, 200)]
)
def test_a_scale_ends_at_a_round_number(number, end):
    assert round_up(number) == pytest.approx(end)


def test_a_bar_is_as_long_as_its_number_and_none_where_nobody_knows_it():
    chart = chart_of("a", "Booked", [("Ann", 10, "10"), ("Ben", 5, "5"), ("Cy", None, "–")], is_upright=False)
    assert [bar.width for bar in chart.bars] == ["85.00%", "42.50%", "0.00%"]
    assert "10: Ann" in chart.description


def test_upright_bars_of_a_year_stay_apart_and_few_of_them_are_named():
    chart = chart_of("a", "Booked", [(str(week), week, str(week)) for week in range(1, 54)], is_upright=True)
    assert float(chart.bars[0].width[:-1]) < 100 / 53
    assert [name for _x, name in chart.labels] == ["1", "15", "29", "43"]
    assert all(float(bar.height) + float(bar.y) == pytest.approx(chart.base, abs=0.2) for bar in chart.bars)


def test_there_is_no_chart_of_nothing():
    assert chart_of("a", "Booked", [("Ann", 0, "0"), ("Ben", None, "–")], is_upright=True) is None
    assert chart_of("a", "Booked", [], is_upright=False) is None
