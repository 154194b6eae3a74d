"""How the weights and bounds of `reading/writing.py` were found: lines with and without writing.

    python benchmarks/accuracy/no_writing_weights.py [--images 96] [--pages 24] [--short 650]
        [--model text] [--keep FILE]

Lines found on images without writing are told from those of composed pages and from short ones (a
word, a number) that stand alone, by logistic regression of what is a line's own; what is around a
line counts as `AROUND` says. The bias is then lowered until no word read on the images without
writing is sure: of a line whose words are doubtful by themselves nothing more is asked. Everything
is of building seeds; `no_writing.py` measures on others. The written words are of the sources that
`pages` has. `--keep FILE` keeps the numbers and takes them from there the next time.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from inkgrad.errors import ImageError
from inkgrad.imaging.view import View
from inkgrad.ink.page import find_ink
from inkgrad.layout.lines import find_layout
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.nn.vectors import Array
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.notes import NotesReader, evidence_of
from inkgrad.reading.text import DOUBTFUL
from inkgrad.reading.writing import AROUND, Evidence, around, features
from inkgrad.recipes.hands import pages
from inkgrad.synthetic.no_writing import KINDS, unwritten
from inkgrad.synthetic.pages import ComposedPages
from inkgrad.synthetic.paper import on_paper
from inkgrad.synthetic.wear import Rng

_SEED = 1  # of building
_LOST = (0.002, 0.001)  # part of the lines on pages, and of short ones, that may be left out
_SAFE = 8  # times less than that on pages, which are few here
_RIDGE = 5.0
_SEVERAL = 5  # lines of an image whose likeliest tells whether any is writing
_UNLIKELY = -2.0  # a line without writing whose evidence is less need not be read: it is never sure
_MARGIN = 0.5  # of log odds below what a word would be sure with, for lines without writing
_ON_SHEET = 150  # of the short lines are alone on a large sheet, the others on paper as of a field


@dataclass
class Group:
    """The lines of one image: numbers (n, f), and the confidence of the surest word of each (n,).

    The words are read where there is no writing.
    """

    numbers: Array
    written: bool
    short: bool = False
    surest: Array = field(default_factory=lambda: np.zeros(0))
    evidence: list[Evidence] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=96)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--short", type=int, default=650)
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    if arguments.keep and arguments.keep.exists():
        groups = _kept(arguments.keep)
    else:
        with one_blas_thread():
            reader = NotesReader.load(find(arguments.model))
            groups = _gathered(reader, arguments.images, arguments.pages, arguments.short)
            _read(reader, groups)
        if arguments.keep:
            _keep(arguments.keep, groups)
    _fit(groups)


def _gathered(reader: NotesReader, images: int, written: int, short: int) -> list[Group]:
    source, groups = pages(0), list[Group]()
    for i in range(images):
        image = unwritten(generator(_SEED, "sample", 42, i), KINDS[i % len(KINDS)])
        for quarters in (0, 1 + i % 3):  # an image that says nothing is looked at from all sides
            groups.append(_group(reader, _found(reader, np.rot90(image.grey, quarters)), False))
    for i in range(written):
        page = source.compose(generator(_SEED, "sample", 43, i))
        groups.append(_group(reader, _found(reader, page.grey), True))
    for i in range(short):
        rng = np.random.default_rng((_SEED, i))
        line, tall = _short(source, rng, joined=i >= _ON_SHEET and i % 2 == 0)
        lines = [Evidence([line], [reader.lines.columns(line)], tall)]
        if i >= _ON_SHEET:
            lines = _found(reader, on_paper(line, rng))
        groups.append(_group(reader, lines, True, True))
    return [group for group in groups if len(group.numbers)]


def _found(reader: NotesReader, grey: object) -> list[Evidence]:
    try:
        layout = find_layout(find_ink(View.of(grey)))  # type: ignore[arg-type]
    except ImageError:
        return []
    return [evidence_of(line, reader.parts(line)) for line in layout.lines]


def _group(reader: NotesReader, lines: list[Evidence], written: bool, short: bool = False) -> Group:
    rows = [features(line, reader.lines.alphabet, reader.lines.language) for line in lines]
    return Group(np.array(rows), written, short, np.zeros(len(rows)), lines)


def _short(source: ComposedPages, rng: Rng, joined: bool) -> tuple[np.ndarray, float]:
    """A line of a word or a number, and how high it may be on its page."""
    if joined:
        assert source.written is not None
        words = np.flatnonzero(source.written.usable & ~source.written.writing.lines)
        return source.written.line([int(rng.choice(words))], rng), 0.0
    if rng.random() < 0.35:
        text = str(int(rng.integers(10 ** int(rng.integers(1, 6)))))
    else:
        text = source.texts.wording.phrase(int(rng.integers(1, 12)), rng)
    return source.texts.line(text, rng), float(rng.uniform(20, 70))


def _read(reader: NotesReader, groups: list[Group]) -> None:
    """Reads the lines without writing that are at all like it."""
    slopes, bias = _own(groups)
    for group in groups:
        likely = [] if group.written else np.flatnonzero(group.numbers @ slopes + bias > _UNLIKELY)
        for i in likely:
            line = group.evidence[i]
            words = [
                word.confidence
                for form, columns in zip(line.forms, line.columns, strict=True)
                for word in reader.lines.read_line(form, columns)
            ]
            group.surest[i] = max(words, default=0.0)


def _own(groups: list[Group]) -> tuple[Array, float]:
    """Weights (f,) of a line's own numbers, and their bias."""
    x = np.concatenate([group.numbers for group in groups])
    y = np.concatenate([np.full(len(g.numbers), float(g.written)) for g in groups])
    middle, scale = x.mean(0), x.std(0) + 1e-9
    weights = _logistic((x - middle) / scale, y, _RIDGE)
    slopes = weights[:-1] / scale
    return slopes, float(weights[-1] - slopes @ middle)


def _fit(groups: list[Group]) -> None:
    slopes, bias = _own(groups)
    sums = _sums(groups, slopes, bias)
    bias -= _too_sure(groups, sums)
    rows = [1 / (1 + np.exp(-row)) for row in _sums(groups, slopes, bias)]
    print(f"_WEIGHTS = {np.round(slopes, 3).tolist()}\n_BIAS = {bias:.3f}")
    bounds = []
    for lost, short in zip(_LOST, (False, True), strict=True):
        pairs = zip(rows, groups, strict=True)
        p = np.concatenate([row for row, g in pairs if g.written and g.short == short])
        bounds.append(float(np.quantile(p, lost)))
        quantiles = np.round(np.quantile(p, [0, 0.01, 0.02, 0.05, 0.1, 0.5]), 4)
        print(f"{'short' if short else 'pages'}: {quantiles.tolist()}")
    p = np.concatenate([row for row, g in zip(rows, groups, strict=True) if not g.written])
    for bound in (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 0.9):
        print(f"  {100 * np.mean(p <= bound):.1f} % of {len(p)} without are at most {bound}")
    for written in (True, False):
        several = [
            row.max()
            for row, group in zip(rows, groups, strict=True)
            if group.written == written and len(row) >= _SEVERAL
        ]
        best = np.sort(several)[:12] if written else np.sort(several)[-12:]
        what = "with writing: least" if written else "without: most"
        print(f"the likeliest line of images {what} {np.round(best, 3).tolist()}")
    print(f"_ALONE, _AMONG = {bounds[1]:.4f}, {bounds[0] / _SAFE:.3f}")


def _sums(groups: list[Group], slopes: Array, bias: float) -> list[Array]:
    """The log odds of all lines, each among those of its own image."""
    found = []
    for group in groups:
        own = group.numbers @ slopes + bias
        found.append(own + AROUND * around(own, np.expm1(group.numbers[:, 0])))
    return found


def _too_sure(groups: list[Group], sums: list[Array]) -> float:
    """By how much the log odds are to fall for no word without writing to be sure."""
    over = [0.0]
    for group, row in zip(groups, sums, strict=True):
        sure = group.surest > DOUBTFUL
        if not group.written and sure.any():
            least = DOUBTFUL / group.surest[sure]
            over.append(float((row[sure] - np.log(least / (1.0001 - least))).max()) + _MARGIN)
    return max(over)


def _logistic(x: Array, y: Array, ridge: float = 1.0) -> Array:
    """Weights and bias by Newton's method, both classes weighing the same."""
    x = np.column_stack([x, np.ones(len(x))])
    balance = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    penalty, weights = np.full(x.shape[1], ridge), np.zeros(x.shape[1])
    penalty[-1] = 1e-6
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (balance * (p - y)) + penalty * weights
        bend = (x * (balance * p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        weights -= np.linalg.solve(bend, slope)
    return weights


def _keep(path: Path, groups: list[Group]) -> None:
    np.savez(
        path,
        numbers=np.concatenate([group.numbers for group in groups]),
        surest=np.concatenate([group.surest for group in groups]),
        sizes=[len(group.numbers) for group in groups],
        written=[group.written for group in groups],
        short=[group.short for group in groups],
    )


def _kept(path: Path) -> list[Group]:
    with np.load(path) as kept:
        ends = np.cumsum(kept["sizes"])[:-1]
        parts, surest = np.split(kept["numbers"], ends), np.split(kept["surest"], ends)
        flags = zip(parts, kept["written"], kept["short"], surest, strict=True)
        return [Group(part, bool(written), bool(of), sure) for part, written, of, sure in flags]


if __name__ == "__main__":
    main()
