from __future__ import annotations

import math

import numpy as np
import pytest

from inkgrad.nn.architectures import line_reader
from inkgrad.reading.text import TextReader
from inkgrad.recognition.beam import Weighed, likely_texts
from inkgrad.recognition.language import (
    START,
    Language,
    WordTables,
    english,
    kept_tables,
    tables_of,
)
from inkgrad.synthetic.wording import ALPHABET


@pytest.fixture(scope="module")
def language() -> Language:
    return Language({"the": 900, "then": 60, "pencil": 30, "mark": 10, "it": 200})


@pytest.mark.parametrize(
    ("likely", "less"),
    [
        ("the", "thc"),
        ("Mark", "1ark"),
        ("pencil", "penci1"),
        ("the pencil", "thepencil"),
        ("IT", "It7"),
        ("the", "tHe"),
        ("2026", "2O26"),
    ],
)
def test_what_people_write_is_likelier(language, likely, less):
    assert language.log_p(likely) > language.log_p(less) + 1


def test_letter_by_letter_comes_to_the_same_as_the_whole(language):
    state, total = START, 0.0
    for c in "then it 12.":
        state, more = language.step(state, c)
        total += more
    assert total + language.end(state) == pytest.approx(language.log_p("then it 12."))


def begun(language: Language, text: str) -> float:
    """The probability that a word begins so."""
    state = START
    for c in text:
        state, _ = language.step(state, c)
    return math.exp(state.log_p)


def test_a_beginning_is_as_likely_as_all_that_may_come_of_it(language):
    state = START
    for c in "the":
        state, _ = language.step(state, c)
    ends = math.exp(state.log_p + language.end(state))
    goes_on = sum(begun(language, "the" + c) for c in "abcdefghijklmnopqrstuvwxyz")
    assert goes_on + ends == pytest.approx(begun(language, "the"), rel=1e-6)


def test_no_letter_is_ever_free(language):
    state, costs = START, []
    for c in "zq" * 200:
        state, more = language.step(state, c)
        costs.append(more)
    assert max(costs) < -0.5


def test_english_knows_usual_words_and_lets_new_ones_through():
    assert english().knows("Pencil")
    assert not english().knows("zorblax")
    assert english().log_p("zorblax") > english().log_p("zxqrbl1")


TEXT = "The zorblax didn't mark it, ITS pencil 12"


@pytest.mark.parametrize("spoilt", [None, "cut", "other", "absent"])
def test_the_language_is_counted_once_and_kept_the_same(spoilt, tmp_path, monkeypatch):
    monkeypatch.setenv("INKGRAD_CACHE", str(tmp_path))
    words = {"the": 900, "then": 60, "pencil": 30, "mark": 10, "it": 200, "did": 0, "na\xefve": 7}
    asked: list[int] = []

    def make() -> WordTables:
        asked.append(1)
        return tables_of(words)

    first = Language.of(kept_tables(b"a list", make))
    (kept,) = tmp_path.iterdir()
    if spoilt == "cut":
        kept.write_bytes(kept.read_bytes()[:-30])
    elif spoilt == "other":
        np.savez(kept, words=np.zeros(3, np.uint8), sums=np.ones(2), parts=np.ones(1))
    elif spoilt == "absent":
        kept.unlink()
    second = Language.of(kept_tables(b"a list", make))
    assert len(asked) == (2 if spoilt else 1)
    assert first.log_p(TEXT) == second.log_p(TEXT) == Language(words).log_p(TEXT)
    assert second.knows("did")
    kept_tables(b"another list", make)
    assert len(asked) == (3 if spoilt else 2)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("INKGRAD_CACHE", str(tmp_path / "file"))
    made = kept_tables(b"a list", lambda: tables_of({"milk": 3}))
    assert Language.of(made).knows("milk")


def columns_of(text: str, doubt: dict[int, str], sure: float = 0.98) -> np.ndarray:
    """Log probabilities as a reader gives them: three columns a character, `doubt` half of it."""
    k = len(ALPHABET) + 1
    rows = []
    for place, c in enumerate(text):
        row = np.full(k, (1 - sure) / k)
        if place in doubt:
            row[ALPHABET.index(c)] += 0.5 * sure
            row[ALPHABET.index(doubt[place])] += 0.5 * sure
        else:
            row[ALPHABET.index(c)] += sure
        blank = np.full(k, (1 - sure) / k)
        blank[-1] += sure
        rows += [blank, row, blank]
    p = np.array(rows)
    return np.log(p / p.sum(axis=1, keepdims=True))


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return TextReader(line_reader(ALPHABET, "large"), {"alphabet": ALPHABET}, english())


def test_the_ink_decides_where_it_is_clear(reader):
    words = reader.words([columns_of("Zorblax is 17", {})], 13 * 6)
    assert [word.text for word in words] == ["Zorblax", "is", "17"]
    assert [word.raw for word in words] == ["Zorblax", "is", "17"]
    assert all(word.confidence > 0.6 for word in words)
    # Up to the middle columns of the spaces around it, two pixels a column.
    assert words[1].span == (7 * 6 + 3, 10 * 6 + 3)


def test_the_language_decides_where_the_ink_does_not(reader):
    unclear = columns_of("pencl1 l0ndon", {4: "i", 5: "l", 8: "o"})
    words = reader.words([unclear], 13 * 6)
    assert words[-1].text == "london"
    assert words[-1].raw == "l0ndon"
    assert words[0].text == "pencil"


def test_a_word_that_the_search_lost_is_found_in_the_list(reader):
    """Its first letter is too unlikely for a beam to begin with, and what is read is no word."""
    columns = columns_of("uylophone", {}, sure=0.97)
    weighed = Weighed(reader.language, ALPHABET, reader.weight, reader.length)
    found = ["".join(ALPHABET[c] for c in text) for text in likely_texts(columns, weighed)]
    assert "xylophone" not in found
    (word,) = reader.words([columns], 9 * 6)
    assert (word.text, word.raw) == ("xylophone", "uylophone")


def test_two_words_in_doubt_are_one_of_the_list(reader):
    (word,) = reader.words([columns_of("kam chatka", {}, sure=0.9)], 10 * 6)
    assert word.text == "kamchatka"
    many = reader.words([columns_of("the quick", {}, sure=0.9)], 9 * 6)
    assert [word.text for word in many] == ["the", "quick"]


def test_words_are_looked_for_as_they_are_written(language):
    assert language.near("Pencel", 5) == ["Pencil"]
    assert language.near("PENCEL", 5) == ["PENCIL"]
    assert language.near("pen-il", 5) == language.near("tha", 5) == []


def test_a_word_that_is_never_counted_is_not_impossible(language):
    seldom = Language({"the": 10**9, "zither": 1})
    new = Language({"the": 10**9})
    assert seldom.log_p("zither") > new.log_p("zither") + 5


def test_without_a_language_the_ink_alone_is_read():
    bare = TextReader(line_reader(ALPHABET, "large"), {"alphabet": ALPHABET}, None)
    (word,) = bare.words([columns_of("x1l0", {})], 24)
    assert word.text == word.raw == "x1l0"


def test_an_empty_line_has_no_words(reader):
    nothing = np.full((20, len(ALPHABET) + 1), 1e-6)
    nothing[:, -1] = 1
    assert reader.words([np.log(nothing)], 40) == []
