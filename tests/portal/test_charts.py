import re
from xml.etree import ElementTree

import pytest

from portal.charts import stacked_bars


def draw(columns=("Jan", "Feb"), series=(("Gifts", [100, 300]), ("Deals", [50, 0]))) -> str:
    return stacked_bars(
        title="Earnings by month",
        description="From January to February.",
        columns=columns,
        series=series,
        format=lambda parts: f"€{parts}",
        tick=str,
    )


def layers(svg: str) -> list[dict[str, float]]:
    picture = ElementTree.fromstring(re.search(r"<svg role.*?</svg>", svg)[0].replace("%", ""))  # noqa: S314
    return [
        {name: float(layer.get(name)) for name in ("x", "width", "y", "height")}
        for layer in picture.iter("rect")
    ]


class TestStackedBars:
    def test_names_and_describes_itself(self):
        svg = draw()
        assert 'aria-labelledby="chart-earnings-by-month-title chart-earnings-by-month-desc"' in svg
        assert '<title id="chart-earnings-by-month-title">Earnings by month</title>' in svg
        assert '<desc id="chart-earnings-by-month-desc">From January to February.</desc>' in svg

    def test_draws_heights_in_proportion(self):
        gifts_in_january, deals_in_january, gifts_in_february = layers(draw())
        assert gifts_in_february["height"] == pytest.approx(3 * gifts_in_january["height"], abs=0.2)
        assert gifts_in_january["height"] == pytest.approx(2 * deals_in_january["height"], abs=0.2)

    def test_puts_layers_on_each_other(self):
        below, above, _ = layers(draw())
        assert above["y"] + above["height"] == pytest.approx(below["y"], abs=0.1)
        assert above["x"] == below["x"]

    def test_stays_inside_the_picture(self):
        for peak in (1, 7, 999, 1_000_001, 2**53):
            for layer in layers(draw(series=[("Gifts", [peak, peak // 2])])):
                assert layer["y"] >= 20
                assert layer["x"] + layer["width"] <= 100

    def test_tells_the_same_in_a_table(self):
        table = draw().partition("<table")[2]
        assert re.findall(r'<th scope="row">(\w+)</th>', table) == ["Jan", "Feb"]
        assert re.findall(r'<td class="money">(.*?)</td>', table) == [
            "€100", "€50", "€150", "€300", "€0", "€300",
        ]  # fmt: skip

    def test_needs_no_total_and_no_legend_for_one_series(self):
        svg = draw(series=[("Gifts", [1, 2])])
        assert "Total" not in svg
        assert "legend" not in svg

    def test_draws_nothing_below_zero_but_says_it(self):
        svg = draw(series=[("Gifts", [-5, 0])])
        assert layers(svg) == []
        assert "€-5" in svg

    def test_draws_no_columns_at_all(self):
        assert layers(draw(columns=[], series=[("Gifts", [])])) == []

    def test_escapes_every_word(self):
        svg = draw(columns=["<b>", "&"], series=[("<script>", [1, 2])])
        assert "<script>" not in svg
        assert "<b>" not in svg

    def test_needs_no_style_attribute(self):
        assert "style=" not in draw()

    def test_refuses_a_series_of_another_length(self):
        with pytest.raises(ValueError, match="Gifts has 1 numbers for 2 columns"):
            draw(series=[("Gifts", [1])])
