"""`inkgrad adapt`: a model that gets used to a hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import LabelColumn, counting, load_data, percent, say, stoppable, writable


def adapt(
    model: Annotated[str, typer.Argument(help="A classifier of characters: a name or a file.")],
    hand: Annotated[str, typer.Argument(help="The hand: what inkgrad data collect wrote.")],
    out: Annotated[Path, typer.Option(help="The model to write.")] = Path("adapted.safetensors"),
    keep: Annotated[
        str, typer.Option(help="Data that are to be read as well as before.")
    ] = "mnist-5k",
    label: LabelColumn = None,
    steps: Annotated[int, typer.Option(min=1, max=100_000, help="Batches to learn.")] = 200,
    seed: Annotated[int, typer.Option(help="What is held out, and the order.")] = 0,
    force: Annotated[bool, typer.Option(help="Write over a model that is there.")] = False,
) -> None:
    """Go on training a model with one hand, without forgetting the others.

    A quarter of the hand is held out, and measured before and after. The model goes only so far
    that of the test data of what is to be kept no more than 0.2 points are lost.
    """
    from inkgrad.personal.adapting import adapt as adapted

    target = writable(out, force)
    mine, others = load_data(hand, label), load_data(keep)
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


def _pair(figures: tuple[float, float]) -> str:
    return "".join(f"{percent(each):>10}" for each in figures)
