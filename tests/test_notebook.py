"""What notebooks show of our objects: figures and pictures, and no text of others as HTML."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkgrad import (
    Choice,
    Dataset,
    Dense,
    Network,
    Reading,
    Space,
    Split,
    deck,
    evaluate,
    fit,
    open_reader,
    search,
)
from inkgrad.evaluation import plots
from inkgrad.notebook import grey_picture, mosaic, table_of
from inkgrad.training.settings import Settings
from inkgrad.training.train import train

NASTY = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def data() -> Dataset:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 28, 28)).astype(np.uint8)
    labels = np.arange(40) % 2
    return Dataset("mine", (NASTY, "b"), Split(images, labels), Split(images[:10], labels[:10]))


def test_a_network_shows_its_layers_and_one_without_any_its_input():
    shown = deck()._repr_html_()
    assert shown.count(">Dense") == 3
    assert "109,386" in shown
    empty = Network((784,), [])
    assert "total" in empty.summary()
    assert "input" in empty._repr_html_()


def test_a_data_set_shows_its_counts_and_some_of_it_and_escapes_names(data):
    shown = data._repr_html_()
    assert NASTY not in shown
    assert "&lt;script&gt;" in shown
    assert "40 to train on, 10 to test on" in shown
    assert shown.count("data:image/png") == 1


def test_a_training_and_an_evaluation_show_their_figures(data):
    network = Network((784,), [Dense(2)])
    history = fit(network, data.train, epochs=8, batch_size=20)
    shown = history._repr_html_()
    assert "8 epochs" in shown
    assert shown.count("<tr>") == 7  # the head, three epochs at each end
    found = evaluate(network, data.test, data.classes)
    assert "95 % interval" in found._repr_html_()
    assert NASTY not in found._repr_html_()


def test_pictures_are_drawn_of_what_training_and_evaluation_give(data):
    network = Network((784,), [Dense(2)])
    epochs = [*train(network, data.train, Settings(epochs=3, batch_size=20))]
    assert len(plots.curves(epochs).axes) == 3
    found = evaluate(network, data.test, data.classes)
    (axes,) = found.plot().axes
    assert [label.get_text() for label in axes.get_xticklabels()] == list(data.classes)


def test_a_training_that_is_asked_to_tells_how_far_it_is_on_a_terminal_alone(
    data, capsys, monkeypatch
):
    network = Network((784,), [Dense(2)])
    assert len(fit(network, data.train, epochs=2, batch_size=20, progress=True)) == 2
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes standard error for a terminal
    fit(network, data.train, epochs=2, batch_size=20, progress=True)
    assert "2/2" in capsys.readouterr().err


def test_a_reading_shows_its_text_its_confidence_and_its_line(tmp_path):
    grey = np.full((60, 120), 230, np.uint8)
    grey[10:50, 40:46] = 30
    Image.fromarray(grey).save(tmp_path / "one.png")
    shown = open_reader("number").read(tmp_path / "one.png")._repr_html_()
    assert "confidence" in shown
    assert "data:image/png" in shown
    assert NASTY not in Reading(NASTY, 0.5, reason=NASTY)._repr_html_()


def test_a_search_shows_its_best_trials():
    found = search(Space({"x": Choice((1.0, 3.0, 2.0))}), lambda p, report: p["x"], "grid")
    shown = found._repr_html_()
    assert "3 trials, 3 complete" in shown
    assert shown.index(">3<") < shown.index(">2<")


def test_large_pictures_are_made_smaller_and_mosaics_are_whole():
    assert len(grey_picture("noise", np.zeros((3000, 3000), np.uint8))) < 10_000
    assert mosaic(np.zeros((13, 4, 5), np.uint8)).shape == (8, 50)
    assert "<b>" not in table_of(("<b>",), [("<b>",)])
