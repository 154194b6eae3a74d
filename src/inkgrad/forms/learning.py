"""An empty form, as an image or a PDF -> a template: its fields found and named."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError, InkgradError
from inkgrad.forms.fields import Box, find_fields
from inkgrad.forms.naming import Said, named
from inkgrad.forms.overview import dark
from inkgrad.forms.template import FormTemplate, load_fields
from inkgrad.images.files import Opened, open_images
from inkgrad.images.pdf import Text, texts_of
from inkgrad.imaging.filters import rescaled
from inkgrad.imaging.flattened import evened
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.layout.spacing import closer
from inkgrad.pretrained.shipped import find
from inkgrad.reading.text import TextReader
from inkgrad.recognition.language import english

_DOTS = 200.0  # to the inch: a template has no more
_LONGEST = 2600  # pixels, where nothing says how large a form is
_SURE = 0.4  # how sure a label has to be that names a field


def learn_form(blank: Path, fields: Path | None = None) -> FormTemplate:
    """The template of an empty form, with the fields that are found, or with those of a file.

    Raises ImageError for what cannot be opened, and where no field is found; DataError for a file
    of fields that does not hold together.
    """
    page = open_images(blank).first()
    scale, dots = _scale(page)
    grey = page.grey
    if scale < 1:
        grey = rescaled(grey, scale).round().clip(0, 255).astype(np.uint8)
    grey = evened(grey)
    size = grey.shape[1], grey.shape[0]
    if fields is not None:
        return FormTemplate(*load_fields(fields, size), grey)
    form = find_fields(grey, dots)
    if not form.fields:
        raise ImageError(f"{blank}: shows no field, expected boxes, combs or lines to write on")
    texts = texts_of(blank) if blank.suffix.lower() == ".pdf" else []
    said = _by_text(texts, size) if texts else _by_reading(grey)
    return FormTemplate(named(form, said), (), grey)


def _scale(page: Opened) -> tuple[float, float | None]:
    """How much smaller a template is than its page, and how many dots it then has to the inch."""
    dots = page.dots if page.dots and 60 <= page.dots <= 2400 else None
    scale = min(1.0, _DOTS / dots if dots else _LONGEST / max(page.grey.shape))
    return scale, dots and dots * scale


def _by_text(texts: list[Text], size: tuple[int, int]) -> Said:
    """By the text of a PDF, whose places are in parts of the page."""

    def said(box: Box) -> str:
        within = []
        for text in texts:
            x, y = text.x * size[0], text.y * size[1]
            if box[0] - 2 <= x <= box[2] + 2 and box[1] - 2 <= y <= box[3] + 2:
                within.append((round(y / max(4.0, box[3] - box[1])), x, text.text))
        return " ".join(each[2].strip() for each in sorted(within))

    return said


def _by_reading(grey: NDArray[np.uint8]) -> Said:
    """By reading what is printed; it is made for handwriting, and only what is sure counts."""
    try:
        reader = TextReader.load(find("text"), english())
    except InkgradError:  # without its word list fields are numbered
        return lambda box: ""
    ink = dark(grey)

    def said(box: Box) -> str:
        left, top, right, bottom = (round(side) for side in box)
        piece = ink[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2]
        try:
            line = line_form(closer(View(piece / max(float(piece.max()), 0.1)))).pixels
        except ImageError:
            return ""
        words = reader.read_line(line)
        sure = math.prod(word.confidence for word in words)
        return " ".join(word.text for word in words) if sure >= _SURE else ""

    return said
