"""A form of a composed design, empty and filled in with type: no data set is needed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkgrad.synthetic.form_designs import EmptyForm, empty_form

NUMBER = 3
"""The design that the tests look at."""


def on_paper(printed: NDArray[np.float32], written: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (240 - 190 * np.maximum(printed, written)).round().astype(np.uint8)


@pytest.fixture(scope="session")
def design() -> EmptyForm:
    return empty_form(NUMBER)


@pytest.fixture(scope="session")
def blank(design: EmptyForm) -> NDArray[np.uint8]:
    return on_paper(design.print, 0 * design.print)


@pytest.fixture(scope="session")
def filled(design: EmptyForm) -> NDArray[np.uint8]:
    """Digits in the cells of Meter, a cross at Owner; all else stays empty."""
    room = Image.new("L", design.print.shape[::-1])
    pen, font = ImageDraw.Draw(room), ImageFont.load_default(28)
    fields = {field.asked.label: field for field in design.fields}
    for digit, (left, _, right, bottom) in zip("40718253", fields["Meter"].cells, strict=True):
        pen.text(((left + right) / 2, bottom - 4), digit, fill=255, font=font, anchor="ms")
    left, top, right, bottom = fields["Read by"].cells[1]
    for ends in ((left - 2, top - 2, right + 3, bottom), (right, top, left, bottom + 3)):
        pen.line(ends, fill=255, width=3)
    return on_paper(design.print, np.asarray(room, np.float32) / 255)
