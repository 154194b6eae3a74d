"""What a line may say, by its columns and a language together: a beam search.

The beginnings that are most probable by ink and language are kept from column to column (Graves,
Supervised Sequence Labelling with Recurrent Neural Networks, 2012).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkgrad.nn.vectors import Array
from inkgrad.recognition.language import START, Language, State

Text = tuple[int, ...]  # classes
BEAM = 16  # beginnings that are kept, where nothing else is said
_SURE = 0.998  # a column as blank as this changes nothing
_SLACK = 1.0  # logarithms: a language may be a little too sure of an ending
_UNLIKELY = 0.0005  # classes less probable than this in a column begin nothing there


@dataclass(frozen=True)
class Weighed:
    """A language and how much it is believed against the ink.

    `weight` multiplies its logarithms, `length` is the logarithm of what each character is given
    back of that, lest short texts be preferred. Without a language all texts are alike.
    """

    language: Language | None
    alphabet: str
    weight: float
    length: float

    def step(self, state: State, c: int) -> tuple[State, float]:
        """The state after one more class, and what that is worth."""
        if self.language is None:
            return state, 0.0
        state, more = self.language.step(state, self.alphabet[c])
        return state, self.weight * more + self.length

    def end(self, state: State) -> float:
        """What it is worth that the text ends here."""
        return self.weight * self.language.end(state) if self.language else 0.0

    def text(self, text: Text) -> float:
        """What a whole text is worth."""
        if self.language is None:
            return 0.0
        likely = self.language.log_p("".join(self.alphabet[c] for c in text))
        return self.weight * likely + self.length * len(text)


_Told = dict[Text, tuple[State, float]]
"""A text's state and what the language says of it: a beam begins the same column after column."""


@dataclass
class _Beginning:
    """A text begun: probabilities of its alignments that end in a blank, and in its last class."""

    state: State
    weighed: float  # what the language says, weighted
    in_blank: float = 0.0
    in_class: float = 0.0

    @property
    def worth(self) -> float:
        both = self.in_blank + self.in_class
        return math.log(both) + self.weighed if both > 0 else -math.inf


def _said(text: Text, begun: _Beginning, weighed: Weighed, told: _Told) -> tuple[State, float]:
    """What the language says of a beginning with one more class; it is asked once."""
    said = told.get(text)
    if said is None:
        state, more = weighed.step(begun.state, text[-1])
        said = told[text] = state, begun.weighed + more
    return said


def likely_texts(log_p: Array, weighed: Weighed, width: int = BEAM) -> list[Text]:
    """Texts by columns (t, k) and language, the best first. The last class is the blank.

    So many beginnings as `width` are kept from column to column.
    """
    p = np.exp(log_p)
    blank = p.shape[1] - 1
    beam: dict[Text, _Beginning] = {(): _Beginning(START, 0.0, 1.0)}
    told: _Told = {}
    for column in p:
        if column[blank] > _SURE:
            for text, begun in beam.items():
                stays = begun.in_class * column[text[-1]] if text else 0.0
                begun.in_blank = (begun.in_blank + begun.in_class) * column[blank]
                begun.in_class = stays
            continue
        likely = np.flatnonzero(column > _UNLIKELY)
        beam = _extended(beam, column.tolist(), likely, weighed, width, told)
    ended = {text: begun.worth + weighed.end(begun.state) for text, begun in beam.items()}
    return sorted(ended, key=lambda text: -ended[text])


def _extended(
    beam: dict[Text, _Beginning],
    column: list[float],
    likely: NDArray[np.intp],
    weighed: Weighed,
    width: int,
    told: _Told,
) -> dict[Text, _Beginning]:
    """The beam after a column; `told` gains what the language says of beginnings it has not."""
    blank = len(column) - 1
    classes = [c for c in likely.tolist() if c != blank]
    ahead: dict[Text, _Beginning] = {}
    for text, begun in beam.items():
        same = ahead[text] = _Beginning(begun.state, begun.weighed)
        same.in_blank = (begun.in_blank + begun.in_class) * column[blank]
        same.in_class = begun.in_class * column[text[-1]] if text else 0.0
    # What is worth less than the least of these, even if the language is sure of it, is not kept.
    gain = max(0.0, weighed.length) + _SLACK
    worths = sorted((same.worth for same in ahead.values()), reverse=True)
    least = worths[width - 1] if len(worths) >= width else -math.inf
    for text, begun in beam.items():
        both, most = begun.in_blank + begun.in_class, begun.weighed + gain - least
        for c in classes:
            more = (begun.in_blank if text and text[-1] == c else both) * column[c]
            if more <= 0:
                continue
            longer = (*text, c)
            found = ahead.get(longer)
            if found is None:
                if math.log(more) + most < 0:
                    continue
                found = ahead[longer] = _Beginning(*_said(longer, begun, weighed, told))
            found.in_class += more
    kept = sorted(ahead.items(), key=lambda item: -item[1].worth)[:width]
    scale = max(begun.in_blank + begun.in_class for _, begun in kept) or 1.0
    for _, begun in kept:
        begun.in_blank /= scale
        begun.in_class /= scale
    return dict(kept)
