"""A checkpoint is looked at where it is read."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from safetensors.numpy import save as to_bytes

from inkgrad.errors import TrainingError
from inkgrad.training.checkpoints import EpochFacts, read_checkpoint
from inkgrad.training.train import Epoch

EPOCH = {
    "number": 1, "loss": 1.5, "accuracy": 0.5, "validation_loss": None,
    "validation_accuracy": None, "learning_rate": 0.01, "seconds": 0.1, "samples": 10,
    "best": False, "stopped": False,
}  # fmt: skip
GOOD = {"steps": 4, "history": [EPOCH]}
VECTORS = {"theta": np.zeros(3, np.float32), "running": np.zeros(0, np.float32)}


def test_the_schema_has_every_field_of_an_epoch():
    fields = {field.name for field in dataclasses.fields(Epoch)}
    assert fields == set(EpochFacts.__annotations__) == set(EPOCH)


def write(path, facts, vectors=VECTORS):
    text = facts if isinstance(facts, str) else json.dumps(facts)
    path.write_bytes(to_bytes(vectors, {"inkgrad-checkpoint-1": text}))


def test_a_good_one_comes_back(tmp_path):
    write(tmp_path / "c", GOOD)
    assert read_checkpoint(tmp_path / "c", 3).facts == GOOD


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([], "Expected `object`, got `array`"),
        ({"steps": 4}, "missing required field `history`"),
        ({**GOOD, "steps": -1}, "steps"),
        ({**GOOD, "steps": 1.5}, "steps"),
        ({**GOOD, "history": 3}, "history"),
        ({**GOOD, "history": [{**EPOCH, "loss": "low"}]}, "loss"),
        ({**GOOD, "history": [{**EPOCH, "best": 1}]}, "best"),
        ({**GOOD, "history": [{"number": 1}]}, "missing required field"),
        ({**GOOD, "history": [{**EPOCH, "number": 7}]}, "not counted from 1 on"),
        ('{"steps": 4, "history": NaN}', "malformed"),
        ('{"steps": 1e400, "history": []}', "out of range"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_facts_of_another_shape_are_one_line(facts, message, tmp_path):
    write(tmp_path / "c", facts)
    with pytest.raises(TrainingError, match=message) as caught:
        read_checkpoint(tmp_path / "c", 3)
    assert str(caught.value).startswith(f"{tmp_path / 'c'}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        ({"theta": VECTORS["theta"]}, "holds no running"),
        ({**VECTORS, "theta": np.zeros(3, np.int8)}, "its theta is int8, expected float32"),
        ({**VECTORS, "theta": np.zeros((3, 1), np.float32)}, "has shape"),
        ({**VECTORS, "optimizer.m": np.zeros(4, np.float32)}, "has shape"),
    ],
)
def test_vectors_of_another_kind_are_one_line(vectors, message, tmp_path):
    write(tmp_path / "c", GOOD, vectors)
    with pytest.raises(TrainingError, match=message):
        read_checkpoint(tmp_path / "c", 3)
