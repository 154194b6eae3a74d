from __future__ import annotations

import calendar

import numpy as np
import pytest
from PIL import Image

from inkgrad.data import vocabulary as words
from inkgrad.errors import UsageError
from inkgrad.imaging.strokes import draw
from inkgrad.ink.line import HEIGHT
from inkgrad.recognition.zipcodes import STATES
from inkgrad.synthetic.envelopes import SIZE, Envelopes
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.signs import STROKES
from inkgrad.synthetic.texts import Texts, labels_of
from inkgrad.synthetic.wording import ALPHABET, SIGNS, Wording


def toy_hands() -> Hands:
    """62 classes that are all a ring: as images, and as the strokes of one writer."""
    t = np.linspace(0, 2 * np.pi, 20)
    ring = (500 + 400 * np.stack([np.cos(t), np.sin(t)], 1)).astype(np.float32)
    image = np.pad(draw([ring / 50], 2.5), ((0, 8), (0, 8)))[None, :28, :28]
    return Hands([image] * 62, [[[[ring]]] * 62])


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts(toy_hands(), Wording(), 100, Fonts.found(ALPHABET))


def test_words_kept_for_measuring_are_never_in_what_is_trained_on():
    rng = np.random.default_rng(0)

    def told(wording: Wording) -> set[str]:
        phrases = " ".join(wording.phrase(20, rng) for _ in range(1500)).lower()
        return {word.strip(SIGNS) for word in phrases.split()}

    learned, kept = told(Wording()), told(Wording(held=True))
    known = set(words.vocabulary())
    # Long words: short ones may come about as names and codes, which are made of any letters.
    of_learning = {word for word in learned & known if len(word) > 6}
    of_measuring = {word for word in kept & known if len(word) > 6}
    assert min(len(of_learning), len(of_measuring)) > 500
    dates = {name.lower() for name in (*calendar.month_name, *calendar.day_name)}
    assert of_learning & of_measuring <= dates
    assert not any(map(words.held_out, of_learning))


def test_phrases_are_of_about_the_length_asked_for_and_of_the_alphabet():
    wording, rng = Wording(), np.random.default_rng(1)
    phrases = [wording.phrase(20, rng) for _ in range(200)]
    assert all(set(phrase) <= set(ALPHABET) for phrase in phrases)
    assert all(len(phrase) >= 18 for phrase in phrases)
    assert np.mean([len(phrase) for phrase in phrases]) < 34
    assert any(phrase.isupper() for phrase in phrases)
    assert any(c.isdigit() for phrase in phrases for c in phrase)


def test_every_sign_of_the_alphabet_can_be_drawn():
    assert set(STROKES) == set(SIGNS)
    assert len(set(ALPHABET)) == len(ALPHABET) == 62 + len(SIGNS) + 1


@pytest.mark.parametrize("drawn", [0.0, 1.0])
def test_lines_are_as_readers_see_them_and_as_wide_as_they_are_long(texts, drawn):
    source = Texts(texts.hands, texts.wording, 100, drawn=drawn, typed=0.0)
    rng = np.random.default_rng(2)
    short, long = (
        np.median([source.line(text, rng).shape[1] for _ in range(9)])
        for text in ("OO", "OOOO OOOO OOOO")
    )
    assert source.line("a,b", rng).shape[0] == HEIGHT
    assert long > 3 * short


def test_small_letters_are_lower_than_capitals_and_tails_hang_down(texts):
    source = Texts(texts.hands, texts.wording, 100, drawn=1.0, typed=0.0)

    def tall(text: str) -> float:
        rows = [source.ink(text, np.random.default_rng(seed)).any(1).sum() for seed in range(30)]
        return float(np.median(rows))

    assert tall("oo") < tall("OO") < tall("Og")


def test_a_batch_is_lines_with_their_labels(texts):
    lines, labels = texts.batch(np.arange(6), np.random.default_rng(3))
    again, same = texts.batch(np.arange(6), np.random.default_rng(3))
    assert lines.dtype == np.uint8
    assert lines.shape[:2] == (6, HEIGHT)
    assert labels.max() < len(ALPHABET)
    assert (labels[:, 0] >= 0).all()
    np.testing.assert_array_equal(lines, again)
    np.testing.assert_array_equal(labels, same)
    assert "".join(ALPHABET[c] for c in labels_of("Ab 1,")) == "Ab 1,"


def test_without_fonts_there_is_the_one_that_comes_with_pillow(monkeypatch, tmp_path):
    monkeypatch.setenv("INKGRAD_FONTS", str(tmp_path))
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    fonts = Fonts.found(ALPHABET)
    assert len(fonts.printed) == 1
    assert not fonts.hands
    assert fonts.printed[0].characters == set(ALPHABET)
    ink = fonts.printed[0].line("Ink 12", np.random.default_rng(0))
    assert ink.max() > 200


def test_without_the_list_of_words_it_is_said_what_to_install(monkeypatch):
    words.vocabulary.cache_clear()

    def gone(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(words, "files", gone)
    with pytest.raises(UsageError, match="needs symspellpy"):
        words.vocabulary()
    words.vocabulary.cache_clear()


def test_an_envelope_is_the_same_for_the_same_seed_and_holds_its_address(texts):
    typed = Texts(texts.hands, texts.wording, 0, texts.fonts, typed=1.0)
    source = Envelopes(texts, typed, STATES)
    one, same = (source.compose(np.random.default_rng(4)) for _ in range(2))
    other = source.compose(np.random.default_rng(5))
    np.testing.assert_array_equal(one.grey, same.grey)
    assert one.code == same.code != other.code
    assert one.grey.shape == SIZE
    assert one.code[:3] in STATES
    left, top, right, bottom = one.address
    assert 0 <= left < right <= SIZE[1]
    inside = np.asarray(Image.fromarray(one.grey).crop((left, top, right, bottom)))
    paper = float(np.median(one.grey))
    assert (inside < 0.75 * paper).mean() > 0.02  # ink


def test_an_envelope_may_have_an_address_of_ones_own(texts):
    class Bars:
        def ink(self, text, rng):
            return np.full((20, 10 * len(text)), 255, np.float32)

    source = Envelopes(texts, texts, STATES)
    made = source.with_address("12345", ["one", "and another"], Bars(), np.random.default_rng(4))
    assert made.code == "12345"
    assert not made.typed
    left, top, right, bottom = made.address
    inside = made.grey[top:bottom, left:right]
    assert (inside < 0.75 * np.median(made.grey)).mean() > 0.25
