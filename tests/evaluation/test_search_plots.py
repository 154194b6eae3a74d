from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from inkgrad.evaluation import plots, search_plots


def test_the_front_is_of_those_that_none_beats_in_as_little_time():
    assert search_plots.pareto_front([3, 1, 2, 4, 1], [0.9, 0.5, 0.4, 0.8, 0.6]) == [4, 0]


def test_every_line_passes_through_all_axes_even_where_a_parameter_is_not_there():
    settings = [{"a": 1, "b": "x"}, {"a": 100}, {"a": 10, "b": "y"}]
    figure = search_plots.parallel_coordinates(settings, [0.5, 0.6, 0.7], ["a", "b"])
    drawn = {tuple(line.get_ydata()) for line in figure.axes[0].lines if len(line.get_xdata()) == 3}
    assert {line[0] for line in drawn} == {0, 1, 0.5}  # in logarithms
    assert sorted(line[1] for line in drawn)[0] < 0
    best = next(line for line in figure.axes[0].lines if to_hex(line.get_color()) == plots.RED)
    assert tuple(best.get_ydata()) == (0.5, 1, 1)
    names = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert names == ["a", "b", "accuracy, %"]


def test_curves_of_trials_without_any_epoch_are_drawn_too():
    curves = [{}, {1: 0.5, 2: 0.6}, {1: 0.1}]
    (axes,) = search_plots.learning_curves(curves, [False, False, True], 1).axes
    drawn = [(to_hex(line.get_color()), line.get_xydata().tolist()) for line in axes.lines]
    assert (plots.ACCENT, [[1, 50], [2, 60]]) in drawn
    assert (plots.RED, [[1, 10]]) in drawn
    ends = {line.get_marker(): line.get_xydata().tolist() for line in axes.lines}
    assert ends["o"] == [[2, 60]]
    assert ends["x"] == [[1, 10]]  # stopped early


def test_importance_is_in_parts_of_a_hundred():
    (axes,) = search_plots.importance({"rate": 0.75, "units": 0.25}).axes
    assert [bar.get_width() for bar in axes.patches] == [75, 25]
    assert [text.get_text().strip() for text in axes.texts] == ["75 %", "25 %"]


@pytest.mark.parametrize(("slowest", "scale"), [(40.0, "log"), (4.0, "linear")])
def test_cost_names_the_trials_of_the_front(slowest, scale):
    names = ["first", "second", "third"]
    (axes,) = search_plots.cost([1.0, slowest, 2.0], [0.5, 0.9, 0.4], names).axes
    points = axes.collections[0].get_offsets()
    np.testing.assert_allclose(points, [[1, 50], [slowest, 90], [2, 40]])
    np.testing.assert_allclose(axes.lines[0].get_xydata(), [[1, 50], [slowest, 90]])
    assert [text.get_text() for text in axes.texts] == ["first", "second"]
    assert axes.get_xscale() == scale
