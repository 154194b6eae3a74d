from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkgrad.data.unipen_words import Writing, load_unipen_words
from inkgrad.errors import DataError
from inkgrad.synthetic.mixture import Mixture
from inkgrad.synthetic.wording import ALPHABET
from inkgrad.synthetic.written import Written, plain, reach

TEXTS = ["no", "at", "long " * 9 + "line", "Yes", "caf\u00e9", "a b c", "well ,"]


def write_words(folder: Path, texts: list[str] = TEXTS, **changed: np.ndarray) -> None:
    """A data set of a zigzag for each text, as wide as it has characters, by two writers."""
    points, starts, items = [], [0], [0]
    for text in texts:
        for k in range(len(text)):
            x = 400 * k
            points += [(x, 0), (x + 200, 1000), (x + 300, 0)]
            starts.append(len(points))
        items.append(len(starts) - 1)
    arrays = {
        "points": np.array(points, np.int16),
        "stroke_start": np.array(starts, np.int32),
        "item_start": np.array(items, np.int32),
        "text": np.array(texts),
        "writer": np.arange(len(texts)) % 2,
        "provider": np.array(["one", "two"] * len(texts))[: len(texts)],
        "style": np.array(["CU"] * len(texts)),
        "line": np.array([len(text) > 20 for text in texts]),
        **changed,
    }
    (folder / "unipen-words").mkdir()
    np.savez(folder / "unipen-words" / "words.npz", **arrays)


@pytest.fixture
def words(tmp_path, monkeypatch) -> Writing:
    write_words(tmp_path)
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    return load_unipen_words()


def test_strokes_of_an_item_begin_at_zero_and_are_its_own(words):
    strokes = words.strokes(1)
    assert [len(stroke) for stroke in strokes] == [3, 3]
    assert np.concatenate(strokes).min(0).tolist() == [0, 0]
    assert np.concatenate(strokes).max(0).tolist() == [700, 1000]


def test_sources_are_told_apart(words):
    rest, held = words.of_sources(["two"])
    assert set(rest.sources) == {"one"}
    assert set(held.sources) == {"two"}
    assert held.texts.tolist() == TEXTS[1::2]
    assert held.numbers.tolist() == [1, 3, 5]
    assert np.array_equal(held.strokes(1)[0], words.strokes(3)[0])


@pytest.mark.parametrize(
    "changed",
    [{"text": np.array(["one"])}, {"stroke_start": np.array([0, 3], np.int32)}],
)
def test_parts_that_do_not_belong_together_are_refused(tmp_path, monkeypatch, changed):
    write_words(tmp_path, **changed)
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    with pytest.raises(DataError, match="do not belong together"):
        load_unipen_words()


def test_a_missing_set_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("INKGRAD_DATA", str(tmp_path))
    with pytest.raises(DataError, match="holds no words as strokes"):
        load_unipen_words()


def test_a_line_says_what_its_items_say_and_what_cannot_be_read_is_left_out(words, rng):
    source = Written(words, 10, long=0.0)
    assert not source.usable[TEXTS.index("caf\u00e9")]
    known = {plain(text) for text in TEXTS}
    for _ in range(30):
        text, line = source.phrase(12, rng)
        assert {word.rstrip(".,;:!?") for word in text.split()} <= {
            piece.rstrip(",") for known_text in known for piece in known_text.split()
        }
        assert line.dtype == np.uint8
        assert line.shape[0] == 32
        assert line.max() > 100


def test_a_batch_is_labelled_as_it_is_drawn(words, rng):
    images, labels = Written(words, 10, long=0.0).batch(np.arange(8), rng)
    assert len(images) == len(labels) == 8
    said = ["".join(ALPHABET[c] for c in row if c >= 0) for row in labels]
    assert all(said)
    assert "\u00e9" not in "".join(said)


def test_long_items_come_alone(words, rng):
    _, labels = Written(words, 10, long=1.0).batch(np.arange(8), rng)
    said = {"".join(ALPHABET[c] for c in row if c >= 0) for row in labels}
    assert said == {plain(TEXTS[2])}


def test_the_same_generator_draws_the_same_lines(words):
    first, second = (
        Written(words, 10).batch(np.arange(4), np.random.default_rng(5)) for _ in range(2)
    )
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])


@pytest.mark.parametrize(
    ("text", "said"), [("well ,", "well,"), ("a b c", "abc"), ("no  one", "no one"), ("a b", "a b")]
)
def test_spaces_that_nobody_means_are_taken_out(text, said):
    assert plain(text) == said


def test_small_letters_reach_nowhere_and_others_up_or_down():
    assert reach("aceno") == (0.0, 0.0)
    up, down = reach("help")
    assert up > 0
    assert down > 0
    assert reach("gap")[0] == 0.0
    assert 0 < reach("in")[0] < reach("it")[0]


def test_a_mixture_draws_from_each_source_by_its_part(words):
    one, two = Written(words, 4, long=0.0), Written(words, 4, long=1.0)
    mixture = Mixture([one, two], [0.75, 0.25], 40)
    assert len(mixture) == 40
    rng = np.random.default_rng(0)
    long = sum(mixture.batch(np.arange(2), rng)[1].shape[1] > 40 for _ in range(200))
    assert 30 < long < 70


def test_a_fair_line_shows_what_its_items_are_and_nothing_around_them(words, monkeypatch):
    class Around(Exception):
        pass

    def around(*_: object) -> list[np.ndarray]:
        raise Around

    monkeypatch.setattr(Written, "_around", around)
    with pytest.raises(Around):
        Written(words, 8).line([0], np.random.default_rng(0))
    fair = Written(words, 8, fair=1.0)
    lines = [fair.line([0], np.random.default_rng(i)) for i in range(20)]
    assert all(line.shape[0] == 32 and line.max() > 200 for line in lines)
