"""`inkgrad predict`: what one character in a photo or scan is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import complain, drawable, percent, say, say_json

if TYPE_CHECKING:
    from inkgrad.reading.character import Reading


def predict(
    model: Annotated[str, typer.Argument(help="digits, a model.safetensors, or a run's folder.")],
    images: Annotated[list[Path], typer.Argument(help="Images of one character each.")],
    min_confidence: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Less probable than this is said to be unreadable.",
            show_default="the model's own",
        ),
    ] = None,
    show: Annotated[
        Path | None, typer.Option(help="Draw what the network saw to this PNG.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over a picture that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an image.")] = False,
) -> None:
    """Read one character an image: any size, colour or polarity, photo or scan.

    An image that cannot be read is said on standard error, the others are read, and the exit
    status is 1.
    """
    from inkgrad.data.images import open_to_read
    from inkgrad.errors import ImageError
    from inkgrad.nn import files
    from inkgrad.pretrained.shipped import find
    from inkgrad.reading.character import read_character

    picture = drawable(show, force) if show else None
    network, about = files.load(find(model))
    classes = tuple(about.get("classes", map(str, range(network.output_shape[0]))))
    temperature = about.get("temperature", 1.0)
    least = about.get("refuse_below", 0.0) if min_confidence is None else min_confidence
    read: list[tuple[Path, Reading]] = []
    failed = 0
    for image in images:
        try:
            grey = next(open_to_read(image)).grey
            reading = read_character(network, classes, grey, temperature)
        except ImageError as error:
            failed += 1
            text = str(error) if str(image) in str(error) else f"{image}: {error}"
            complain(text)
            continue
        read.append((image, reading))
        readable = reading.probability >= least
        if as_json:
            say_json(
                {
                    "image": str(image),
                    "readable": readable,
                    "label": reading.label,
                    "probability": reading.probability,
                    "alternatives": dict(reading.alternatives(3)[1:]),
                }
            )
        else:
            others = ", ".join(f"{name} {percent(p)}" for name, p in reading.alternatives(3)[1:])
            answer = reading.label if readable else f"unreadable, perhaps {reading.label}"
            say(f"{image}: {answer}  {percent(reading.probability)}  (then {others})")
    if picture and read:
        draw(picture, read)
    if failed:
        raise typer.Exit(1)


def draw(path: Path, read: list[tuple[Path, Reading]]) -> None:
    """Draw what the network saw of every image, with what it read."""
    from inkgrad.atomic import atomic_write
    from inkgrad.evaluation import plots

    titles = [
        f"{image.name[:16]}\n{found.label}  {100 * found.probability:.0f} %"
        for image, found in read
    ]
    atomic_write(path, plots.png(plots.sheet([r.glyph for _, r in read], titles, 6)))
    say(f"what the network saw: {path}")
