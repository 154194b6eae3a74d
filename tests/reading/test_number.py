"""Readers of lines that have learned nothing: how several networks answer together."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ModelError
from inkgrad.nn.architectures import line_reader
from inkgrad.nn.files import save_together
from inkgrad.reading.number import NumberReader
from inkgrad.reading.text import TextReader
from inkgrad.recognition.patterns import Pattern

ABOUT = {"alphabet": "0123456789", "temperature": 1.3}


def test_networks_take_turns_at_the_widths_of_a_line(rng):
    line = rng.integers(0, 256, (32, 100)).astype(np.uint8)
    one, other = (line_reader("0123456789", seed=seed) for seed in (1, 2))
    first, second, both = (NumberReader(of, ABOUT) for of in ([one], [other], [one, other]))
    alone, others, found = (reader.log_ps(line) for reader in (first, second, both))
    assert [len(log_p) for log_p in found] == [25, 22, 28]  # a column for every fourth pixel
    np.testing.assert_array_equal(found[0], alone[0])
    np.testing.assert_array_equal(found[1], others[1])
    np.testing.assert_array_equal(found[2], alone[2])
    assert np.abs(alone[1] - others[1]).max() > 0.01
    np.testing.assert_array_equal(both.columns(line), found[0])
    np.testing.assert_allclose(np.exp(found[0]).sum(axis=1), 1, rtol=1e-6)


def test_a_line_too_short_for_its_pattern_in_one_width_may_be_read_in_another(rng):
    reader = NumberReader([line_reader("0123456789")], ABOUT)
    line = rng.integers(0, 256, (32, 20)).astype(np.uint8)
    assert [len(log_p) for log_p in reader.log_ps(line)] == [5, 4, 6]
    found = reader.read_line(line, [Pattern.parse("999999")])
    assert len(found.text) == len(found.spans) == 6


def test_a_reader_of_which_nobody_knows_how_often_it_errs_promises_nothing():
    with pytest.raises(ModelError, match="inkgrad models calibrate"):
        NumberReader([line_reader("0123456789")], ABOUT).threshold(0.01)


def test_all_networks_of_a_file_must_read_its_alphabet(tmp_path):
    path = tmp_path / "m.safetensors"
    save_together([line_reader("0123456789"), line_reader("0123")], path, ABOUT)
    with pytest.raises(ModelError, match=r"m\.safetensors: is no reader of lines"):
        NumberReader.load(path)


def test_text_is_read_by_one_network(tmp_path):
    about = {"alphabet": "ab ", "temperature": 1.0}
    path = tmp_path / "m.safetensors"
    save_together([line_reader("ab ", "large"), line_reader("ab ", "large")], path, about)
    with pytest.raises(ModelError, match=r"m\.safetensors: holds 2 networks, expected one"):
        TextReader.load(path, None)
    save_together([line_reader("ab ", "large")], path, about)
    assert TextReader.load(path, None).alphabet == "ab "
