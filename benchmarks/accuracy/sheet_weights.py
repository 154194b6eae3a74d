"""How the weights of `imaging/sheet_weights.py` were found: photos of sheets, images of none.

    python benchmarks/accuracy/sheet_weights.py [--keep FOLDER] [--processes 2]

With one: digits on sheets, composed pages and filled forms on desks, and digits on sheets with a
drawn frame. Without: drawn frames, flat pages and images on which nothing is written. Each is kept
as it is looked at, 384 pixels long. Of the candidates of each image the probability of those whose
corners are within 3 % of the diagonal of the true ones is maximized, or that of no sheet: a
conditional logit (McFadden 1974) with a ridge. Examples to fit on are of seed 70, others, by which
the numbers, the ridge and the count of candidates were chosen, of seed 60; `sheets.py` measures on
others. `--keep FOLDER` keeps the images and takes them from there the next time.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sheets import NEAR, apart, sheet

from inkgrad.data.datasets import load
from inkgrad.imaging.edges import Doubles
from inkgrad.imaging.filters import gaussian, rescaled
from inkgrad.imaging.quads import SEEN, quadrilaterals
from inkgrad.imaging.sheet import CANDIDATES, logarithm
from inkgrad.imaging.sheet_odds import bent, numbers
from inkgrad.imaging.sheet_weights import WEIGHTS
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.randomness import generator
from inkgrad.recipes.form_hands import form_writer
from inkgrad.recipes.hands import pages
from inkgrad.synthetic.form_designs import DESIGNS, empty_form
from inkgrad.synthetic.no_writing import unwritten
from inkgrad.synthetic.photos import photographed
from inkgrad.synthetic.wear import Rng

_FIT, _CHOOSE = 70, 60  # seeds
_RIDGE, _ROUNDS, _FARTHEST_STEP = 1.0, 40, 3.0
_SIZE, _LARGE = (800, 600), (1600, 1200)  # pixels of photos, and of those of whole pages
Seen = NDArray[np.float32]
_pages_in_hands, _writer = cache(pages), cache(form_writer)


@dataclass(frozen=True)
class Example:
    """An image as it is looked at, and where the corners (4, 2) of its sheet are, if it has one."""

    kind: str
    seen: Seen
    corners: Doubles | None


def photo(page: NDArray[np.uint8], size: tuple[int, int], rng: Rng) -> tuple[Seen, Doubles]:
    """A page on a desk as it is looked at, and where its corners are."""
    taken = photographed(page, size, rng)
    scale = SEEN / max(taken.grey.shape)
    return rescaled(taken.grey, scale), taken.corners * scale


def framed(page: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """A sheet with a frame on it, drawn or printed, of one line or a darker or paler box."""
    image = Image.fromarray(page)
    h, w = page.shape
    box = [w * rng.uniform(0.03, 0.3), h * rng.uniform(0.03, 0.3)]
    box += [w * rng.uniform(0.7, 0.97), h * rng.uniform(0.7, 0.97)]
    grey, paper = int(rng.uniform(20, 200)), int(np.median(page))
    fill = None if rng.random() < 0.6 else int(paper - rng.uniform(4, 60))
    ImageDraw.Draw(image).rectangle(box, fill, grey, max(1, round(w * rng.uniform(0.002, 0.02))))
    drawn = np.minimum(np.asarray(image), page) if fill else np.asarray(image)
    return np.asarray(drawn, np.uint8)


def lit(page: NDArray[np.uint8], rng: Rng) -> Seen:
    """A page that fills its image, in light from one side, with noise."""
    small = rescaled(page, SEEN / max(page.shape))
    y, x = np.mgrid[0 : 1 : small.shape[0] * 1j, 0 : 1 : small.shape[1] * 1j]
    slopes = rng.uniform(-0.3, 0.3, 2)
    light = 1 + slopes[0] * (x - 0.5) + slopes[1] * (y - 0.5)
    noise = rng.standard_normal(small.shape, np.float32) * np.float32(rng.uniform(0.2, 2))
    soft = gaussian(small * light, rng.uniform(0.3, 1.0))
    return np.asarray((soft + noise).clip(0, 255), np.float32)


def digit(rng: Rng) -> NDArray[np.uint8]:
    images = load("mnist").train.images
    return sheet(images[int(rng.integers(len(images)))], rng)


def _digits(rng: Rng) -> tuple[Seen, Doubles | None]:
    return photo(digit(rng), _SIZE, rng)


def _framed_digits(rng: Rng) -> tuple[Seen, Doubles | None]:
    return photo(framed(digit(rng), rng), _SIZE, rng)


def _pages(rng: Rng) -> tuple[Seen, Doubles | None]:
    return photo(_pages_in_hands(0).compose(rng).grey, _LARGE, rng)


def _forms(rng: Rng) -> tuple[Seen, Doubles | None]:
    form = empty_form(int(rng.integers(len(DESIGNS))))
    return photo(_writer(0).fill(form, rng).sheet(rng), _LARGE, rng)


def _frames(rng: Rng) -> tuple[Seen, Doubles | None]:
    return lit(framed(digit(rng), rng), rng), None


def _flat_pages(rng: Rng) -> tuple[Seen, Doubles | None]:
    return lit(_pages_in_hands(0).compose(rng).grey, rng), None


def _flat_forms(rng: Rng) -> tuple[Seen, Doubles | None]:
    form = empty_form(int(rng.integers(len(DESIGNS))))
    return lit(_writer(0).fill(form, rng).sheet(rng), rng), None


def _no_writing(rng: Rng) -> tuple[Seen, Doubles | None]:
    grey = unwritten(rng).grey
    return rescaled(grey, SEEN / max(grey.shape)), None


KINDS: dict[str, tuple[int, Callable[[Rng], tuple[Seen, Doubles | None]]]] = {
    "digits": (1200, _digits),
    "framed digits": (240, _framed_digits),
    "pages": (160, _pages),
    "forms": (120, _forms),
    "frames": (240, _frames),
    "flat pages": (80, _flat_pages),
    "flat forms": (80, _flat_forms),
    "no writing": (240, _no_writing),
}
"""How many of each kind are fitted on, and as many are chosen by; how one is made."""


def example(which: tuple[int, str, int]) -> Example:
    seed, kind, number = which
    with one_blas_thread():
        rng = generator(seed, "sample", 44, list(KINDS).index(kind), number)
        seen, corners = KINDS[kind][1](rng)
        return Example(kind, seen.astype(np.float16).astype(np.float32), corners)


def examples(seed: int, processes: int, kept: Path | None) -> list[Example]:
    """All of one seed; taken from a file, or kept in it, where there is one."""
    if kept and (path := kept / f"{seed}.npz").exists():
        with np.load(path) as held:
            return [
                Example(str(kind), held[f"seen{i}"].astype(np.float32), _corners(held[f"at{i}"]))
                for i, kind in enumerate(held["kinds"])
            ]
    which = [(seed, kind, i) for kind, (count, _) in KINDS.items() for i in range(count)]
    with multiprocessing.Pool(processes) as pool:
        made = list(pool.imap(example, which, chunksize=8))
    if kept:
        arrays = {"kinds": np.array([each.kind for each in made])}
        for i, each in enumerate(made):
            arrays[f"seen{i}"] = each.seen.astype(np.float16)
            arrays[f"at{i}"] = np.zeros((0, 2)) if each.corners is None else each.corners
        kept.mkdir(parents=True, exist_ok=True)
        np.savez(kept / f"{seed}.npz", **arrays)
    return made


def _corners(held: Doubles) -> Doubles | None:
    return held if len(held) else None


@dataclass(frozen=True)
class Choice:
    """What is known of the candidates of an image, and how far each is from its sheet.

    That is in diagonals of the image; infinitely where it has no sheet.
    """

    kind: str
    known: Doubles
    off: Doubles
    has_sheet: bool

    @property
    def reached(self) -> bool:
        """Whether any candidate is the sheet."""
        return bool((self.off <= NEAR).any())


def choice(of: Example) -> Choice:
    image = logarithm(of.seen)
    corners = quadrilaterals(image, CANDIDATES)
    known = numbers(corners, image) if len(corners) else np.zeros((0, len(WEIGHTS)))
    off = np.full(len(corners), np.inf)
    if of.corners is not None:
        off = np.minimum(apart(corners, of.corners), apart(corners[:, ::-1], of.corners))
        off /= np.hypot(*image.shape)
    return Choice(of.kind, known, off, of.corners is not None)


def fitted(choices: list[Choice], middle: Doubles, scale: Doubles) -> Doubles:
    """Slopes (3f,) and bias: by Newton's method, for the logarithm of the likelihood is concave.

    Where several candidates are the sheet the nearest is, and the others are left out.
    """
    rows, right = list[Doubles](), list[int]()
    for each in choices:
        if each.has_sheet and not each.reached:
            continue
        known = bent(each.known, middle, scale)
        nearest = int(each.off.argmin()) if each.has_sheet else len(known)
        kept = np.append(each.off > NEAR, True)
        kept[nearest] = True
        known = np.pad(known, ((0, 0), (0, 1)), constant_values=1.0)
        rows.append(np.pad(known, ((0, 1), (0, 0)))[kept])
        right.append(int(kept[:nearest].sum()))
    counts = np.array([len(each) for each in rows])
    x, starts = np.concatenate(rows), np.cumsum(counts) - counts
    group, chosen = np.repeat(np.arange(len(rows)), counts), starts + np.array(right)
    weights, ridge = np.zeros(x.shape[1]), _RIDGE * np.eye(x.shape[1])
    for _ in range(_ROUNDS):
        odds = x @ weights
        odds -= np.maximum.reduceat(odds, starts)[group]
        p = np.exp(odds)
        p /= np.add.reduceat(p, starts)[group]
        usual = np.add.reduceat(x * p[:, None], starts)
        around = x - usual[group]
        slope = (x[chosen] - usual).sum(0) - ridge @ weights
        step = np.linalg.solve((around * p[:, None]).T @ around + ridge, slope)
        weights += step * min(1.0, _FARTHEST_STEP / np.abs(step).max())
    return weights


def told(choices: list[Choice], odds: Callable[[Doubles], Doubles], what: str) -> None:
    """Print how many of each kind are right: the sheet found, or none found."""
    right, count, reached = Counter[str](), Counter[str](), Counter[str]()
    for each in choices:
        likely = np.append(odds(each.known), 0.0)
        best = int(likely.argmax())
        found = best < len(each.known) and each.off[best] <= NEAR
        right[each.kind] += found if each.has_sheet else best == len(each.known)
        reached[each.kind] += each.reached if each.has_sheet else True
        count[each.kind] += 1
    for kind in KINDS:
        print(f"{what}, {kind}: {right[kind]} of {count[kind]} right, {reached[kind]} could be")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="a folder")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    groups = list[list[Choice]]()
    for seed in (_FIT, _CHOOSE):
        made = examples(seed, arguments.processes, arguments.keep)
        with multiprocessing.Pool(arguments.processes) as pool:
            groups.append(pool.map(choice, made, chunksize=16))
    fit, choose = groups
    known = np.concatenate([each.known for each in fit])
    usual = known.mean(0), known.std(0) + 1e-6
    middle, scale = (np.array([float(f"{v:.4g}") for v in each]) for each in usual)
    weights = fitted(fit, middle, scale).round(3)

    def odds(known: Doubles) -> Doubles:
        return np.asarray(bent(known, middle, scale) @ weights[:-1] + weights[-1])

    told(fit, odds, "fitted on")
    told(choose, odds, "chosen by")
    print(f"BIAS = {weights[-1]:g}")
    for name, *row in zip(WEIGHTS, middle, scale, *weights[:-1].reshape(3, -1), strict=True):
        print(f'    "{name}": ({", ".join(f"{v:g}" for v in row)}),')


if __name__ == "__main__":
    main()
