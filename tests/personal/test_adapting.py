"""A network gets used to a hand, and reads the others as before."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad import load
from inkgrad.data.dataset import Dataset, Split
from inkgrad.errors import UsageError
from inkgrad.fitting import fit
from inkgrad.nn import files
from inkgrad.nn.architectures import mlp
from inkgrad.personal.adapting import adapt

DIGITS = tuple("0123456789")


@pytest.fixture(scope="module")
def data():
    return load("mnist-5k")


@pytest.fixture(scope="module")
def model(data, tmp_path_factory):
    """A small network that knows MNIST's digits, upright."""
    path = tmp_path_factory.mktemp("model") / "m.safetensors"
    network = mlp((64,), seed=0)
    fit(network, data, epochs=4, seed=0)
    files.save(network, path, {"classes": list(DIGITS), "temperature": 1.5})
    return path


def hand_of(data, count, name="a hand"):
    """Digits that lean far back: a hand that the network does not know."""
    images, labels = data.train.images[:count], data.train.labels[:count]
    turned = np.stack([np.roll(images[:, k], (k - 14) // 2, axis=1) for k in range(28)], axis=1)
    return Dataset(name, DIGITS, Split(turned[5:], labels[5:]), Split(turned[:5], labels[:5]))


def test_a_hand_is_learned_and_the_others_are_not_forgotten(data, model, tmp_path):
    told = []
    out = tmp_path / "out.safetensors"
    found = adapt(
        model, hand_of(data, 200), data, out, told=lambda step, steps: told.append((step, steps))
    )
    assert told[-1] == (200, 200)
    assert found.hand_count == 50
    assert found.kept_count == 1000
    assert found.hand[1] > found.hand[0] + 0.1
    assert found.kept[1] >= found.kept[0] - 0.002
    assert 0 < found.part <= 1
    network, about = files.load(out)
    assert about["temperature"] == 1.5
    assert "a hand, 150 images" in about["adapted to"]
    answers = network(data.test.images).argmax(1)
    assert np.mean(answers == data.test.labels) == pytest.approx(found.kept[1])


def test_the_same_seed_makes_the_same_network(data, model, tmp_path):
    paths = [tmp_path / f"{k}.safetensors" for k in range(2)]
    for path in paths:
        adapt(model, hand_of(data, 60), data, path, steps=20, seed=3)
    one, other = (files.load(path)[0].theta for path in paths)
    assert np.array_equal(one, other)


def test_what_cannot_be_learned_from_is_refused_and_nothing_is_written(data, model, tmp_path):
    out = tmp_path / "out.safetensors"
    with pytest.raises(UsageError, match="a hand: has 19 images, expected 20 at least"):
        adapt(model, hand_of(data, 19), data, out)
    letters = Dataset(
        "letters", ("A", "B"), *(Split(data.train.images[:40], np.arange(40) % 2),) * 2
    )
    with pytest.raises(UsageError, match="letters: has a class 'A', expected those of the model"):
        adapt(model, letters, data, out)
    assert not out.exists()
