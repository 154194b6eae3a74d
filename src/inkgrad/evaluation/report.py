"""One HTML page that tells how good a network is, with every picture inside it."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from inkgrad.evaluation import metrics, plots
from inkgrad.evaluation.evaluate import Evaluation
from inkgrad.nn.layers import Dense
from inkgrad.nn.network import Network
from inkgrad.randomness import generator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b2a41; max-width: 62rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; } th, td { padding: .15rem .8rem; text-align: right; }
th { border-bottom: 1px solid #1b2a41; } td:first-child, th:first-child { text-align: left; }
img { max-width: 100%; height: auto; } pre { font-size: .85rem; overflow-x: auto; }
.figure { font-size: 2.4rem; font-weight: 600; }
"""


def report(
    title: str,
    network: Network,
    evaluation: Evaluation,
    history: Sequence[dict[str, Any]] = (),
    facts: Sequence[tuple[str, str]] = (),
) -> str:
    """The page. `history` has the facts of each epoch, `facts` what else is to be told."""
    low, high = evaluation.interval
    sections = [
        f'<p><span class="figure">{100 * evaluation.accuracy:.2f} %</span> of '
        f"{len(evaluation.split):,} test images are read right "
        f"(95 % interval {100 * low:.2f} to {100 * high:.2f} %).</p>",
        _table(("", ""), facts) if facts else "",
    ]
    if history:
        sections.append(_section("How it learned", plots.curves(history)))
    sections.append(_section("What it reads", sample(evaluation)))
    sections.append(
        _section(
            "What it takes for what", plots.confusion(evaluation.confusion, evaluation.classes)
        )
    )
    sections.append(_per_class(evaluation))
    sections.append(_calibration(evaluation))
    if len(mistakes := evaluation.mistakes(40)):
        sections.append(_section("The mistakes it is surest of", _answers(evaluation, mistakes)))
    if weights := _first_layer(network):
        sections.append(_section("What the first layer looks for", weights))
    sections.append(f"<h2>The network</h2><pre>{escape(network.summary())}</pre>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>\n"
        + "\n".join(sections)
        + "</body></html>\n"
    )


def _section(title: str, figure: Figure, text: str = "") -> str:
    data = base64.b64encode(plots.png(figure)).decode()
    caption = f"<p>{text}</p>" if text else ""
    return (
        f'<h2>{escape(title)}</h2>{caption}<img alt="{escape(title)}" '
        f'src="data:image/png;base64,{data}">'
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(name)}</th>" for name in head) if any(head) else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(value)}</td>" for value in row) + "</tr>" for row in rows
    )
    return f"<table>{f'<tr>{top}</tr>' if top else ''}{body}</table>"


def _answers(evaluation: Evaluation, places: Any) -> Figure:
    predicted, labels = evaluation.predicted, evaluation.split.labels
    wrong = [bool(predicted[i] != labels[i]) for i in places]
    titles = []
    for i, bad in zip(places, wrong, strict=True):
        answer, sure = evaluation.classes[predicted[i]], evaluation.calibrated[i].max()
        truth = f" not {evaluation.classes[labels[i]]}" if bad else ""
        titles.append(f"{answer}{truth} {100 * sure:.0f}%")
    return plots.sheet([evaluation.split.images[i] for i in places], titles, 10, wrong)


def sample(evaluation: Evaluation) -> Figure:
    """Forty test images and what they were read as, mistakes in red."""
    count = min(40, len(evaluation.split))
    rng = generator(0, "sample")
    return _answers(evaluation, np.sort(rng.choice(len(evaluation.split), count, replace=False)))


def _per_class(evaluation: Evaluation) -> str:
    each = metrics.per_class(evaluation.confusion)

    def percent(value: float) -> str:
        return "none" if np.isnan(value) else f"{100 * value:.1f} %"

    rows = [
        (
            name,
            f"{each.count[i]:,}",
            percent(each.precision[i]),
            percent(each.recall[i]),
            percent(each.accuracy[i]),
        )
        for i, name in enumerate(evaluation.classes)
    ]
    return "<h2>Class by class</h2>" + _table(
        ("class", "images", "precision", "recall", "accuracy"), rows
    )


def _calibration(evaluation: Evaluation) -> str:
    before = evaluation.reliability(calibrated=False)
    text = f"Expected calibration error: {100 * before.error:.2f} % as trained"
    after = None
    if evaluation.temperature:
        after = evaluation.reliability(calibrated=True)
        text += (
            f", {100 * after.error:.2f} % at temperature {evaluation.temperature:.3f}, "
            "which was fitted on validation data"
        )
    return _section("What its confidence is worth", plots.reliability(before, after), text + ".")


def _first_layer(network: Network) -> Figure | None:
    first = next((layer for layer in network.layers if isinstance(layer, Dense)), None)
    if first is None:
        return None
    side = math.isqrt(len(first.W))
    is_image = len(first.W) == side * side == math.prod(network.input_shape)
    return plots.first_layer(first.W, (side, side)) if is_image else None
