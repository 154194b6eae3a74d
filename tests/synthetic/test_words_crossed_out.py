from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.unipen_words import Writing
from inkgrad.synthetic.strikes import CROSSED_OUT, STRIKES, UNDERLINED, crossing_out
from inkgrad.synthetic.words_crossed_out import WordsCrossedOut
from inkgrad.synthetic.written import Written

WORD = [np.array([(0, 0), (2, 1), (4, 0)], np.float32)]  # small letters stand 1 high, y goes down


def written() -> Written:
    """Words of two strokes by two writers."""
    strokes = np.array([(0, 0), (300, 900), (700, 100), (1000, 1000)] * 2, np.int16)
    count = 12
    return Written(
        Writing(
            texts=np.array(["to", "the", "at the"] * 4),
            writers=np.repeat([0, 1], 6),
            sources=np.repeat(["a", "b"], 6),
            numbers=np.arange(count),
            first=2 * np.arange(count),
            last=2 * np.arange(count) + 2,
            stroke_start=4 * np.arange(2 * count + 1),
            points=np.tile(strokes, (count, 1)),
            styles=np.repeat(["PR"], count),
            lines=np.zeros(count, bool),
        ),
        0,
        fair=1.0,
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_word_is_crossed_out_from_end_to_end_and_underlined_below(seed):
    rng = np.random.default_rng(seed)
    over = np.concatenate(crossing_out(WORD, 1.0, rng))
    assert over[:, 0].min() < 1
    assert over[:, 0].max() > 3
    assert -0.2 < over[:, 1].mean() < 1.0
    under = np.concatenate(STRIKES[UNDERLINED](WORD, 1.0, rng))
    assert under[:, 1].mean() > 1.0


def test_a_strike_is_ink_over_its_own_word():
    source = written()
    plain, struck = (
        source.ink([0, 1], np.random.default_rng(3), signs, fair=True)
        for signs in (["", ""], [CROSSED_OUT, ""])
    )
    assert struck.sum() > 1.05 * plain.sum()


def test_labels_say_of_every_word_whether_it_stands():
    source, rng = WordsCrossedOut(written(), 10), np.random.default_rng(0)
    lines, labels = source.batch(np.arange(6), rng)
    assert lines.shape[:2] == (6, 32)
    assert set(np.unique(labels)) <= {-1, 0, 1}
    assert {0, 1} <= set(np.unique(np.concatenate([source.line(12, rng)[0] for _ in range(12)])))
