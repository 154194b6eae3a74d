"""What an image was read as: one family, whether it holds a number, a character or a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Self

import numpy as np
from numpy.typing import NDArray

from inkgrad.documents.page import Box
from inkgrad.notebook import grey_picture, shown, table_of, text_of

STATUSES = ("read", "rejected", "empty", "failed")


@dataclass(frozen=True)
class Reading:
    """What one page was read as, and how sure that is.

    `confidence` is the probability that `text` is right; `alternatives` are other texts with
    theirs, the likeliest first. `status` is "read", "rejected" as too doubtful, "empty" where
    nothing is written, or "failed"; where it is not "read", `reason` says why. `boxes` say where
    each character (on a page of text, each word) is in the image as it was given: left, top,
    right, bottom. `turned` is by how many quarters counter-clockwise the image had to be turned to
    be read, `notes` are marks that were passed over, or leave open what the text says; `value` is
    what an amount is worth, or which day a date is. `page` is its number in `source`, from 1 on.
    """

    text: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    _: KW_ONLY
    status: str = "read"
    reason: str = ""
    boxes: tuple[Box, ...] = ()
    turned: int = 0
    notes: tuple[str, ...] = ()
    value: Decimal | date | None = None
    source: str = ""
    page: int = 1

    @property
    def accepted(self) -> bool:
        """Whether it was read, and surely enough."""
        return self.status == "read"

    def _repr_html_(self) -> str:
        """What a notebook shows of it: what was read, how sure that is, and the line of ink."""
        rows = [("confidence", f"{self.confidence:.4f}"), ("status", self.status)]
        rows += [("value", str(self.value))] if self.value is not None else []
        rows += [("reason", self.reason)] if self.reason else []
        rows += [("or", f"{text} ({p:.4f})") for text, p in self.alternatives[:3]]
        rows += [("note", note) for note in self.notes]
        stages = list(self.stages.items())[-1:]
        pictures = [grey_picture(name, image) for name, image in stages if image.size]
        return shown("Reading", text_of(self.text), *pictures, table_of(("", ""), rows))

    @property
    def stages(self) -> Mapping[str, NDArray[np.uint8]]:
        """What it was seen as on the way, by name, for those who want to look."""
        return {}

    def bare(self) -> Self:
        """The same without its stages: thousands of them fit into memory."""
        return self

    def judged(self, least: float) -> Self:
        """The same, rejected where it is less sure than `least` or no string fitted."""
        if self.status != "read" or (self.text and self.confidence >= least):
            return self
        reason = "fits nothing that is possible, expected what the patterns allow"
        if self.text:
            reason = f"is {self.confidence:.4f} sure, expected {least:.4f} at least"
        return replace(self, status="rejected", reason=reason)
