"""`inkgrad sort`: images of ZIP codes into the bins of a sort plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkgrad.cli.read import Desk, Images, Nul, Scheduler, Threads, watched
from inkgrad.cli.show import complain, say, stoppable
from inkgrad.reading import kinds
from inkgrad.reading.kinds import Kind

if TYPE_CHECKING:
    from inkgrad.batch.filing import Filed


def _is_code(kind: Kind) -> bool:
    return kind.is_code


def sort(
    images: Images,
    plan: Annotated[Path, typer.Option(help="CSV with the columns prefix and bin.")],
    kind: Annotated[str, typer.Option("--as", help=f"{kinds.listed(_is_code)}.")] = "zip",
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("bins"),
    max_error: Annotated[
        float, typer.Option(min=0, max=1, help="Part of the pieces that may go wrong.")
    ] = 0.01,
    move: Annotated[bool, typer.Option(help="Move each image into the folder of its bin.")] = False,
    review: Annotated[
        bool, typer.Option(help="Write review.html of what is for a person.")
    ] = False,
    add: Annotated[bool, typer.Option(help="Add to an earlier sort in that folder.")] = False,
    force: Annotated[bool, typer.Option(help="Write over an earlier sort in that folder.")] = False,
    model: Annotated[
        str | None, typer.Option(help="A model's name or file.", show_default="numbers")
    ] = None,
    threads: Threads = None,
    scheduler: Scheduler = None,
    nul: Nul = False,
    desk: Desk = None,
) -> None:
    """Sort images by the ZIP code on them: bins.csv says which piece goes where.

    What is not read for sure, or has no bin, goes to `manual`. Nothing is moved before all is read.
    With --add a second batch goes into the same bins, and its rows after those of the first.
    A file that cannot be read is said, and the exit status is then 1. Stopped, the same command
    goes on. In bins.csv a cell that a spreadsheet would run as a formula begins with an apostrophe.
    """
    from inkgrad.bulk import sort_mail

    with stoppable("the same command goes on"):
        filed = sort_mail(
            images,
            plan,
            out,
            kind,
            model=model,
            max_error=max_error,
            move=move,
            review=review,
            add=add,
            force=force,
            threads=threads,
            cluster=scheduler,
            nul=nul,
            watch=watched,
            desk=desk,
        )
        _tell(out, filed)


def _tell(folder: Path, filed: Filed) -> None:
    """The bins and what is in them; exit status 1 where a file was not read or is gone."""
    from inkgrad.batch.filing import draw
    from inkgrad.batch.sorting import MANUAL
    from inkgrad.errors import UsageError

    for name, count in filed.counts.items():
        say(f"{name:<20} {count:>8,}")
    if filed.counts:
        try:
            draw(folder, filed.counts)
        except UsageError as error:  # without matplotlib
            complain(f"no bins.png: {error}")
    total = sum(filed.counts.values())
    said = f"{total:,} pieces, {filed.counts.get(MANUAL, 0):,} for a person"
    say(
        f"{folder / 'bins.csv'}: {said}"
        + (f", {filed.earlier:,} from before" if filed.earlier else "")
    )
    for path in filed.gone:
        complain(f"{path}: is gone, expected it to be there to be moved")
    if filed.failed or filed.gone:
        raise typer.Exit(1)
