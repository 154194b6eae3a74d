"""Pictures of a hyperparameter search, one function each; all return a matplotlib Figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inkgrad.evaluation.plots import ACCENT, INK, RED, figure_of, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GREY = "#b9c0ca"
_DECADE = 10.0  # ends further apart than this are drawn in logarithms
_FEW = 6  # values of an axis that are all named
_MISSING = -0.12  # where a parameter that is not there is drawn under its axis


def learning_curves(
    curves: Sequence[Mapping[int, float]], stopped: Sequence[bool], best: int
) -> Figure:
    """Validation accuracy by epoch, a line a trial: the best in colour, those stopped in red."""
    figure = figure_of(8.0, 3.6)
    axes = figure.add_subplot()
    for i, curve in sorted(enumerate(curves), key=lambda pair: pair[0] == best):
        colour = ACCENT if i == best else RED if stopped[i] else _GREY
        epochs, values = list(curve), [100 * value for value in curve.values()]
        axes.plot(epochs, values, color=colour, linewidth=2 if i == best else 0.9)
        if epochs:
            axes.plot(epochs[-1], values[-1], marker="x" if stopped[i] else "o", color=colour, ms=4)
    lasts = sorted(100 * max(curve.values()) for curve in curves if curve)
    if lasts:  # so that the bad ones do not press the good ones together
        low = lasts[len(lasts) // 4]
        axes.set_ylim(low - 0.3 * max(0.5, lasts[-1] - low), lasts[-1] + 0.2)
    axes.set(xlabel="epoch", ylabel="validation accuracy, %")
    plain(axes)
    return figure


def parallel_coordinates(
    settings: Sequence[Mapping[str, Any]], scores: Sequence[float], names: Sequence[str]
) -> Figure:
    """A line a trial through its parameters to its score, the better the darker.

    A parameter that is not there is drawn under its axis.
    """
    from matplotlib import colormaps

    figure = figure_of(max(5.0, 1.5 * (len(names) + 1)), 4.2)
    axes = figure.add_subplot()
    scales = [_Scale([setting[n] for setting in settings if n in setting]) for n in names]
    scales.append(_Scale([100 * score for score in scores]))
    order = sorted(range(len(scores)), key=lambda i: scores[i])
    for rank, i in enumerate(order):
        heights = [
            scale.place(settings[i][name]) if name in settings[i] else _MISSING
            for name, scale in zip(names, scales, strict=False)
        ]
        heights.append(scales[-1].place(100 * scores[i]))
        shade = colormaps["Blues"](0.25 + 0.7 * rank / max(1, len(order) - 1))
        best = rank == len(order) - 1
        axes.plot(heights, color=RED if best else shade, linewidth=2 if best else 1)
    for place, scale in enumerate(scales):
        axes.axvline(place, color=INK, linewidth=0.6)
        for value in scale.ticks:
            axes.text(place + 0.03, scale.place(value), _short(value), fontsize=7, color=INK)
    axes.set_xticks(range(len(scales)), [*names, "accuracy, %"], rotation=20, ha="right")
    axes.set(yticks=[], ylim=(_MISSING - 0.05, 1.08), xlim=(-0.2, len(scales) - 0.6))
    axes.spines["left"].set_visible(False)
    plain(axes)
    return figure


class _Scale:
    """An axis from 0 to 1: numbers evenly or in logarithms, anything else in the order met."""

    def __init__(self, values: Sequence[Any]) -> None:
        numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
        self.words: list[Any] = [] if numbers else list(dict.fromkeys(values))
        self.low: float = min(values) if numbers and values else 0.0
        self.high: float = max(values) if numbers and values else 1.0
        self.log = self.low > 0 and self.high / self.low > _DECADE
        few = set(values) if len(set(values)) <= _FEW else {self.low, self.high}
        self.ticks: list[Any] = self.words or sorted(few)

    def place(self, value: Any) -> float:
        if self.words:
            return self.words.index(value) / max(1, len(self.words) - 1)
        low, high, here = self.low, self.high, value
        if self.log:
            low, high, here = math.log(low), math.log(high), math.log(value)
        return (here - low) / (high - low) if high > low else 0.5


def importance(parts: Mapping[str, float]) -> Figure:
    """How much each parameter decides, the largest on top."""
    figure = figure_of(6.0, 0.8 + 0.28 * len(parts))
    axes = figure.add_subplot()
    axes.barh(list(parts), [100 * part for part in parts.values()], color=ACCENT)
    axes.invert_yaxis()
    for i, part in enumerate(parts.values()):
        axes.text(100 * part, i, f" {100 * part:.0f} %", va="center", fontsize=8, color=INK)
    axes.set(xlabel="part of what the parameters decide, %")
    plain(axes)
    return figure


def cost(seconds: Sequence[float], scores: Sequence[float], names: Sequence[str]) -> Figure:
    """Accuracy against training time, a point a trial, and the front that none is better than."""
    figure = figure_of(8.0, 4.0)
    axes = figure.add_subplot()
    axes.scatter(seconds, [100 * score for score in scores], color=_GREY, s=16)
    front = pareto_front(seconds, scores)
    times, values = [seconds[i] for i in front], [100 * scores[i] for i in front]
    axes.step(times, values, where="post", color=ACCENT, marker="o", markersize=4)
    for i, x, y in zip(front, times, values, strict=True):
        axes.annotate(names[i], (x, y), (4, -10), textcoords="offset points", fontsize=7)
    axes.set(xlabel="seconds of training", ylabel="validation accuracy, %")
    if seconds and max(seconds) > _DECADE * min(seconds) > 0:
        axes.set_xscale("log")
    plain(axes)
    return figure


def pareto_front(costs: Sequence[float], scores: Sequence[float]) -> list[int]:
    """Which are beaten by none that costs no more, the cheapest first."""
    front: list[int] = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i])):
        if not front or scores[i] > scores[front[-1]]:
            front.append(i)
    return front


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
