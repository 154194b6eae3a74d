"""Every picture, one function each; all return a matplotlib Figure, and none opens a window."""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import missing
from inkgrad.evaluation.metrics import Reliability

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from matplotlib.figure import Figure

INK, ACCENT, RED = "#1b2a41", "#2a7de1", "#c8442f"


def figure_of(width: float, height: float) -> Figure:
    """An empty figure, in inches, which a notebook shows. UsageError without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise missing("matplotlib", "plots", "drawing a picture") from None
    figure = Figure(figsize=(width, height), dpi=110, layout="constrained")
    figure._repr_png_ = partial(png, figure)  # type: ignore[attr-defined]
    return figure


def png(figure: Figure) -> bytes:
    """The figure as the content of a PNG file."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a name in letters that the font has not
        figure.savefig(buffer, format="png", facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


def sheet(
    images: Sequence[NDArray[Any]],
    titles: Sequence[str],
    columns: int = 10,
    red: Sequence[bool] = (),
    heading: str = "",
) -> Figure:
    """Images in rows, dark ink on white as on paper, each with its title; `red` ones stand out."""
    columns = max(1, min(columns, len(images)))
    rows = math.ceil(len(images) / columns)
    figure = figure_of(max(3.0, columns * 0.95), rows * 1.15 + (0.4 if heading else 0))
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        axes = figure.add_subplot(rows, columns, i + 1)
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
        bad = bool(red and red[i])
        axes.set_title(title, fontsize=8, color=RED if bad else INK, pad=2)
        axes.set_axis_off()
    if heading:
        figure.suptitle(heading, fontsize=10, color=INK)
    return figure


def lines(images: Sequence[NDArray[Any]], texts: Sequence[str], columns: int = 3) -> Figure:
    """Lines of writing, dark ink on white as on paper, each with what it says."""
    rows = math.ceil(len(images) / columns)
    figure = figure_of(3.2 * columns, 0.55 * rows + 0.2)
    wide = max(image.shape[1] for image in images)
    for i, (image, text) in enumerate(zip(images, texts, strict=True)):
        axes = figure.add_subplot(rows, columns, i + 1)
        paper = np.zeros((image.shape[0], wide), np.uint8)
        paper[:, : image.shape[1]] = image
        axes.imshow(paper, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
        axes.set_title(text, fontsize=7, color=INK, loc="left", pad=1, parse_math=False)
        axes.set_axis_off()
    return figure


def pages(images: Sequence[NDArray[Any]], titles: Sequence[str], columns: int = 3) -> Figure:
    """Grey images of paper, as they are, each with its title."""
    rows = math.ceil(len(images) / columns)
    figure = figure_of(5 * columns, 3.4 * rows)
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        axes = figure.add_subplot(rows, columns, i + 1)
        axes.imshow(image, cmap="gray", vmin=0, vmax=255)
        axes.set_title(title, fontsize=9, color=INK, parse_math=False)
        axes.set_axis_off()
    return figure


def page(
    grey: NDArray[Any],
    lines: Sequence[tuple[tuple[float, float, float, float], str]],
    words: Sequence[tuple[tuple[int, int, int, int], bool]],
    drawings: Sequence[tuple[int, int, int, int]],
) -> Figure:
    """A page with what was read on it.

    `lines` are baselines (x and y of both ends) with their texts; `words` boxes, the doubtful ones
    marked; `drawings` boxes of what was left out.
    """
    from matplotlib.patches import Rectangle

    h, w = grey.shape
    wide = 11.0
    figure = figure_of(wide, max(1.5, wide * h / w))
    figure.set_layout_engine("none")  # the page fills it
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.imshow(grey, cmap="gray", vmin=0, vmax=255)

    def mark(box: tuple[int, int, int, int], **how: Any) -> None:
        left, top, right, bottom = box
        axes.add_patch(Rectangle((left, top), right - left, bottom - top, fill=False, **how))

    for box, doubtful in words:
        mark(box, edgecolor="#c0392b" if doubtful else "#2c7fb8", linewidth=1.2)
    for box in drawings:
        mark(box, edgecolor="#7f8c8d", linewidth=1.5, linestyle="--")
    for (x, y, end_x, end_y), text in lines:
        axes.plot([x, end_x], [y, end_y], color="#27ae60", linewidth=0.8)
        place = (x, y + 0.012 * h)
        axes.annotate(
            text,
            place,
            fontsize=8,
            color="#1a5276",
            va="top",
            annotation_clip=False,
            parse_math=False,
        )
    axes.set_axis_off()
    axes.set_xlim(0, w)
    axes.set_ylim(h, 0)
    return figure


def stages(
    images: dict[str, NDArray[Any]], spans: Sequence[tuple[int, int]] = (), text: str = ""
) -> Figure:
    """What becomes of a field, stage under stage; on the last the places of its characters."""
    figure = figure_of(7.0, 1.3 * len(images))
    for i, (name, image) in enumerate(images.items()):
        axes = figure.add_subplot(len(images), 1, i + 1)
        axes.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        above = 14 if spans and i + 1 == len(images) else 3  # the characters stand between
        axes.set_title(name, fontsize=9, color=INK, loc="left", pad=above)
        axes.set_axis_off()
    for (first, last), character in zip(spans, (c for c in text if c.isalnum()), strict=False):
        axes.axvspan(first - 0.5, last - 0.5, color=ACCENT, alpha=0.35)
        axes.text((first + last) / 2, -1, character, color=ACCENT, ha="center", fontsize=9)
    return figure


def bars(counts: dict[str, int], heading: str) -> Figure:
    """How many of each, the first on top."""
    figure = figure_of(6.0, 0.8 + 0.28 * len(counts))
    axes = figure.add_subplot()
    names = list(counts)
    axes.barh(names, list(counts.values()), color=ACCENT)
    axes.invert_yaxis()
    for i, count in enumerate(counts.values()):
        axes.text(count, i, f" {count:,}", va="center", fontsize=8, color=INK)
    axes.set_title(heading, fontsize=10, color=INK, loc="left")
    plain(axes)
    return figure


WHY_ABOVE = (
    "Training figures are taken while the network learns: with dropout, on deformed images where "
    "there is augmentation, against smoothed labels, on average over the epoch; validation is by "
    "the whole network at the epoch's end. So the training loss may well lie above."
)


EpochFacts = Sequence["Mapping[str, Any] | DataclassInstance"]
"""Facts of each epoch: as `train` and `fit` give them, or as `metrics.jsonl` of a run has them."""


def _facts(epoch: Mapping[str, Any] | DataclassInstance) -> Mapping[str, Any]:
    if isinstance(epoch, Mapping):
        return epoch
    facts = asdict(epoch)
    return {**facts, "epoch": facts["number"]}


def training_above_validation(epochs: EpochFacts) -> bool:
    """Whether a reader of the curves will wonder: the training loss ends above the other."""
    history = [_facts(epoch) for epoch in epochs]
    held = history[-1].get("validation_loss") if history else None
    return held is not None and float(history[-1]["loss"]) > float(held)


def curves(epochs: EpochFacts) -> Figure:
    """Loss, accuracy and learning rate by epoch, of what `train` yields, or of facts of each.

    Where the training loss ends above that of validation, a line says why.
    """
    history = [_facts(epoch) for epoch in epochs]
    above = training_above_validation(history)
    figure = figure_of(11, 3.5 if above else 3.2)
    if above:
        figure.supxlabel(textwrap.fill(WHY_ABOVE, 150), fontsize=8, color=INK)
    numbers = [row["epoch"] for row in history]
    for place, (name, part) in enumerate((("loss", 1.0), ("accuracy", 100.0)), 1):
        axes = figure.add_subplot(1, 3, place)
        axes.plot(numbers, [part * row[name] for row in history], color=INK, label="training")
        held = [row.get(f"validation_{name}") for row in history]
        if all(value is not None for value in held):
            values = [part * float(value) for value in held if value is not None]
            axes.plot(numbers, values, color=ACCENT, label="validation")
        axes.set(title=name if part == 1 else f"{name}, %", xlabel="epoch")
        axes.legend(frameon=False)
    axes = figure.add_subplot(1, 3, 3)
    axes.plot(numbers, [row["learning_rate"] for row in history], color=INK)
    axes.set(title="learning rate at the epoch's end", xlabel="epoch")
    for axes in figure.axes:
        plain(axes)
        axes.set_xlim(min(numbers) - 0.5, max(numbers) + 0.5)
    return figure


def confusion(matrix: NDArray[np.integer[Any]], classes: Sequence[str]) -> Figure:
    """What was taken for what: rows are true classes, columns predictions; mistakes in colour."""
    k = len(classes)
    side = min(12.0, 2.2 + 0.42 * k)
    figure = figure_of(side, side)
    axes = figure.add_subplot()
    mistakes = matrix.astype(float)
    np.fill_diagonal(mistakes, 0)
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=max(1.0, float(mistakes.max())))
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_xticks(range(k), classes, rotation=90 if max(map(len, classes)) > 2 else 0)
    axes.set_yticks(range(k), classes)
    axes.tick_params(length=0, labelsize=8 if k <= 20 else 6)
    if k <= 20:
        for i, row in enumerate(matrix):
            for j, count in enumerate(row):
                if count:
                    strong = i != j and mistakes[i, j] > 0.6 * mistakes.max()
                    colour = "white" if strong else INK
                    axes.text(j, i, str(count), ha="center", va="center", size=7, color=colour)
    plain(axes)
    return figure


def reliability(before: Reliability, after: Reliability | None = None) -> Figure:
    """Confidence against accuracy: on the diagonal, a confidence means what it says."""
    figure = figure_of(4.4, 4.2)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle="--")
    pairs = [(before, INK, "as trained")]
    if after is not None:
        pairs.append((after, ACCENT, "calibrated"))
    for found, colour, name in pairs:
        full = found.count > 0
        axes.plot(
            found.confidence[full],
            found.accuracy[full],
            marker="o",
            markersize=4,
            color=colour,
            label=f"{name}: error {100 * found.error:.2f} %",
        )
    axes.set(xlabel="confidence", ylabel="part that is right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(frameon=False, loc="lower right")
    plain(axes)
    return figure


def first_layer(
    weights: NDArray[np.floating[Any]], shape: tuple[int, int], most: int = 64
) -> Figure:
    """What the first layer's units look for: weights (i, o) as images, blue for, red against."""
    count = min(most, weights.shape[1])
    columns = min(16, count)
    rows = math.ceil(count / columns)
    figure = figure_of(columns * 0.62, rows * 0.64)
    for i in range(count):
        axes = figure.add_subplot(rows, columns, i + 1)
        image = weights[:, i].reshape(shape)
        limit = float(np.abs(image).max()) or 1.0
        axes.imshow(image, cmap="RdBu", vmin=-limit, vmax=limit)
        axes.set_axis_off()
    return figure


def plain(axes: Any) -> None:
    """Axes without a frame."""
    axes.title.set_fontsize(10)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
