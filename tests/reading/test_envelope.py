"""Envelopes in the font that comes with Pillow, read by the models that come with inkgrad."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.data.envelopes import Envelopes
from inkgrad.data.fonts import Fonts
from inkgrad.data.synthetic import Hands
from inkgrad.data.texts import Texts
from inkgrad.data.wording import ALPHABET, Wording
from inkgrad.errors import ImageError
from inkgrad.pretrained.shipped import find
from inkgrad.reading.decoding import Pattern, Unlikely
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.reading.zipcodes import STATES, unused

PATTERNS = [Pattern.parse(text) for text in ("99999", "99999-9999")]


@pytest.fixture(scope="module")
def reader() -> EnvelopeReader:
    return EnvelopeReader.load(find("numbers"), find("text"))


@pytest.fixture(scope="module")
def source() -> Envelopes:
    typed = Texts(Hands([], []), Wording(), 0, Fonts.found(ALPHABET), typed=1.0)
    return Envelopes(typed, typed, STATES, typed=1.0)


def test_the_zip_code_of_the_destination_is_found_and_read(reader, source):
    rng, right = np.random.default_rng(0), 0
    for _ in range(8):
        made = source.compose(rng)
        found = reader.read(made.grey, PATTERNS, 3, Unlikely(unused()))
        right += found.text == made.code
        if found.text == made.code:
            assert len(found.boxes) == len(made.code.replace("-", ""))
            left, top, right_end, bottom = made.address
            for x0, y0, x1, y1 in found.boxes:
                assert left - 60 <= x0 < x1 <= right_end + 60
                assert top - 60 <= y0 < y1 <= bottom + 60
    assert right >= 7


def test_an_envelope_without_an_address_is_said(reader):
    with pytest.raises(ImageError, match="expected writing"):
        reader.read(np.full((400, 700), 210, np.uint8), PATTERNS)
