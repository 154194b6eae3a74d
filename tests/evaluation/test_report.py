from __future__ import annotations

import re
from base64 import b64encode
from html.parser import HTMLParser

import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.evaluation import plots
from inkgrad.evaluation.evaluate import evaluate
from inkgrad.evaluation.html import page, table
from inkgrad.evaluation.report import report, sample
from inkgrad.nn.architectures import deck
from inkgrad.nn.layers import Dense
from inkgrad.training.optimizers import AdamW
from inkgrad.training.settings import Settings
from inkgrad.training.train import train


@pytest.fixture
def trained(bars):
    network = deck(4)
    list(train(network, bars.train, Settings(epochs=1, optimizer=AdamW(0.0005))))
    return network


HISTORY = [
    {"epoch": n, "loss": 1 / n, "accuracy": 1 - 1 / n, "learning_rate": 0.1,
     "validation_loss": 1.1 / n, "validation_accuracy": 1 - 1 / n}
    for n in (1, 2, 3)
]  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open, self.sources, self.links = [], [], []

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        if tag == "img":
            self.sources.append(facts["src"])
        if tag not in ("img", "meta", "br"):
            self.open.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else(trained, bars):
    found = evaluate(trained, bars.test, bars.classes, bars.train)
    text = report("A & <B>", trained, found, HISTORY, [("seed", "0")])
    tags = Tags()
    tags.feed(text)
    assert not tags.open
    assert len(tags.sources) >= 5
    assert all(link.startswith("data:image/png;base64,") for link in tags.links)
    shown = dict(zip(re.findall(r'<img alt="([^"]+)"', text), tags.sources, strict=True))
    matrix, classes = found.confusion, found.classes
    before, after = (found.reliability(calibrated=c) for c in (False, True))
    for name, figure in {
        "Learning curves": plots.curves(HISTORY),
        "Predictions on test images": sample(found),
        "Confusion matrix": plots.confusion(matrix, classes),
        "Calibration: confidence against accuracy": plots.reliability(before, after),
        "Weights of the first layer": plots.first_layer(
            next(layer for layer in trained.layers if isinstance(layer, Dense)).W, (28, 28)
        ),
    }.items():
        assert shown[name] == f"data:image/png;base64,{b64encode(plots.png(figure)).decode()}"
    assert "A &amp; &lt;B&gt;" in text
    assert re.search(rf"{100 * found.accuracy:.2f} %", text)


def test_headings_can_be_looked_up_and_linked(trained, bars):
    found = evaluate(trained, bars.test, bars.classes, bars.train)
    headings = re.findall(r'<h2 id="([^"]+)">([^<]+)</h2>', report("A", trained, found, HISTORY))
    for term in ("Confusion matrix", "Learning curves", "Calibration", "Precision and recall"):
        assert any(heading.startswith(term) for _, heading in headings)
    assert ("confusion-matrix", "Confusion matrix") in headings
    assert len({name for name, _ in headings}) == len(headings)


def test_on_a_narrow_page_tables_scroll_and_long_words_break():
    long = "x" * 300
    text = page(long, [table(("a", "b"), [(long, "1")])])
    assert "width=device-width, initial-scale=1" in text
    style = text[: text.index("</style>")]
    assert "overflow-wrap: anywhere" in style
    assert re.search(r"\.wide {[^}]*overflow-x: auto", style)
    assert re.search(r"pre {[^}]*overflow-x: auto", style)
    assert re.search(r"img {[^}]*max-width: 100%", style)
    tables = text.count("<table>")
    assert tables == text.count('<div class="wide"><table>') == text.count("</table></div>") == 1


def test_a_class_is_told_by_recall_and_the_rest_by_its_own_name(trained, bars):
    found = evaluate(trained, bars.test, bars.classes)
    text = report("A", trained, found)
    assert "<th>recall</th><th>one against the rest</th>" in text
    assert "<th>accuracy</th>" not in text
    for facts in found.as_json()["classes"]:
        assert set(facts) == {"class", "count", "precision", "recall", "one_against_rest"}


@pytest.mark.parametrize("above", [True, False])
def test_a_training_loss_above_that_of_validation_is_explained(above, trained, bars):
    history = [{**row, "validation_loss": row["loss"] * (0.8 if above else 1.2)} for row in HISTORY]
    text = report("A", trained, evaluate(trained, bars.test, bars.classes), history)
    figure = plots.curves(history)
    said = figure.get_supxlabel().replace("\n", " ")
    for words in (said, text):
        assert ("dropout" in words and "smoothed labels" in words) == above
    assert not plots.curves([{**row, "validation_loss": None} for row in HISTORY]).get_supxlabel()


def test_an_evaluation_agrees_with_itself(trained, bars):
    found = evaluate(trained, bars.test, bars.classes, bars.train)
    facts = found.as_json()
    matrix = np.array(facts["confusion"])
    assert matrix.sum() == facts["samples"] == 80
    assert facts["accuracy"] == pytest.approx(np.trace(matrix) / 80)
    low, high = facts["accuracy_95_percent_interval"]
    assert low < facts["accuracy"] < high or facts["accuracy"] == 1
    assert facts["temperature"] > 0
    assert facts["calibration_error_calibrated"] <= facts["calibration_error"] + 0.02
    for mistake in facts["most_confident_mistakes"]:
        assert mistake["label"] != mistake["predicted"]


def test_without_validation_data_nothing_is_calibrated(trained, bars):
    found = evaluate(trained, bars.test, bars.classes)
    assert found.temperature is None
    np.testing.assert_array_equal(found.calibrated, found.probabilities)
    warmer = evaluate(trained, bars.test, bars.classes, temperature=2.0)
    assert warmer.temperature == 2.0
    assert (warmer.calibrated.max(axis=1) <= warmer.probabilities.max(axis=1)).all()


def test_a_network_with_other_outputs_is_refused(bars):
    with pytest.raises(ShapeError, match="has 10 outputs, expected 4 classes"):
        evaluate(deck(), bars.test, bars.classes)


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    import sys

    from inkgrad.errors import InkgradError

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InkgradError, match=r"needs matplotlib: pip install 'inkgrad\[plots\]'"):
        plots.curves(HISTORY)
