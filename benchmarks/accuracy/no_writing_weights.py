"""How the weights and bounds of `reading/writing.py` were found: lines with and without writing.

    python benchmarks/accuracy/no_writing_weights.py [--images 96] [--pages 24] [--short 150]
        [--model text] [--keep FILE]

Lines found on images without writing are told from those of composed pages and from short ones (a
word, a number) that stand alone on their page, by logistic regression: first by what is a line's
own, then by that and by what else is on its page; for the second, images without writing also
stand on the pages with it. Everything is of building seeds; `no_writing.py` measures on others.
`--keep FILE` keeps the numbers and takes them from there the next time.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
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
from inkgrad.reading.notes import DOUBTFUL, NotesReader, evidence_of
from inkgrad.reading.writing import Evidence, around, features
from inkgrad.recipes.lines import pages
from inkgrad.synthetic.no_writing import KINDS, unwritten
from inkgrad.synthetic.pages import ComposedPages

_SEED = 1  # of building
_LOST = (0.002, 0.05)  # part of the lines on pages, and of short ones, that may be left out
_RIDGE = 5.0
_SEVERAL = 5  # lines of an image whose likeliest tells whether any is writing
_BESIDE = 12  # lines of an image at most that also stands on a page with writing
_MARGIN = 0.5  # of log odds below what a word would be sure with, for lines without writing


@dataclass
class Group:
    """The lines of one image: numbers (n, f), and how many characters each says."""

    numbers: Array
    written: bool
    short: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=96)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--short", type=int, default=150)
    parser.add_argument("--model", default="text", help="a name or a file")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    if arguments.keep and arguments.keep.exists():
        groups = _kept(arguments.keep)
    else:
        with one_blas_thread():
            reader = NotesReader.load(find(arguments.model))
            groups = _gathered(reader, arguments.images, arguments.pages, arguments.short)
        if arguments.keep:
            _keep(arguments.keep, groups)
    _fit(groups)


def _gathered(reader: NotesReader, images: int, written: int, short: int) -> list[Group]:
    source, groups = pages(0), list[Group]()
    for i in range(images):
        image = unwritten(generator(_SEED, "sample", 42, i), KINDS[i % len(KINDS)])
        for quarters in (0, 1 + i % 3):  # an image that says nothing is looked at from all sides
            groups.append(Group(_numbers(reader, np.rot90(image.grey, quarters)), False))
    for i in range(written):
        page = source.compose(generator(_SEED, "sample", 43, i))
        groups.append(Group(_numbers(reader, page.grey), True))
    alphabet = reader.lines.alphabet
    for i in range(short):
        line, tall = _short(source, np.random.default_rng((_SEED, i)))
        evidence = Evidence([line], [reader.lines.columns(line)], tall)
        groups.append(Group(features(evidence, alphabet)[None], True, True))
    return groups


def _numbers(reader: NotesReader, grey: object) -> Array:
    try:
        layout = find_layout(find_ink(View.of(grey)))  # type: ignore[arg-type]
    except ImageError:
        return np.zeros((0, 0))
    lines = [evidence_of(line, reader.parts(line)) for line in layout.lines]
    rows = [features(line, reader.lines.alphabet) for line in lines]
    return np.array(rows) if rows else np.zeros((0, 0))


def _short(source: ComposedPages, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """A line of a word or a number, and how high it may be on its page."""
    if rng.random() < 0.35:
        text = str(int(rng.integers(10 ** int(rng.integers(1, 6)))))
    else:
        text = source.texts.wording.phrase(int(rng.integers(1, 12)), rng)
    return source.texts.line(text, rng), float(rng.uniform(20, 70))


def _fit(groups: list[Group]) -> None:
    full = [group for group in groups if len(group.numbers)]
    x = np.concatenate([group.numbers for group in full])
    y = np.concatenate([np.full(len(g.numbers), float(g.written)) for g in full])
    middle, scale = x.mean(0), x.std(0) + 1e-9
    weights = _logistic((x - middle) / scale, y, _RIDGE)
    slopes, bias = weights[:-1] / scale, float(weights[-1] - (weights[:-1] / scale) @ middle)
    pairs, is_writing, short, mixed = _with_pages(full, slopes, bias)
    second = _logistic(pairs, is_writing, 0.01)
    sums = pairs @ second[:-1] + second[-1]
    alone = (is_writing == 0) & ~mixed
    # Pages without writing are not half of all, and none of their words is to be sure.
    shift = max(0.0, float(sums[alone].max()) - np.log(DOUBTFUL / (1 - DOUBTFUL)) + _MARGIN)
    second[-1] -= shift
    p = 1 / (1 + np.exp(shift - sums))
    print(f"_WEIGHTS = {np.round(slopes, 3).tolist()}, {bias:.3f}")
    print(f"_PAGE = {np.round(second, 3).tolist()}")
    bounds = []
    for lost, of_short in zip(_LOST, (False, True), strict=True):
        mine = (is_writing == 1) & (short == of_short) & ~mixed
        bounds.append(float(np.quantile(p[mine], lost)))
        quantiles = np.round(np.quantile(p[mine], [0, 0.01, 0.02, 0.05, 0.1, 0.5]), 3)
        print(f"{'short' if of_short else 'pages'}: {quantiles.tolist()}")
    others = alone
    quantiles = np.round(np.quantile(p[others], [0.5, 0.9, 0.95, 0.99, 0.999, 1]), 3)
    print(f"no writing ({np.count_nonzero(others)} lines): {quantiles.tolist()}")
    for bound in (0.02, 0.05, 0.1, 0.2, 0.5, 0.9, 0.98):
        print(f"  {100 * np.mean(p[others] <= bound):.1f} % of them are at most {bound}")
    ends = np.cumsum([len(group.numbers) for group in full])
    rows = np.split(1 / (1 + np.exp(-_sums(full, slopes, bias, second))), ends[:-1])
    for written in (True, False):
        several = [
            row.max()
            for row, group in zip(rows, full, strict=True)
            if group.written == written and len(row) >= _SEVERAL
        ]
        best = np.round(np.sort(several), 3).tolist()
        what = "with writing" if written else "without"
        print(f"the likeliest line of images {what}: {best if not written else best[:12]}")
    print(f"NO_WRITING = {min(bounds):.3f} of {np.round(bounds, 3).tolist()}")


def _sums(groups: list[Group], slopes: Array, bias: float, second: Array) -> Array:
    """The log odds of all lines, each among those of its own image."""
    found = []
    for group in groups:
        own = group.numbers @ slopes + bias
        pairs = np.stack([own, around(own, np.expm1(group.numbers[:, 0]))], 1)
        found.append(pairs @ second[:-1] + second[-1])
    return np.concatenate(found)


def _with_pages(
    groups: list[Group], slopes: Array, bias: float
) -> tuple[Array, Array, Array, Array]:
    """Each line's own evidence and that around it, whether it is writing, short, and mixed.

    Every page with writing also comes mixed with the lines of an image without.
    """
    without = [g for g in groups if not g.written and len(g.numbers) <= _BESIDE]
    rows = []
    for place, group in enumerate(groups):
        drawn = without[place % len(without)]
        for others in (None, drawn) if group.written else (None,):
            numbers = group.numbers
            writing = np.full(len(numbers), float(group.written))
            if others is not None:
                numbers = np.concatenate([numbers, others.numbers])
                writing = np.append(writing, np.zeros(len(others.numbers)))
            own = numbers @ slopes + bias
            count = np.expm1(numbers[:, 0])
            short = (writing == 1) & group.short
            mixed = np.full(len(own), others is not None)
            rows.append(np.stack([own, around(own, count), writing, short, mixed], 1))
    found = np.concatenate(rows)
    return found[:, :2], found[:, 2], found[:, 3] == 1, found[:, 4] == 1


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
    full = [group for group in groups if len(group.numbers)]
    np.savez(
        path,
        numbers=np.concatenate([group.numbers for group in full]),
        sizes=[len(group.numbers) for group in full],
        written=[group.written for group in full],
        short=[group.short for group in full],
    )


def _kept(path: Path) -> list[Group]:
    with np.load(path) as kept:
        parts = np.split(kept["numbers"], np.cumsum(kept["sizes"])[:-1])
        flags = zip(parts, kept["written"], kept["short"], strict=True)
        return [Group(part, bool(written), bool(short)) for part, written, short in flags]


if __name__ == "__main__":
    main()
