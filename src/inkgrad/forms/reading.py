"""Filled forms read: each field by its kind, then what the rules say of them together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError, UsageError
from inkgrad.forms.answer import FieldRead
from inkgrad.forms.cutting import CutField, by_cells, cut, ticked
from inkgrad.forms.laying import Bed, Laid
from inkgrad.forms.rules import settled
from inkgrad.forms.template import CHOICE, TICK, FormField, FormTemplate
from inkgrad.imaging.view import View
from inkgrad.ink.line import line_form
from inkgrad.kernels.arrays import Floats
from inkgrad.layout.spacing import closer, parts
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.pretrained.shipped import find
from inkgrad.reading import kinds
from inkgrad.reading.kinds import Kind
from inkgrad.reading.number import NumberReader
from inkgrad.reading.pages import PagesReader
from inkgrad.reading.text import ReadWord, TextReader
from inkgrad.recognition.patterns import Pattern

_APART = 0.16  # of the characters' height: how far those of cells are put from each other
_OTHERS = 6  # texts that a field is weighed as
_TICK, _SLOPE = 0.035, 90.0  # of a box's room that a tick fills at least, and how sharply


class FormReader:
    """Reads filled forms of one template. Threads may share one.

    Raises ModelError and UsageError where a field cannot be read as the template says.
    """

    def __init__(self, template: FormTemplate, max_error: float | None = None) -> None:
        self.template, self.bed = template, Bed(template.blank)
        self.models: list[Path] = []
        loaded: dict[object, Any] = {}
        self._ways: dict[str, _Read] = {}
        for field in template.fields:
            if field.kind in (TICK, CHOICE):
                continue
            kind = kinds.named(field.kind)
            kind = (kind.in_cells or kind) if field.cells else kind
            if kind.open not in loaded:
                paths = [find(name) for name in kind.models]
                loaded[kind.open] = kind.open(paths)
                self.models += [path for path in paths if path not in self.models]
            self._ways[field.name] = _way(field, kind, loaded[kind.open], max_error)

    def read(self, grey: NDArray[np.uint8]) -> list[FieldRead]:
        """The fields of a filled form in a grey image (h, w).

        Raises ImageError for another form, or none.
        """
        return self.laid_and_read(grey)[1]

    def laid_and_read(self, grey: NDArray[np.uint8]) -> tuple[Laid, list[FieldRead]]:
        """The same, and the form as its template lies."""
        laid = self.bed.lay(grey)
        with one_blas_thread():
            return laid, self.read_laid(laid)

    def read_laid(self, laid: Laid) -> list[FieldRead]:
        """The same of one that lies on its template already."""
        found = [self._field(field, laid.pixels) for field in self.template.fields]
        return settled(found, self.template.rules)

    def _field(self, field: FormField, laid: NDArray[np.uint8]) -> FieldRead:
        if field.kind == TICK:
            return _tick(field, ticked(laid, self.bed.blank, field.box))
        if field.kind == CHOICE:
            options = [
                (each.name, ticked(laid, self.bed.blank, each.box)) for each in field.options
            ]
            return _choice(field, options)
        way = self._ways[field.name]
        piece = cut(laid, self.bed.blank, field.box, marks=way.marks and not field.cells)
        if piece.empty:
            return FieldRead(field.name, "", piece.sure_to_be_empty, "empty")
        try:
            return way.read(field, piece)
        except ImageError as error:
            return FieldRead(field.name, "", 0.0, "rejected", (), str(error))


class _Read(Protocol):
    """A way to read what was cut out of a field; `marks` says whether points are read."""

    @property
    def marks(self) -> bool: ...

    def read(self, field: FormField, piece: CutField) -> FieldRead: ...


def _way(field: FormField, kind: Kind, reader: Any, max_error: float | None) -> _Read:
    if isinstance(reader, PagesReader):
        lines = reader.notes.lines
        return _Words(lines, 0.0 if max_error is None else lines.threshold(max_error))
    if isinstance(reader, NumberReader):
        texts = (field.pattern,) if field.pattern else kind.patterns
        patterns = tuple(Pattern.parse(text, reader.alphabet) for text in texts)
        least = 0.0 if max_error is None else reader.threshold(max_error)
        return _Digits(kind, reader, patterns, least)
    raise UsageError(
        f"as {kind.name} no field of a form is read, expected number, text or the like"
    )


@dataclass(frozen=True)
class _Digits:
    """By the reader of lines of digits, in boxes and combs one a cell."""

    kind: Kind
    reader: NumberReader
    patterns: Sequence[Pattern]
    least: float

    @property
    def marks(self) -> bool:
        return self.reader.marks

    def read(self, field: FormField, piece: CutField) -> FieldRead:
        ink, patterns = piece.ink, self.patterns
        if field.cells:
            filled = [cell for cell in by_cells(piece, field.cells) if cell.any()]
            ink = _in_a_row(filled)
            if not patterns:
                patterns = [Pattern.parse("9" * len(filled), self.reader.alphabet)]
        line = line_form(_tight(ink)).pixels
        found = self.reader.read_line(line, patterns, _OTHERS, self.kind.prior())
        texts = [(found.text, found.confidence), *found.alternatives]
        if field.cells:
            texts = _as_long(texts, len(filled))
        (text, sure), *others = texts
        return _judged(FieldRead(field.name, text, sure, "read", tuple(others)), self.least)


@dataclass(frozen=True)
class _Words:
    """By the reader of text; a line as sure as all of its words."""

    reader: TextReader
    least: float
    marks = False

    def read(self, field: FormField, piece: CutField) -> FieldRead:
        ink = piece.ink
        if field.cells:
            ink = _in_a_row([cell for cell in by_cells(piece, field.cells) if cell.any()])
        view = View(_tight(ink))
        words: list[ReadWord] = []
        for first, last in parts(view.pixels):
            band = view.cropped((first, 0, last, view.height))
            words += self.reader.read_line(line_form(closer(band)).pixels)
        text = " ".join(word.text for word in words)
        if field.cells:
            text = text.replace(" ", "")
        sure = min((word.confidence for word in words), default=0.0)
        read = FieldRead(field.name, text, math.prod(word.confidence for word in words))
        return read if sure >= self.least and text else _judged(replace(read, confidence=sure), 1.0)


def _as_long(texts: list[tuple[str, float]], count: int) -> list[tuple[str, float]]:
    """The texts with one character a cell, as sure as they are among all such; else all of them."""
    fitting = [each for each in texts if sum(map(str.isalnum, each[0])) == count]
    if not fitting or len(fitting) == len(texts):
        return texts
    rest = max(0.0, 1 - sum(p for _, p in texts)) + sum(p for _, p in fitting)
    return [(text, p / rest) for text, p in fitting]


def _judged(read: FieldRead, least: float) -> FieldRead:
    if not read.text:
        return replace(read, status="rejected", reason="fits nothing that is possible there")
    if read.confidence >= least:
        return read
    reason = f"is {read.confidence:.4f} sure, expected {least:.4f} at least"
    return replace(read, status="rejected", reason=reason)


def _in_a_row(cells: Sequence[Floats]) -> Floats:
    """The ink of cells as one line, its characters as close as people write."""
    tall = max(np.ptp(np.flatnonzero(cell.any(1))) + 1 for cell in cells)
    gap = np.zeros((cells[0].shape[0], max(2, round(_APART * float(tall)))), np.float32)
    row = [gap]
    for cell in cells:
        columns = np.flatnonzero(cell.any(0))
        row += [cell[:, columns[0] : columns[-1] + 1], gap]
    return np.concatenate(row, axis=1)


def _tight(ink: Floats) -> Floats:
    """The ink with a little paper around it."""
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return np.pad(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 4)


def _sure(filled: float) -> float:
    """How likely a box is ticked of whose room so large a part is written on."""
    return float(1 / (1 + math.exp(min(60.0, -_SLOPE * (filled - _TICK)))))


def _tick(field: FormField, filled: float) -> FieldRead:
    p = _sure(filled)
    return FieldRead(field.name, "yes" if p > 0.5 else "no", max(p, 1 - p))


def _choice(field: FormField, options: Sequence[tuple[str, float]]) -> FieldRead:
    """The one option that is ticked; of two, neither."""
    sure = [(name, _sure(filled)) for name, filled in options]
    chosen = [name for name, p in sure if p > 0.5]
    confidence = math.prod(max(p, 1 - p) for _, p in sure)
    if not chosen:
        return FieldRead(field.name, "", confidence, "empty")
    if len(chosen) > 1:
        reason = f"has {' and '.join(chosen)} ticked, expected one"
        return FieldRead(field.name, " + ".join(chosen), confidence, "rejected", (), reason)
    return FieldRead(field.name, chosen[0], confidence)
