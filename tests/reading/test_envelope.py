"""Envelopes in the font that comes with Pillow, read by the models that come with inkgrad."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.batch.rows import Task, read_all
from inkgrad.errors import ImageError, ModelError
from inkgrad.ink.page import find_ink
from inkgrad.layout.lines import find_lines
from inkgrad.nn import files
from inkgrad.pretrained.shipped import find
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.recognition import calibration
from inkgrad.recognition.patterns import Pattern, Unlikely
from inkgrad.recognition.zipcodes import STATES, unused
from inkgrad.synthetic.envelopes import Envelopes
from inkgrad.synthetic.fonts import Fonts
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import ALPHABET, Wording

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


def test_the_picture_of_an_envelope_shows_the_reading_of_its_row(reader, source, tmp_path):
    made, task = source.compose(np.random.default_rng(2)), Task("envelope", alternatives=2)
    Image.fromarray(made.grey).save(tmp_path / "e.png")
    ((row,),) = read_all(reader, task, [tmp_path / "e.png"])
    found = task.one(reader)(made.grey)
    assert (row.text, row.confidence) == (found.text, found.confidence)
    assert row.text == made.code


def test_nothing_is_promised_for_weights_that_were_not_measured(reader, tmp_path):
    kept = json.loads(find("numbers").with_suffix(".calibration.json").read_text())
    assert reader.threshold(0.01) == dict(kept["measured"][0]["thresholds"])[0.01]
    numbers, texts = tmp_path / "mine.safetensors", find("text")
    networks, about = files.load_together(find("numbers"))
    files.save_together(networks, numbers, {**about, "by": "me"})
    mine = EnvelopeReader.load(numbers, texts)
    with pytest.raises(ModelError, match=r"inkgrad models calibrate .*mine\.safetensors --as env"):
        mine.threshold(0.01)
    calibration.save([numbers, texts], ((0.01, 0.8), (0.05, 0.6)))
    assert EnvelopeReader.load(numbers, texts).threshold(0.02) == 0.8
    files.save_together(networks, numbers, {**about, "by": "me again"})
    assert EnvelopeReader.load(numbers, texts).thresholds == ()
    calibration.save([numbers, texts], ((0.01, 0.9),))
    assert len(json.loads(calibration.beside([numbers]).read_text())["measured"]) == 2
    calibration.beside([numbers]).write_text("{")
    with pytest.raises(ModelError, match=r"calibration\.json: does not hold together"):
        EnvelopeReader.load(numbers, texts)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_an_envelope_is_read_whichever_side_is_up(reader, source, quarters):
    made = source.compose(np.random.default_rng(1))
    straight = reader.read(made.grey, PATTERNS, 3, Unlikely(unused()))
    lying = reader.read(
        np.ascontiguousarray(np.rot90(made.grey, quarters)), PATTERNS, 3, Unlikely(unused())
    )
    assert straight.text == lying.text == made.code
    assert (straight.turned, lying.turned) == (0, -quarters % 4)
    marks = [np.zeros(made.grey.shape, bool) for _ in range(2)]
    for x0, y0, x1, y1 in straight.boxes:
        marks[0][y0:y1, x0:x1] = True
    turned = np.rot90(marks[1], quarters)
    for x0, y0, x1, y1 in lying.boxes:
        turned[y0:y1, x0:x1] = True
    assert (marks[0] & marks[1]).sum() > 0.9 * (marks[0] | marks[1]).sum()


def test_the_box_of_the_last_digit_ends_where_the_ink_of_its_line_does(reader, source):
    rng = np.random.default_rng(0)
    for _ in range(3):
        grey = source.compose(rng).grey
        left, top, right, bottom = reader.read(grey, PATTERNS).boxes[-1]
        lines = find_lines(find_ink(grey)).lines
        (line,) = (
            line
            for line in lines
            if line.whole[0] < left < line.whole[2]
            and line.whole[1] < (top + bottom) / 2 < line.whole[3]
        )
        assert right == line.place(0, line.view.width)[2]


def test_an_envelope_without_an_address_is_said(reader):
    with pytest.raises(ImageError, match="expected writing"):
        reader.read(np.full((400, 700), 210, np.uint8), PATTERNS)


def _addressed(state, code, other):
    """An envelope to a state, with a code whose digits are half those of another."""
    font = ImageFont.load_default(36)
    images = []
    for each in (code, other):
        image = Image.new("L", (1200, 700), 225)
        for row, line in enumerate(("Mary Smith", "17 Elm Street", f"Dayton, {state} {each}")):
            ImageDraw.Draw(image).text((480, 330 + 56 * row), line, fill=40, font=font)
        images.append(image)
    return np.asarray(Image.blend(*images, 0.5))


@pytest.mark.parametrize(
    ("state", "code", "other"),
    [("GA", "30217", "80217"), ("CO", "80217", "30217"), ("IL", "60214", "50214")],
)
def test_the_state_before_it_settles_a_digit_that_may_be_either(reader, state, code, other):
    found = reader.read(_addressed(state, code, other), PATTERNS, 3, Unlikely(unused()))
    assert (found.text, found.state) == (code, state)
    assert 0 < dict(found.alternatives)[other] < 0.1


def test_where_no_state_stands_both_readings_are_likely_and_none_is_sure(reader):
    found = reader.read(_addressed("", "30217", "80217"), PATTERNS, 3, Unlikely(unused()))
    assert {found.text, found.alternatives[0][0]} == {"30217", "80217"}
    assert found.alternatives[0][1] > 0.2
    assert (found.confidence, found.state) == (0.5, "")
