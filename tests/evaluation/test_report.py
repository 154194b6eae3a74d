from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from inkgrad.errors import ShapeError
from inkgrad.evaluation import plots
from inkgrad.evaluation.evaluate import evaluate
from inkgrad.evaluation.report import report
from inkgrad.nn.architectures import deck
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
    page = report("A & <B>", trained, found, HISTORY, [("seed", "0")])
    tags = Tags()
    tags.feed(page)
    assert not tags.open
    assert len(tags.sources) >= 5
    assert all(link.startswith("data:image/png;base64,") for link in tags.links)
    for source in tags.sources:
        image = Image.open(io.BytesIO(base64.b64decode(source.split(",")[1])))
        pixels = np.asarray(image.convert("L"))
        assert pixels.std() > 5
    assert "A &amp; &lt;B&gt;" in page
    assert re.search(rf"{100 * found.accuracy:.2f} %", page)


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
