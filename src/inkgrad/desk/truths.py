"""What people have said on a desk, as images with known answers: to calibrate and to measure by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import DeskField
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.which_database import desk_database, has_desk
from inkgrad.errors import DataError
from inkgrad.images.files import open_to_read
from inkgrad.reading import kinds


class Truths:
    """The fields of a desk that are `measured` as one kind, and that a person said the text of.

    Kinds that are not measured as another one stand for themselves.

    Settled ones, and accepted ones that were checked in double entry. What nobody looked at is no
    truth, and what is contested waits. Those in doubt are more than their part of all: what is
    measured on them is rather too bad than too good.
    """

    def __init__(self, folder: Path, measured: str) -> None:
        """Raises DataError where there is no desk in that folder."""
        if not has_desk(folder):
            raise DataError(f"{folder}: holds no desk, expected the folder of one")
        self.folder, self.digits = folder, measured == "number"
        with Ledger(folder, desk_database(folder)) as ledger:
            known = ledger.numbers("f.state IN ('settled', 'accepted') AND f.version>0")
            self.fields = [
                field for field in ledger.fields(known) if _said(ledger, field, measured)
            ]

    def __len__(self) -> int:
        return len(self.fields)

    def __iter__(self) -> Iterator[tuple[NDArray[np.uint8], str]]:
        """Each image (h, w) as it came, and its text: of numbers the digits alone."""
        for field in self.fields:
            path = pictures_kept.came(self.folder, field.sha256)
            with open_to_read(path, [field.page], name=field.name) as pages:
                grey = pages.first().grey
            yield grey, "".join(filter(str.isdecimal, field.text)) if self.digits else field.text


def _said(ledger: Ledger, field: DeskField, measured: str) -> bool:
    if field.kind not in kinds.names():  # a line of a text, a field of a form
        return False
    kind = kinds.named(field.kind)
    if (kind.measured or kind.name) != measured:
        return False
    said = {event["what"] for event in ledger.holding([field.id])}
    return bool(said & {"settle", "check"})
