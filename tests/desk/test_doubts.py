"""The reasons to doubt a reading, in words."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.desk.doubts import opinions, reasons, rival
from inkgrad.opening import open_reader
from inkgrad.reading.number import FieldReading
from inkgrad.reading.result import Reading


def doubtful(text="44724", **more):
    return FieldReading(text, 0.4, status="rejected", reason="is 0.4 sure", **more)


@pytest.mark.parametrize(
    ("reading", "alone", "said"),
    [
        (doubtful(state="CO"), (), ("the state says Colorado, 44724 is Ohio",)),
        (doubtful("00444", state="CO"), (), ("the state says Colorado, 00444 is in no state",)),
        (doubtful(state=""), (), ("no state stands before it",)),
        (doubtful(state="OH"), (), ("40% sure in all",)),
        (doubtful(), ("44124", "44724"), ("two networks disagree: 1 or 7 in the third place",)),
        (doubtful(), ("44724", "4472"), ("two networks disagree: 44724 or 4472",)),
        (doubtful(), ("44724", "44724"), ("40% sure in all",)),
        (doubtful(), ("44724", ""), ("40% sure in all",)),
        (doubtful(notes=("a mark was passed over",)), (), ("a mark was passed over",)),
        (doubtful(""), (), ("is 0.4 sure",)),
        (Reading("1", 0.9), ("1", "7"), ()),
    ],
)
def test_a_reason_says_where_to_look(reading, alone, said):
    assert reasons(reading, alone) == said


def test_what_networks_disagree_on_is_said_once_and_another_rival_beside_it():
    alone = ("44724", "44124")
    same = doubtful(alternatives=(("44124", 0.3),))
    other = doubtful(alternatives=(("44729", 0.3),))
    apart = "two networks disagree: 7 or 1 in the third place"
    assert reasons(same, alone) == (apart,)
    assert reasons(other, alone) == (apart, "4 or 9 in the fifth place")


def test_a_place_beyond_words_is_told_by_its_number():
    assert rival("0123456789", "0123456780") == "9 or 0 in place 10"


def test_each_network_is_asked_by_itself_only_where_the_reading_is_doubtful():
    image = Image.new("L", (240, 80), 235)
    ImageDraw.Draw(image).text((30, 12), "20516", fill=40, font=ImageFont.load_default(44))
    reader = open_reader("zip")
    reading = next(reader.task.pages_of(reader.images)(image, "field"))
    assert opinions(reader, reading.judged(0.0)) == ()
    alone = opinions(reader, reading.judged(1.1))
    assert len(alone) == len(reader.images.networks) == 3
    assert all(len(text.replace("-", "")) in (5, 9) for text in alone)
    assert opinions(reader, Reading("", 0.0, status="empty")) == ()
    assert np.shape(reading.line)[0] == 32
