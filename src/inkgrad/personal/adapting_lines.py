"""A reader of lines gets used to a hand, and forgets next to nothing of the others.

As `adapting` does for single characters: it goes on learning the hand by CTC, and beside it to
answer other lines column by column as it did (Li and Hoiem 2016, "Learning without forgetting");
then it is led back towards what it was until those are read as well as before (Wortsman and others
2022, "Robust fine-tuning of zero-shot models"). Networks that answer together learn one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.atomic import atomic_write
from inkgrad.errors import ModelError, TrainingError, UsageError
from inkgrad.evaluation.metrics import edit_distance
from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.ctc import ctc_loss, greedy, log_softmax
from inkgrad.nn.network import Network
from inkgrad.nn.state import NetworkState
from inkgrad.personal.own_lines import OwnLines
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.number import NumberReader
from inkgrad.synthetic.numbers import Lines
from inkgrad.synthetic.wear import as_rows, stacked
from inkgrad.training.optimizers import AdamW, clip_by_norm
from inkgrad.training.step import Source

LINE_STEPS = 120
_MINE, _THEIRS = 8, 8  # lines of a batch: of the hand, and of what is to be answered as before
_RATE = 0.0004
_CLIP = 5.0
_LOSS = 0.002  # part of the characters kept that may be read worse
_PARTS = (1.0, 0.6, 0.35, 0.2, 0.1)
_HELD = 0.25  # part of the hand that is not learned, but measured on
_LEAST = 12  # lines of a hand
_ROWS = 16  # lines that are read at once

_TOO_MUCH = (
    "{name}: whatever is learned of it, the other lines lose more than 0.2 points of their "
    "characters: nothing is written (expected texts that are right; more lines, or fewer --steps)"
)


@dataclass(frozen=True)
class LineFigures:
    """Part of characters read right by the ink alone, before and after; and lines exactly.

    Of a hand held out, and of lines kept. How far the network went was chosen on the latter, so
    that they are read as well.
    """

    hand: tuple[float, float]
    hand_exactly: tuple[float, float]
    hand_count: int
    kept: tuple[float, float]
    kept_count: int
    part: float
    """How far towards what it became the network is."""


def adapt_lines(
    model: str | Path,
    hand: OwnLines,
    keep: Source,
    kept: Lines,
    out: str | Path,
    *,
    steps: int = LINE_STEPS,
    seed: int = 0,
    told: Callable[[int, int], None] = lambda step, steps: None,
) -> LineFigures:
    """Fit a reader of lines to a hand, and write it as `out`, a card beside it; what was measured.

    `keep` composes lines that are answered as before while the hand is learned; `kept` are others,
    which say how far to go: no more than 0.2 points of their characters are lost. A quarter of the
    hand is held out, and not learned. What was promised of the model's confidences does not hold
    for other weights: the file promises nothing until `inkgrad models calibrate` measures it.
    `told` is called after each step.

    Raises UsageError for too few lines, and, with nothing written, where the least of the way costs
    more than that; ModelError for what is no reader of lines.
    """
    networks, about = files.load_together(find(model))
    _expect_reader(networks, about, model)
    if len(hand) < _LEAST:
        raise UsageError(f"{hand.name}: has {len(hand)} lines, expected {_LEAST} at least")
    order = generator(seed, "split").permutation(len(hand))
    held = max(1, round(_HELD * len(hand)))
    mine, rest = hand.take(order[:held]), hand.take(order[held:])
    others = OwnLines("others", kept.lines, [row[row >= 0] for row in kept.labels])
    was = [network.fold() for network in networks]  # its running statistics stay as they are
    learned = [network.fold() for network in networks]
    for place, network in enumerate(learned):
        lesson = _Lesson(network, was[place], rest, keep, about["alphabet"].find(" "))
        lesson.learn(steps, seed + place, _told_of(told, place, len(learned), steps))
    before, kept_before = (right_of(was, about, lines) for lines in (mine, others))
    part, kept_after = _led_back(
        *(was, [network.state() for network in learned], learned),
        lambda: right_of(learned, about, others)[0],
        kept_before[0] - _LOSS,
    )
    if not part:
        raise UsageError(_TOO_MUCH.format(name=hand.name))
    after = right_of(learned, about, mine)
    figures = LineFigures(
        *((before[0], after[0]), (before[1], after[1]), len(mine)),
        *((kept_before[0], kept_after), len(others), part),
    )
    _write(learned, about, out, figures, f"{hand.name}, {len(rest)} lines", str(model))
    return figures


def alphabet_of(model: str | Path) -> str:
    """The characters that a reader of lines knows; "" for a model that is none."""
    return files.load_together(find(model))[1].get("alphabet", "")


@dataclass(frozen=True)
class _Lesson:
    """One network, what it was, the lines it learns and those that it answers as before."""

    network: Network
    was: Network
    hand: OwnLines
    keep: Source
    space: int

    def learn(self, steps: int, seed: int, told: Callable[[int], None]) -> None:
        """Go on learning; the rate falls to nothing."""
        optimizer, rng = AdamW(_RATE).start(), generator(seed, "order")
        self.network.draw_from(generator(seed, "dropout"))
        for step in range(steps):
            loss = self._gradient(rng)
            if not np.isfinite(loss):
                raise TrainingError(f"the loss is {loss} at step {step + 1}, expected a number")
            clip_by_norm(self.network.grad, _CLIP)
            optimizer.step(self.network, _RATE * (1 - step / steps))
            told(step + 1)

    def _gradient(self, rng: np.random.Generator) -> float:
        """The gradient of a batch: CTC of the hand, cross-entropy of columns for the others."""
        lines, strings = self.hand.drawn(_MINE, self.space if self.space >= 0 else None, rng)
        others, _ = self.keep.batch(rng.integers(0, len(self.keep), _THEIRS), rng)
        batch = stacked([*lines, *others])
        logits = self.network.forward(batch)
        loss, mine = ctc_loss(logits[:_MINE], as_rows(strings, max(map(len, strings))))
        wanted, answered = (
            np.exp(log_softmax(each)) for each in (self.was(batch[_MINE:]), logits[_MINE:])
        )
        theirs = (answered - wanted) / _THEIRS
        self.network.backward(np.concatenate([mine, theirs]).astype(logits.dtype))
        return loss


def _led_back(
    was: Sequence[Network],
    became: Sequence[NetworkState],
    networks: Sequence[Network],
    right: Callable[[], float],
    least: float,
) -> tuple[float, float]:
    """Lead networks back until they are right enough: what part of the way is left, how right.

    That part is 0 where none of the way is good enough.
    """
    for part in _PARTS:
        for network, begin, end in zip(networks, was, became, strict=True):
            network.restore(begin.state().towards(end, part))
        if (found := right()) >= least:
            return part, found
    return 0.0, least


def right_of(networks: Sequence[Network], about: About, lines: OwnLines) -> tuple[float, float]:
    """Part of the characters that are read right, at least 0, and of the lines."""
    read = _texts(networks, about, lines.lines)
    truths = ["".join(about["alphabet"][c] for c in string) for string in lines.strings]
    edits = sum(edit_distance(*pair) for pair in zip(truths, read, strict=True))
    exactly = np.mean([truth == text for truth, text in zip(truths, read, strict=True)])
    return max(0.0, 1 - edits / sum(map(len, truths))), float(exactly)


def _texts(
    networks: Sequence[Network], about: About, lines: Sequence[NDArray[np.uint8]]
) -> list[str]:
    """What lines say by the ink alone: of several networks, by all of them."""
    alphabet = about["alphabet"]
    if len(networks) > 1:
        reader = NumberReader(networks, about)
        return [reader.read_line(line).text for line in lines]
    texts = [""] * len(lines)
    order = np.argsort([line.shape[1] for line in lines], kind="stable")
    for begin in range(0, len(lines), _ROWS):
        places = order[begin : begin + _ROWS]
        strings = greedy(networks[0](stacked([lines[i] for i in places])))
        for place, string in zip(places, strings, strict=True):
            texts[place] = "".join(alphabet[c] for c in string if c >= 0)
    return texts


def _told_of(
    told: Callable[[int, int], None], place: int, count: int, steps: int
) -> Callable[[int], None]:
    return lambda step: told(place * steps + step, count * steps)


def _expect_reader(networks: Sequence[Network], about: About, model: str | Path) -> None:
    size = len(about.get("alphabet", "")) + 1
    if size == 1 or any(not n.any_width or n.output_shape[-1] != size for n in networks):
        raise ModelError(f"{model}: is no reader of lines, expected one with an alphabet")


def _write(
    networks: Sequence[Network],
    about: About,
    out: str | Path,
    figures: LineFigures,
    learned: str,
    model: str,
) -> None:
    """The model, and its card beside it; promises that were measured with other weights go."""
    promises = ("thresholds", "word_thresholds", "scores")
    said = {key: value for key, value in about.items() if key not in promises}
    said["adapted to"] = f"{learned}, part {figures.part} of the way; of {model}"
    if len(networks) == 1:
        files.save(networks[0], out, said)
    else:
        files.save_together(networks, out, said)
    atomic_write(Path(out).with_suffix(".md"), _card(figures, learned, model, Path(out).name))


def _card(figures: LineFigures, learned: str, model: str, name: str) -> str:
    rows = [
        (f"this hand: characters ({figures.hand_count} lines held out)", figures.hand),
        ("this hand: lines exactly", figures.hand_exactly),
        (f"other lines: characters ({figures.kept_count})", figures.kept),
    ]
    table = "\n".join(f"| {what} | {100 * a:.1f} % | {100 * b:.1f} % |" for what, (a, b) in rows)
    return (
        f"# {name}\n\n`{model}` adapted to {learned}, part {figures.part} of the way.\n\n"
        f"| read right, by the ink alone | before | after |\n| --- | --- | --- |\n{table}\n\n"
        "How far its confidences hold was not measured: `--max-error` needs "
        f"`inkgrad models calibrate {name}` first.\n"
    )
