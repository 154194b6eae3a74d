"""One HTML page that tells how good a network is, with every picture inside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from inkgrad.evaluation import metrics, plots
from inkgrad.evaluation.evaluate import Evaluation
from inkgrad.evaluation.html import heading, page, section, table
from inkgrad.nn.layers import Dense
from inkgrad.nn.network import Network
from inkgrad.randomness import generator

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def report(
    title: str,
    network: Network,
    evaluation: Evaluation,
    history: Sequence[dict[str, Any]] = (),
    facts: Sequence[tuple[str, str]] = (),
) -> str:
    """The page. `history` has the facts of each epoch, `facts` what else is to be told.

    Headings are the field's own terms, so that what they mean can be looked up.
    """
    low, high = evaluation.interval
    sections = [
        f'<p><span class="figure">{100 * evaluation.accuracy:.2f} %</span> of '
        f"{len(evaluation.split):,} test images are read right "
        f"(95 % interval {100 * low:.2f} to {100 * high:.2f} %).</p>",
        table(("", ""), facts) if facts else "",
    ]
    if history:
        sections.append(section("Learning curves", plots.curves(history), _of_the_losses(history)))
    sections.append(section("Predictions on test images", sample(evaluation)))
    sections.append(
        section("Confusion matrix", plots.confusion(evaluation.confusion, evaluation.classes))
    )
    sections.append(_per_class(evaluation))
    sections.append(_calibration(evaluation))
    if len(mistakes := evaluation.mistakes(40)):
        sections.append(section("Most confident mistakes", _answers(evaluation, mistakes)))
    if weights := _first_layer(network):
        sections.append(section("Weights of the first layer", weights))
    sections.append(f"{heading('Network architecture')}<pre>{escape(network.summary())}</pre>")
    return page(title, sections)


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
            percent(each.against_rest[i]),
        )
        for i, name in enumerate(evaluation.classes)
    ]
    text = (
        "<p>Precision: of what was read as the class, the part that is of it. Recall: of what is "
        "of the class, the part that was read so. One against the rest counts every other image "
        "that was not taken for the class as right, so it is high for all.</p>"
    )
    head = ("class", "images", "precision", "recall", "one against the rest")
    return heading("Precision and recall by class") + text + table(head, rows)


def _of_the_losses(history: Sequence[dict[str, Any]]) -> str:
    return plots.WHY_ABOVE if plots.training_above_validation(history) else ""


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
    return section(
        "Calibration: confidence against accuracy", plots.reliability(before, after), text + "."
    )


def _first_layer(network: Network) -> Figure | None:
    first = next((layer for layer in network.layers if isinstance(layer, Dense)), None)
    if first is None:
        return None
    side = math.isqrt(len(first.W))
    is_image = len(first.W) == side * side == math.prod(network.input_shape)
    return plots.first_layer(first.W, (side, side)) if is_image else None
