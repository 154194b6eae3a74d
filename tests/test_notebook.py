"""What notebooks show of our objects: figures and pictures, and no text of others as HTML."""

from __future__ import annotations

from pathlib import Path

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
from inkgrad.notebook import grey_picture, mosaic, table_of

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


@pytest.mark.course
def test_the_notebook_of_the_examples_runs_and_shows_tables_and_pictures():
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(Path(__file__).parents[1] / "examples" / "notebook.md")
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert len(shown) == 5
    assert sum("text/html" in each for each in shown) == 4
    assert "image/png" in shown[3]  # the curves, drawn
