"""Lines of numbers with marks: what they say is what they are labelled with."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.recognition.patterns import Pattern
from inkgrad.synthetic.marked_numbers import (
    MARKED,
    MarkedNumbers,
    _sign,
    a_date,
    a_phone,
    any_text,
    labels_of_marked,
)
from inkgrad.synthetic.numbers import Hands, Numbers
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import Wording


@pytest.fixture(scope="module")
def source() -> MarkedNumbers:
    """In one hand, whose characters are bars and rings."""
    bar, ring = np.zeros((1, 28, 28), np.uint8), np.zeros((1, 28, 28), np.uint8)
    bar[:, 4:24, 12:16] = ring[:, 4:24, 6:22] = 255
    stroke = [np.array([[0, 0], [400, 1000]], np.float32)]
    hands = Hands([bar, ring] * 31, [[[stroke]] * 62])
    digits = Hands([bar, ring] * 5, [[[stroke]] * 10])
    return MarkedNumbers(
        Numbers(digits, 0, marks=0.0), Texts(hands, Wording(), 0, typed=0.0, apart=0.06), 8
    )


def test_a_batch_is_labelled_with_its_digits_and_marks(source, rng):
    lines, labels = source.batch(np.arange(6), rng)
    assert lines.shape[:2] == (6, 32)
    assert labels.shape[0] == 6
    assert labels.max() < len(MARKED)
    assert lines.any((1, 2)).all()


@pytest.mark.parametrize("sign", MARKED[10:20])
def test_every_mark_is_drawn_after_what_is_before_it_and_near_the_line(sign, rng):
    strokes, end = _sign(sign, 2.0, 1.0, 0.3, rng)
    points = np.concatenate(strokes)
    assert points[:, 0].min() >= 2.0 - 1e-5
    assert points[:, 0].max() == pytest.approx(end, abs=1e-5)
    assert -0.6 < points[:, 1].min() < points[:, 1].max() < 1.6


def test_spaces_are_passed_over():
    assert [MARKED[c] for c in labels_of_marked("7 XX/100 USD")] == list("7xx/100USD")


def test_dates_are_days_that_exist_and_telephone_numbers_are_possible(rng):
    dates = [Pattern.parse(f"{{date.dmy{digits}}}", MARKED) for digits in ("", "2")]
    phones = Pattern.parse("{phone.us}", MARKED)
    for _ in range(100):
        date = a_date(rng, "dmy")
        assert any(np.isfinite(pattern.log_weight(date)) for pattern in dates), date
        phone = a_phone(rng)
        assert sum(c.isdigit() for c in phone) == 10
        if phone[3] in "-." and phone[4] != "1":
            assert np.isfinite(phones.log_weight(phone)) or phone[4:7].endswith("11"), phone


def test_any_text_is_of_characters_that_can_be_written(rng):
    for _ in range(200):
        assert set(any_text(rng)) <= set(MARKED) | set(" X")
