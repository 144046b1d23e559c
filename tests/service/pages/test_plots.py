"""The plots and the tables beside them hold the same numbers."""

from __future__ import annotations

import json

from service.http.views import Curve
from service.pages.plots import MOST_LINES, curves_plot, gradient_plot

LINE = Curve(x=tuple(i / 20 for i in range(201)), value=tuple(i / 10 for i in range(201)), slope=(2.0,) * 201)


def test_nothing_to_draw_is_no_plot() -> None:
    assert curves_plot({}) is None
    assert gradient_plot({}) is None


def test_curves_keep_both_ends_and_fit_into_one_plot() -> None:
    plot = curves_plot({f"f{number}": LINE for number in range(9)})
    assert plot is not None
    assert len(plot.data["lines"]) == MOST_LINES
    first = plot.data["lines"][0]
    assert (first["x"][0], first["x"][-1]) == (0.0, 10.0)
    assert len(first["x"]) == len(first["value"]) == len(first["slope"])


def test_the_table_has_a_row_for_both_ends_and_two_columns_for_each_function() -> None:
    plot = curves_plot({"f": LINE})
    assert plot is not None
    assert plot.columns == ("x", "f", "slope of f")
    assert plot.rows[0] == ("0", "0.000", "2.000")
    assert plot.rows[-1] == ("10", "20.000", "2.000")


def test_a_gradient_that_is_not_finite_is_said_and_not_drawn() -> None:
    plot = gradient_plot({"f": [(None, None, None), (0.0, 0.0, 0.0)], "g": [(-1.0, -1.2, -0.8)]})
    assert plot is not None
    assert plot.rows == (("1", "not finite", "−1.00"), ("2", "0.00", ""))
    assert [len(line["points"]) for line in plot.data["lines"]] == [1, 1]
    json.dumps(plot.data, allow_nan=False)
