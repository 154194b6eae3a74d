"""The data sets that have a name: which there are, fetched, and drawn on a sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkgrad.data.catalogue import SOURCES
from inkgrad.data.dataset import Dataset
from inkgrad.data.datasets import NAMES, load
from inkgrad.data.fetching import EMBEDDED, locate
from inkgrad.errors import DataError

Load = Callable[[str, str | None, bool], Dataset]
"""Gets a data set by its name, the column of its labels, and whether it stays as it is."""


@dataclass(frozen=True)
class Known:
    """A data set that has a name, and where it is or would come from."""

    name: str
    title: str
    where: str


@dataclass(frozen=True)
class Drawn:
    """What is on a sheet; `known` data need nobody to look whether they were taken right."""

    count: int
    what: str
    known: bool = True

    def __str__(self) -> str:
        return f"{self.count} {self.what}"


def data_sets() -> list[Known]:
    """All that have a name."""
    found = []
    for name in NAMES:
        if name == EMBEDDED:
            title = "5,000 digits of MNIST, which come with inkgrad"
            where = "here"
        else:
            source = SOURCES[name]
            title = source.title
            files = locate(source)
            to_fetch = "to download" if source.mirrors or source.archive else "in INKGRAD_DATA only"
            where = f"in {next(iter(files.values())).parent}" if files else to_fetch
        found.append(Known(name, title, where))
    return found


def fetch_data(name: str, get: Load | None = None) -> str:
    """Download a data set by name if it is not here yet; where it is then. DataError if unknown."""
    if name not in NAMES:
        raise DataError(f"{name}: no such data set, expected one of {', '.join(NAMES)}")
    (get or _load)(name, None, False)
    files = None if name == EMBEDDED else locate(SOURCES[name])
    return str(next(iter(files.values())).parent) if files else "with inkgrad"


def picture_of(name: str) -> str:
    """What the sheet of a data set is called where nobody says."""
    return f"{name if name in _SYNTHETIC else Path(name).stem}.png"


def draw_samples(
    name: str,
    target: str | Path,
    count: int = 100,
    *,
    label: str | None = None,
    as_is: bool = False,
    augment: str = "none",
    seed: int = 0,
    load: Load | None = None,
) -> Drawn:
    """Draw training samples, class by class, on one sheet, a PNG.

    Of a data set by name or path, deformed if `augment` says how, or of what is composed:
    "synthetic-numbers", "synthetic-text", "synthetic-envelopes" and "synthetic-pages" (at most 12
    of these two). Raises UsageError
    without matplotlib.
    """
    from inkgrad.atomic import atomic_write
    from inkgrad.evaluation import plots

    if name in _SYNTHETIC:
        figure, drawn = _SYNTHETIC[name](count, seed)
    else:
        figure, drawn = _sheet(
            name, count, augment, seed, lambda: (load or _load)(name, label, as_is)
        )
    atomic_write(Path(target), plots.png(figure))
    return drawn


def _load(name: str, label: str | None, as_is: bool) -> Dataset:
    return load(name, label=label, as_is=as_is)


def _sheet(
    name: str, count: int, augment: str, seed: int, get: Callable[[], Dataset]
) -> tuple[Any, Drawn]:
    from inkgrad.data.augment import augment as deform
    from inkgrad.data.augment import by_name
    from inkgrad.data.split import by_turns
    from inkgrad.evaluation import plots
    from inkgrad.randomness import generator

    how = by_name(augment) if augment != "none" else None
    data = get()
    chosen = by_turns(data.train.labels, count, seed)
    images = data.train.images[chosen]
    if how:
        images = deform(images, how, generator(seed, "augmentation"))
    titles = [data.classes[data.train.labels[place]] for place in chosen]
    columns = len(data.classes) if 5 <= len(data.classes) <= 20 else 16
    heading = f"{data.name}, training part" + (f", augmented: {augment}" if how else "")
    figure = plots.sheet(list(images), titles, columns, heading=heading)
    return figure, Drawn(len(images), "samples", name in NAMES)


def _numbers(count: int, seed: int) -> tuple[Any, Drawn]:
    """Lines that the reader of numbers learns from, and what they say."""
    from inkgrad.evaluation import plots
    from inkgrad.randomness import generator
    from inkgrad.recipes.hands import digit_hands
    from inkgrad.synthetic.numbers import Lines, Numbers

    lines = Lines.of(Numbers(digit_hands(seed)[0], 0), count, generator(seed, "augmentation"))
    texts = ["".join(str(c) for c in row if c >= 0) for row in lines.labels]
    return plots.lines(list(lines.lines), texts), Drawn(len(texts), "lines")


def _texts(count: int, seed: int) -> tuple[Any, Drawn]:
    """Lines that the reader of text learns from, and what they say."""
    from inkgrad.evaluation import plots
    from inkgrad.randomness import generator
    from inkgrad.recipes.hands import letter_hands
    from inkgrad.synthetic.fonts import Fonts
    from inkgrad.synthetic.texts import Texts
    from inkgrad.synthetic.wording import ALPHABET, Wording

    wording, rng = Wording(), generator(seed, "augmentation")
    source = Texts(letter_hands(seed)[0], wording, 0, Fonts.found(ALPHABET))
    texts = [wording.phrase(int(rng.integers(2, 30)), rng) for _ in range(count)]
    lines = [source.line(text, rng) for text in texts]
    return plots.lines(lines, texts), Drawn(len(texts), "lines")


def _envelopes(count: int, seed: int) -> tuple[Any, Drawn]:
    """Envelopes as readers are measured on, and their ZIP codes."""
    from inkgrad.evaluation import plots
    from inkgrad.randomness import generator
    from inkgrad.recipes.hands import envelopes

    source, rng = envelopes(seed), generator(seed, "augmentation")
    made = [source.compose(rng) for _ in range(min(count, _MOST_ENVELOPES))]
    figure = plots.pages([each.grey for each in made], [each.code for each in made])
    return figure, Drawn(len(made), "envelopes")


def _pages(count: int, seed: int) -> tuple[Any, Drawn]:
    """Pages as they lie flat and as they are photographed, by turns, and how they begin."""
    from inkgrad.evaluation import plots
    from inkgrad.randomness import generator
    from inkgrad.recipes.hands import pages
    from inkgrad.synthetic.photos import photographed

    source, rng = pages(seed), generator(seed, "augmentation")
    images, titles = [], []
    for place in range(min(count, _MOST_PAGES)):
        if place % 2 == 0:
            made = source.compose(rng)
            images.append(made.grey)
            titles.append(made.lines[0][:40])
        else:
            photo = photographed(made.grey, (1600, 1200), rng)
            images.append(photo.grey)
            titles.append(f"{photo.desk}, {photo.tilt:.0f} degrees")
    return plots.pages(images, titles), Drawn(len(images), "pages")


_MOST_ENVELOPES, _MOST_PAGES = 12, 12
_SYNTHETIC = {
    "synthetic-numbers": _numbers,
    "synthetic-text": _texts,
    "synthetic-envelopes": _envelopes,
    "synthetic-pages": _pages,
}
