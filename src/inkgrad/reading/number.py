"""The image of a field -> the number in it, with a confidence."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkgrad.documents.page import Box
from inkgrad.errors import ImageError, ModelError
from inkgrad.imaging.view import View
from inkgrad.ink.field import Field, find_field
from inkgrad.ink.line import line_form
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.ctc import log_softmax
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array
from inkgrad.reading.passed_over import Mark, columns_of, marks_in, notes_on
from inkgrad.reading.quarters import Quarter, each, to_try, upright
from inkgrad.reading.result import Reading
from inkgrad.recognition import calibration
from inkgrad.recognition.alignment import places, widened
from inkgrad.recognition.decoding import decode, decoding
from inkgrad.recognition.patterns import Pattern, Unlikely

_WIDTHS = (1.0, 0.9, 1.12)  # of a line, in which it is read
_HEIGHT = 32  # pixels of a line
_COLUMN = 4  # pixels of a line to a column of a reader of digits
_PASSED_OVER = 0.5  # a confidence is worth this part of it where a mark was passed over
_INKED = 0.15  # what is weaker is no part of a character
_UNDER = 0.99  # and less than this part of any confidence that a promise was made for
# How much what no pattern allows counts. 0.01 lets 78.4 % of composed numbers be read at 1 % error,
# 0.001 and nothing 80.0 % (benchmarks/accuracy/composed_numbers.py).
_OTHER = 0.001


def _stretched(line: NDArray[np.uint8], width: float) -> NDArray[np.uint8]:
    """A line as it is, or narrower, or wider: a reading that holds for all is a surer one."""
    if width == 1:
        return line
    size = max(4, 4 * round(line.shape[1] * width / 4)), line.shape[0]
    return np.asarray(Image.fromarray(line).resize(size, Image.Resampling.BILINEAR))


@dataclass(frozen=True)
class FieldReading(Reading):
    """What a field was read as.

    `spans` say for each character read from which to which pixel of `line` (32, w) it goes,
    `marks` are those that the ink shows beside them.
    `state` are the two letters of the state that stands before a ZIP code, "" where none does,
    and None where nobody looked for one.
    """

    spans: tuple[tuple[int, int], ...] = ()
    line: NDArray[np.uint8] = dataclass_field(
        default_factory=lambda: np.zeros((_HEIGHT, 0), np.uint8), compare=False
    )
    field: Field | None = dataclass_field(default=None, compare=False)
    marks: tuple[Mark, ...] = dataclass_field(default=(), compare=False)
    state: str | None = None

    @property
    def stages(self) -> Mapping[str, NDArray[np.uint8]]:
        return {**(self.field.stages if self.field else {}), "line": self.line}

    def bare(self) -> FieldReading:
        return replace(self, field=None, line=self.line[:, :0])


class NumberReader:
    """Reads fields with line networks that answer together. Threads may share one."""

    refuse_below = 0.0  # confidence, where nothing else is asked for
    marks = False  # whether points and commas are read, and small pieces kept for it

    def __init__(self, networks: Sequence[Network], about: About) -> None:
        self.networks = [network.fold() for network in networks]
        self.alphabet = about.get("alphabet", "")
        for network in networks:
            if not network.any_width or network.output_shape[-1] != len(self.alphabet) + 1:
                raise ModelError("is no reader of lines, expected one with an alphabet")
        self.name = "the model"
        self.temperature = about.get("temperature", 1.0)
        self.thresholds = about.get("thresholds", [])

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises ModelError, naming the file, for what is no reader of lines."""
        networks, about = files.load_together(path)
        try:
            reader = cls(networks, about)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None
        reader.name = str(path)
        return reader

    def threshold(self, max_error: float) -> float:
        """The confidence from which on at most this part of the readings is wrong.

        It was found on lines of hands that the network was not trained on. Raises ModelError where
        nobody did.
        """
        return calibration.threshold(self.thresholds, max_error, self.name)

    def doubtful(self) -> float:
        """What a confidence is multiplied by where a mark was passed over.

        No such reading then reaches a threshold, whatever part may be wrong.
        """
        least = min((least for _, least in self.thresholds if least > 0), default=1.0)
        return min(_PASSED_OVER, _UNDER * least)

    def read(
        self,
        grey: NDArray[np.uint8] | View,
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> FieldReading:
        """The number in a grey image of one field; an empty text where no string fits.

        Boxes are in the image that was opened, also where a View of a part of it is given.

        A field that is hardly read as it lies is turned, if it is clearly read another way. A mark
        that is seen after a digit and is not in the text, as a pattern may have it, is told in its
        notes, and the confidence is low. Raises ImageError where there is no ink.
        """
        image = View.of(grey)
        first, way = self._look(image, patterns, count, unlikely)
        found, ways = {0: first}, dict[int, Quarter]()
        assert first.field
        for turns in to_try(way, first.field.ink):
            try:
                seen = self._look(image.turned(turns), patterns, count, unlikely)
            except ImageError:
                continue
            found[turns], ways[turns] = seen
        turns, confidence = upright(way, ways)
        if found[turns].notes:
            confidence *= self.doubtful()
        return replace(found[turns], confidence=confidence, turned=turns)

    def _look(
        self,
        image: View,
        patterns: Sequence[Pattern],
        count: int,
        unlikely: Unlikely | None,
    ) -> tuple[FieldReading, Quarter]:
        """What an image says that is taken to be upright, and how good that is."""
        found = find_field(image, self.marks)
        form = line_form(found.view)
        log_ps = self.log_ps(form.pixels)
        reading = self._decoded(form.pixels, log_ps, patterns, count, unlikely)
        reading = self._placed(reading, found, form)
        reading = self._weighed(reading, form, log_ps, patterns, count)
        way = Quarter(reading.confidence if reading.text else 0.0, each(log_ps))
        return reading, way

    def _placed(self, reading: FieldReading, found: Field, form: View) -> FieldReading:
        """A reading of a line of that form with its boxes, and the marks that it passed over."""
        columns = columns_of(form.since(found.view), reading.spans)
        boxes = tuple(_box(found.view, ends) for ends in columns)
        marks = tuple(marks_in(found.ink, columns))
        notes = notes_on(reading.text, self.alphabet, marks)
        return replace(reading, field=found, boxes=boxes, marks=marks, notes=notes)

    def _weighed(
        self,
        reading: FieldReading,
        form: View,
        log_ps: list[Array],
        patterns: Sequence[Pattern],
        count: int,
    ) -> FieldReading:
        """What becomes of a reading by the marks that the ink shows; of digits alone, nothing."""
        return reading

    def read_line(
        self,
        line: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        count: int = 5,
        unlikely: Unlikely | None = None,
    ) -> FieldReading:
        """The number in a line (32, w) of ink, as `to_line` makes it."""
        return self._decoded(line, self.log_ps(line), patterns, count, unlikely)

    def _decoded(
        self,
        line: NDArray[np.uint8],
        log_ps: list[Array],
        patterns: Sequence[Pattern],
        count: int,
        unlikely: Unlikely | None,
    ) -> FieldReading:
        strings = decoding(log_ps, patterns, count, unlikely, _OTHER).strings
        if not strings or not strings[0][0]:
            return FieldReading("", 0.0, (), (), line)
        texts = [(self.text_of(string, pattern), p) for string, p, pattern in strings if string]
        spans = spans_of(log_ps[0], strings[0][0], line.shape[1])
        return FieldReading(texts[0][0], texts[0][1], tuple(texts[1:]), spans, line)

    def log_ps(self, line: NDArray[np.uint8]) -> list[Array]:
        """Log probabilities (t, k) for the columns of a line (32, w), in each of its widths.

        Networks take turns at the widths; the first reads the line as it is.
        """
        networks = itertools.cycle(self.networks)
        return [
            self.columns(_stretched(line, width), network)
            for width, network in zip(_WIDTHS, networks, strict=False)
        ]

    def columns(self, line: NDArray[np.uint8], network: Network | None = None) -> Array:
        """Log probabilities (t, k) for the columns of a line (32, w), by one network."""
        logits = (network or self.networks[0])(line[None])[0]
        return log_softmax(logits.astype(np.float64) / self.temperature)

    def alone(
        self,
        line: NDArray[np.uint8],
        patterns: Sequence[Pattern] = (),
        unlikely: Unlikely | None = None,
    ) -> tuple[str, ...]:
        """What each network by itself reads in a line (32, w); none where it finds nothing."""
        found = [
            decode(self.columns(line, network), patterns, 1, unlikely) for network in self.networks
        ]
        return tuple(self.text_of(one[0][0], one[0][2]) if one else "" for one in found)

    def text_of(self, string: tuple[int, ...], pattern: Pattern | None) -> str:
        """The characters of a string of classes, as its pattern writes them."""
        characters = "".join(self.alphabet[c] for c in string)
        return pattern.written(characters) if pattern else characters


def spans_of(
    log_p: Array, string: tuple[int, ...], wide: int | None = None
) -> tuple[tuple[int, int], ...]:
    """From which to which pixel of a line with these columns (t, k) each character goes.

    The line is so many pixels `wide`, four a column where that is not said.
    """
    spans = widened(places(log_p, string), len(log_p))
    column = round(wide / len(log_p)) if wide else _COLUMN
    return tuple((column * first, column * last) for first, last in spans)


def _box(ink: View, ends: tuple[int, int]) -> Box:
    """Where a character is in the image that was opened: the ink in its columns."""
    first = min(max(ends[0], 0), ink.width - 1)
    last = min(max(ends[1], first + 1), ink.width)
    part = ink.cropped((first, 0, last, ink.height))
    inked = part.pixels > _INKED
    return part.marked_back(inked if inked.any() else np.ones_like(inked))
