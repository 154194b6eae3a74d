"""`inkgrad adapt`: a model that gets used to a hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import (
    LabelColumn,
    busy,
    counting,
    load_data,
    percent,
    say,
    stoppable,
    writable,
)

_KEPT = "mnist-5k"


def adapt(
    model: Annotated[str, typer.Argument(help="digits, numbers, text or another: name or file.")],
    hand: Annotated[
        str,
        typer.Argument(
            help="The hand: of inkgrad data collect, a folder of lines, or desk:FOLDER."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The model to write.")] = Path("adapted.safetensors"),
    keep: Annotated[
        str | None,
        typer.Option(
            help="Data that are to be read as well as before.",
            show_default=f"{_KEPT}; of lines, composed ones",
        ),
    ] = None,
    label: LabelColumn = None,
    steps: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="Batches to learn.", show_default="200; lines 120"),
    ] = None,
    seed: Annotated[int, typer.Option(help="What is held out, and the order.")] = 0,
    force: Annotated[bool, typer.Option(help="Write over a model that is there.")] = False,
) -> None:
    """Go on training a model with one hand, without forgetting the others.

    A folder of lines has images and truth.tsv or labels.csv (path, text), or a .txt beside each
    image; with desk:FOLDER they are what people settled on a desk. A quarter of the hand is held
    out, and measured before and after. The model goes only so far that of what is to be kept no
    more than 0.2 points are lost.
    """
    from inkgrad.personal.adapting_lines import alphabet_of

    target, alphabet = writable(out, force), alphabet_of(model)
    if alphabet:
        writable(target.with_suffix(".md"), force)
        _adapt_lines(model, alphabet, hand, keep, target, steps, seed)
    else:
        _adapt_characters(model, hand, keep or _KEPT, label, target, steps, seed)


def _adapt_characters(
    model: str,
    hand: str,
    keep: str,
    label: str | None,
    target: Path,
    steps: int | None,
    seed: int,
) -> None:
    from inkgrad.personal.adapting import STEPS
    from inkgrad.personal.adapting import adapt as adapted

    mine, others, steps = load_data(hand, label), load_data(keep), steps or STEPS
    with stoppable("nothing is written"), counting("learning") as bars:
        task = bars.add_task("", total=steps)
        found = adapted(
            *(model, mine, others, target),
            steps=steps,
            seed=seed,
            told=lambda step, _: bars.update(task, completed=step),
        )
    say(f"{'read right':<26}{'before':>10}{'after':>10}")
    say(f"{f'this hand ({found.hand_count} held out)':<26}{_pair(found.hand)}")
    say(f"{f'{others.name} ({found.kept_count:,})':<26}{_pair(found.kept)}")
    say(f"{target}: {percent(found.part)} of the way" if found.part else f"{target}: as it was")


def _adapt_lines(
    model: str,
    alphabet: str,
    hand: str,
    keep: str | None,
    target: Path,
    steps: int | None,
    seed: int,
) -> None:
    from inkgrad.desk.settled_lines import settled_lines
    from inkgrad.personal.adapting_lines import LINE_STEPS, adapt_lines
    from inkgrad.personal.own_lines import read_own_lines
    from inkgrad.recipes.keeping import kept_lines

    with busy("looking at the lines"):
        if hand.startswith("desk:"):
            mine = settled_lines(hand.removeprefix("desk:"), model, alphabet)
        else:
            mine = read_own_lines(hand, alphabet)
        others = read_own_lines(keep, alphabet).halves() if keep else kept_lines(" " in alphabet)
    with stoppable("nothing is written"), counting("learning") as bars:
        task = bars.add_task("", total=None)
        found = adapt_lines(
            *(model, mine, *others, target),
            steps=steps or LINE_STEPS,
            seed=seed,
            told=lambda step, total: bars.update(task, completed=step, total=total),
        )
    say(f"{'read right, by the ink':<40}{'before':>10}{'after':>10}")
    say(f"{f'this hand ({found.hand_count} lines held out): characters':<40}{_pair(found.hand)}")
    say(f"{'  lines exactly':<40}{_pair(found.hand_exactly)}")
    say(f"{f'others ({found.kept_count} lines): characters':<40}{_pair(found.kept)}")
    say(f"{target}: {percent(found.part)} of the way" if found.part else f"{target}: as it was")
    say("its confidences promise nothing yet: inkgrad models calibrate, before --max-error")


def _pair(figures: tuple[float, float]) -> str:
    return "".join(f"{percent(each):>10}" for each in figures)
