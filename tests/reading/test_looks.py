from __future__ import annotations

import numpy as np
import pytest

from inkgrad.nn.architectures import line_reader
from inkgrad.reading.looks import LOOKS, Look, changed
from inkgrad.reading.text import TextReader
from inkgrad.synthetic.wording import ALPHABET


def line_with(x: int, y: int, width: int = 80) -> np.ndarray:
    line = np.zeros((32, width), np.uint8)
    line[y - 1 : y + 2, x - 1 : x + 2] = 255
    return line


def middle_of(line: np.ndarray) -> tuple[float, float]:
    y, x = np.nonzero(line > 64)
    return float(x.mean()), float(y.mean())


@pytest.mark.parametrize("look", [Look(1, 1, 0.2), Look(0.8, 0.9, 0), Look(1.2, 1.1, -0.15)])
@pytest.mark.parametrize("point", [(20, 10), (60, 16), (40, 24)])
def test_a_point_of_a_line_comes_to_where_the_look_says(look, point):
    x, y = middle_of(changed(line_with(*point), look))
    up = point[1] + 0.5 - 16
    assert y == pytest.approx(15.5 + up * look.high, abs=0.6)
    leaning = look.slant * up * look.high
    assert x == pytest.approx((point[0] + 0.5 - leaning) * look.wide - 0.5, abs=1.1)


def test_the_same_look_changes_nothing():
    line = np.random.default_rng(0).integers(0, 256, (32, 64), np.uint8)
    np.testing.assert_array_equal(changed(line, Look(1, 1, 0)), line)


def columns_of(text: str, sure: float) -> np.ndarray:
    """Log probabilities: each character in a column of its own, a blank after it."""
    p = np.full((2 * len(text), len(ALPHABET) + 1), 1e-5)
    p[1::2, -1] = 1.0
    for place, c in enumerate(text):
        p[2 * place, ALPHABET.index(c)] = sure
        p[2 * place, -1] = 1 - sure
    return np.log(p / p.sum(1, keepdims=True))


@pytest.fixture
def reader() -> TextReader:
    return TextReader(line_reader(ALPHABET, "small"), {"alphabet": ALPHABET}, None)


def test_two_surer_looks_outvote_a_first_one(reader):
    first, others = columns_of("cat", 0.9), [columns_of("cut", 0.99)] * 2
    assert [word.text for word in reader.words([first], 24)] == ["cat"]
    (word,) = reader.words([first, *others], 24)
    assert (word.text, word.raw) == ("cut", "cat")


def test_each_word_is_taken_from_the_look_that_sees_it(reader):
    first, second = columns_of("cat dog", 0.9), columns_of("cat dog", 0.9)
    first[0, ALPHABET.index("o")], second[8, ALPHABET.index("a")] = np.log(0.95), np.log(0.95)
    words = reader.words([first, second, columns_of("cat dog", 0.99)], 56)
    assert [word.text for word in words] == ["cat", "dog"]
    assert words[0].span[1] == words[1].span[0] == 26


def test_a_clear_line_is_looked_at_once_and_a_doubtful_one_again(reader, monkeypatch):
    line, seen = np.zeros((32, 24), np.uint8), list[tuple[int, ...]]()
    line[8:24, 4:20] = 255

    def columns(shown: np.ndarray) -> np.ndarray:
        seen.append(shown.shape)
        return columns_of("cat", sure)

    monkeypatch.setattr(reader, "columns", columns)
    sure = 0.999
    reader.read_line(line)
    assert len(seen) == 1
    sure = 0.5
    reader.read_line(line)
    assert len(seen) == 2 + len(LOOKS)
