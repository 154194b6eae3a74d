from __future__ import annotations

from inkgrad.evaluation import plots, search_plots


def test_the_front_is_of_those_that_none_beats_in_as_little_time():
    assert search_plots.pareto_front([3, 1, 2, 4, 1], [0.9, 0.5, 0.4, 0.8, 0.6]) == [4, 0]


def test_every_line_passes_through_all_axes_even_where_a_parameter_is_not_there():
    settings = [{"a": 1, "b": "x"}, {"a": 100}, {"a": 10, "b": "y"}]
    figure = search_plots.parallel_coordinates(settings, [0.5, 0.6, 0.7], ["a", "b"])
    drawn = {tuple(line.get_ydata()) for line in figure.axes[0].lines if len(line.get_xdata()) == 3}
    assert {line[0] for line in drawn} == {0, 1, 0.5}  # in logarithms
    assert sorted(line[1] for line in drawn)[0] < 0
    assert plots.png(figure)


def test_curves_of_trials_without_any_epoch_are_drawn_too():
    figure = search_plots.learning_curves([{}, {1: 0.5, 2: 0.6}, {1: 0.1}], [False, False, True], 1)
    assert plots.png(figure)
