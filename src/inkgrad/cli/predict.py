"""`inkgrad predict`: what one character in a photo or scan is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.show import complain, drawable, of_file, percent, say, say_json

if TYPE_CHECKING:
    from inkgrad.reading.result import Reading


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
    from inkgrad.opening import open_reader

    picture = drawable(show, force) if show else None
    reader = open_reader("character", model)
    least = reader.task.threshold if min_confidence is None else min_confidence
    read: list[tuple[Path, Reading]] = []
    for image in images:
        reading = reader.read(image)
        if reading.status in ("empty", "failed"):
            complain(of_file(str(image), reading.reason))
            continue
        read.append((image, reading))
        _tell(image, reading, reading.confidence >= least, as_json)
    if picture and read:
        draw(picture, read)
    if len(read) < len(images):
        raise typer.Exit(1)


def _tell(image: Path, reading: Reading, readable: bool, as_json: bool) -> None:
    """What a character is, and what else it may be."""
    others = reading.alternatives[:2]
    if as_json:
        say_json(
            {
                "image": str(image),
                "readable": readable,
                "label": reading.text,
                "probability": reading.confidence,
                "alternatives": dict(others),
            }
        )
        return
    then = ", ".join(f"{name} {percent(p)}" for name, p in others)
    answer = reading.text if readable else f"unreadable, perhaps {reading.text}"
    say(f"{image}: {answer}  {percent(reading.confidence)}  (then {then})")


def draw(path: Path, read: list[tuple[Path, Reading]]) -> None:
    """Draw what the network saw of every image, with what it read."""
    from inkgrad.atomic import atomic_write
    from inkgrad.evaluation import plots

    titles = [
        f"{image.name[:16]}\n{found.text}  {100 * found.confidence:.0f} %" for image, found in read
    ]
    atomic_write(path, plots.png(plots.sheet([r.stages["glyph"] for _, r in read], titles, 6)))
    say(f"what the network saw: {path}")
