"""What is on the pictures: the numbers, images and words that were given, where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from inkgrad.evaluation import plots
from inkgrad.evaluation.metrics import Reliability


def shown(axes) -> np.ndarray:
    (image,) = axes.images
    return np.asarray(image.get_array())


def test_a_sheet_has_every_image_under_its_title_and_mistakes_in_red(rng):
    images = rng.integers(0, 256, (7, 28, 28), np.uint8)
    titles, red = [f"{i}$^_" for i in range(7)], [i == 4 for i in range(7)]
    figure = plots.sheet(list(images), titles, 3, red, "all of them")
    assert len(figure.axes) == 7
    for axes, image, title, bad in zip(figure.axes, images, titles, red, strict=True):
        np.testing.assert_array_equal(shown(axes), image)
        assert axes.get_title() == title
        assert to_hex(axes.title.get_color()) == (plots.RED if bad else plots.INK)
        assert axes.images[0].get_cmap().name == "gray_r"  # light ink becomes dark on paper
        assert axes.images[0].get_clim() == (0, 255)
    assert figure.get_suptitle() == "all of them"
    spots = [axes.get_subplotspec().get_geometry()[:3] for axes in figure.axes]
    assert spots == [(3, 3, i) for i in range(7)]


def test_lines_are_drawn_at_one_scale_with_what_they_say(rng):
    images = [rng.integers(0, 256, (32, width), np.uint8) for width in (40, 90, 60)]
    figure = plots.lines(images, ["a", "$b$", "c"])
    for axes, image, text in zip(figure.axes, images, ["a", "$b$", "c"], strict=True):
        assert shown(axes).shape == (32, 90)
        np.testing.assert_array_equal(shown(axes)[:, : image.shape[1]], image)
        assert not shown(axes)[:, image.shape[1] :].any()
        assert axes.get_title("left") == text


def test_a_page_has_its_lines_words_and_drawings_where_they_were_found(rng):
    grey = rng.integers(0, 256, (300, 200), np.uint8)
    figure = plots.page(
        grey,
        [((10, 50, 90, 52), "read so")],
        [((10, 20, 60, 55), False), ((64, 20, 90, 55), True)],
        [(100, 100, 150, 180)],
    )
    (axes,) = figure.axes
    np.testing.assert_array_equal(shown(axes), grey)
    boxes = [(*p.get_xy(), p.get_width(), p.get_height()) for p in axes.patches]
    assert boxes == [(10, 20, 50, 35), (64, 20, 26, 35), (100, 100, 50, 80)]
    sure, doubtful, drawing = (to_hex(p.get_edgecolor()) for p in axes.patches)
    assert len({sure, doubtful, drawing}) == 3
    (line,) = axes.lines
    np.testing.assert_array_equal(line.get_xydata(), [[10, 50], [90, 52]])
    assert [text.get_text() for text in axes.texts] == ["read so"]
    assert axes.get_ylim() == (300, 0)


def test_stages_are_named_and_characters_stand_over_their_places(rng):
    images = {name: rng.integers(0, 256, (20, 80), np.uint8) for name in ("grey", "ink", "line")}
    figure = plots.stages(images, [(2, 10), (12, 30)], "4-7")
    assert [axes.get_title("left") for axes in figure.axes] == ["grey", "ink", "line"]
    for axes, image in zip(figure.axes, images.values(), strict=True):
        np.testing.assert_array_equal(shown(axes), image)
    last = figure.axes[-1]
    assert [(t.get_text(), t.get_position()[0]) for t in last.texts] == [("4", 6), ("7", 21)]
    assert [p.get_extents().width > 0 for p in last.patches] == [True, True]
    assert [p.get_x() for p in last.patches] == [1.5, 11.5]


def test_bars_are_as_long_as_the_counts_that_stand_beside_them():
    figure = plots.bars({"29404": 1200, "review": 3}, "bins")
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [1200, 3]
    assert [text.get_text().strip() for text in axes.texts] == ["1,200", "3"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["29404", "review"]
    assert axes.yaxis_inverted()
    assert axes.get_title("left") == "bins"


@pytest.mark.parametrize("held", [True, False])
def test_curves_are_of_the_history(held):
    history = [
        {"epoch": n, "loss": 1 / n, "accuracy": 1 - 0.5 / n, "learning_rate": 0.1 / n,
         **({"validation_loss": 1.1 / n, "validation_accuracy": 0.9 - 0.5 / n} if held else {})}
        for n in (1, 2, 3)
    ]  # fmt: skip
    loss, accuracy, rate = plots.curves(history).axes
    epochs = np.array([1, 2, 3])
    for axes, training, validation in (
        (loss, 1 / epochs, 1.1 / epochs),
        (accuracy, 100 - 50 / epochs, 90 - 50 / epochs),
    ):
        lines = {line.get_label(): line.get_xydata() for line in axes.lines}
        expected = {"training": training, **({"validation": validation} if held else {})}
        assert set(lines) == set(expected)
        for name, values in expected.items():
            np.testing.assert_allclose(lines[name], np.stack([epochs, values], 1))
    np.testing.assert_allclose(rate.lines[0].get_ydata(), 0.1 / epochs)
    assert [axes.get_title() for axes in (loss, accuracy)] == ["loss", "accuracy, %"]


def test_the_confusion_matrix_shows_every_count_and_colours_mistakes_alone():
    matrix = np.array([[50, 3, 0], [9, 40, 1], [0, 0, 60]])
    (axes,) = plots.confusion(matrix, ("a", "b", "c")).axes
    np.testing.assert_array_equal(shown(axes), [[0, 3, 0], [9, 0, 1], [0, 0, 0]])
    counts = {tuple(t.get_position()[::-1]): t.get_text() for t in axes.texts}
    assert counts == {(0, 0): "50", (0, 1): "3", (1, 0): "9", (1, 1): "40", (1, 2): "1",
                      (2, 2): "60"}  # fmt: skip
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [label.get_text() for label in labels] == ["a", "b", "c"]


def test_reliability_leaves_out_empty_bins_and_names_the_errors():
    found = Reliability(np.array([0.1, 0.5, 0.9]), np.array([0.2, 0, 0.8]), np.array([10, 0, 30]))
    (axes,) = plots.reliability(found, found).axes
    diagonal, before, after = axes.lines
    np.testing.assert_array_equal(diagonal.get_xydata(), [[0, 0], [1, 1]])
    for line, name in ((before, "as trained"), (after, "calibrated")):
        np.testing.assert_array_equal(line.get_xydata(), [[0.1, 0.2], [0.9, 0.8]])
        assert line.get_label() == f"{name}: error 10.00 %"


def test_the_first_layer_shows_each_unit_between_its_own_extremes(rng):
    weights = rng.standard_normal((16, 5))
    figure = plots.first_layer(weights, (4, 4), most=3)
    assert len(figure.axes) == 3
    for i, axes in enumerate(figure.axes):
        np.testing.assert_array_equal(shown(axes), weights[:, i].reshape(4, 4))
        limit = np.abs(weights[:, i]).max()
        assert axes.images[0].get_clim() == (-limit, limit)


def test_a_png_is_of_the_figure_and_the_same_each_time(rng):
    images = list(rng.integers(0, 256, (2, 28, 28), np.uint8))
    one, same = (plots.png(plots.sheet(images, ["a", "b"])) for _ in range(2))
    other = plots.png(plots.sheet(images[::-1], ["a", "b"]))
    assert one == same != other
    assert one.startswith(b"\x89PNG")
