"""What people settled as lines for a reader to get used to: `adapt numbers desk:FOLDER`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.desk_pieces import kind_of
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.which_database import desk_database
from inkgrad.errors import DataError, ImageError
from inkgrad.images.files import open_to_read
from inkgrad.ink.field import find_field
from inkgrad.ink.line import line_form
from inkgrad.personal.own_lines import OwnLines, classes_of
from inkgrad.reading import kinds

_AROUND = 0.15  # of a line's height: paper that is looked at with it


def settled_lines(folder: str | Path, model: str | Path, alphabet: str) -> OwnLines:
    """The lines that people settled on a desk, of the kinds that a model reads.

    `alphabet` is that of the model; what says something else is left out. Raises DataError where
    there is no desk, or nothing that could be learned.
    """
    folder, lines, strings = Path(folder), [], []
    with Ledger(folder, desk_database(folder)) as ledger:
        for field in _said(ledger, str(model)):
            try:
                string = classes_of(field.text, alphabet, field.name)
                line = line_form(find_field(_cut(folder, field)).view).pixels
            except (DataError, ImageError):
                continue
            lines.append(line)
            strings.append(string)
    if not lines:
        raise DataError(f"{folder}: holds no settled lines that {model} could learn, expected some")
    return OwnLines(f"desk:{folder}", lines, strings)


def _said(ledger: Ledger, model: str) -> Iterator[DeskField]:
    """The fields with a place that people said the text of, of kinds with that model first."""
    for number in ledger.numbers("f.state='settled' AND f.version>0 AND f.text<>''"):
        field = ledger.field(number)
        name = kind_of(field.kind)
        if field.read.box and name in kinds.names() and kinds.named(name).models[0] == model:
            yield field


def _cut(folder: Path, field: DeskField) -> NDArray[np.uint8]:
    """The line of a field, from the file as it came, upright."""
    path = pictures_kept.came(folder, field.sha256)
    with open_to_read(path, [field.page], name=field.name) as pages:
        grey = pages.first().grey
    assert field.read.box
    left, top, right, bottom = field.read.box
    aside = round(_AROUND * min(right - left, bottom - top)) + 1
    part = grey[max(0, top - aside) : bottom + aside, max(0, left - aside) : right + aside]
    return np.ascontiguousarray(np.rot90(part, field.read.turned))
