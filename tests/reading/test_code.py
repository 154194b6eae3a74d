"""Fields of letters and digits: an IBAN by its check digits, a code by its pattern."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkgrad import open_reader
from inkgrad.errors import ModelError
from inkgrad.recognition.builtin import iban_countries, iban_shape
from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.wording import ALPHABET
from inkgrad.synthetic.written_amounts import an_iban


def typed(text: str) -> np.ndarray:
    """A text in a font, on paper."""
    ink = Fonts.found(ALPHABET).printed[0].line(text, np.random.default_rng(0))
    ink = np.asarray(Image.fromarray(ink).resize((ink.shape[1] * 48 // ink.shape[0], 48)))
    return (235 - 0.8 * np.pad(ink, 16)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("text", ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"])
def test_an_iban_is_read_with_or_without_spaces(text):
    found = open_reader("iban").read(typed(text))
    assert found.text.replace(" ", "") == text.replace(" ", "")
    assert found.confidence > 0.5
    codes = [other.replace(" ", "") for other, _ in found.alternatives]
    assert len({*codes, found.text.replace(" ", "")}) == len(codes) + 1


def test_composed_iban_have_their_check_digits(rng):
    for country in iban_countries():
        pattern = Pattern.parse(f"{{iban.{country}}}", ALPHABET)
        assert np.isfinite(pattern.log_weight(an_iban(country, iban_shape(country), rng))), country


def test_a_code_is_read_by_its_pattern():
    found = open_reader("code", patterns=[r"[A-Z]{2}\d{4}-[0-9]"]).read(typed("KX4071-8"))
    assert found.text == "KX4071-8"


def test_an_error_that_nobody_measured_is_not_promised():
    with pytest.raises(ModelError, match="calibrate"):
        open_reader("iban", max_error=0.01)
