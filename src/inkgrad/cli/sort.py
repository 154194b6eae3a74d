"""`inkgrad sort`: images of ZIP codes into the bins of a sort plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.read import listed, models_for, rows_of, some, tell, tracked
from inkgrad.cli.show import stoppable, writable


def sort(
    images: Annotated[
        list[Path],
        typer.Argument(
            help="Images of ZIP codes or of envelopes, folders, or - for a list.",
        ),
    ],
    plan: Annotated[Path, typer.Option(help="CSV with the columns prefix and bin.")],
    kind: Annotated[str, typer.Option("--as", help="zip (a field) or envelope.")] = "zip",
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
    model: Annotated[str, typer.Option(help="numbers, or a model file.")] = "numbers",
    threads: Annotated[
        int | None, typer.Option(min=1, help="How many threads.", show_default="all processors")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Read on the Dask cluster at this address.")
    ] = None,
) -> None:
    """Sort images by the ZIP code on them: bins.csv says which piece goes where.

    What is not read for sure, or has no bin, goes to `manual`. Nothing is moved before all is read.
    With --add a second batch goes into the same bins, and its rows after those of the first.
    A file that cannot be read is said, and the exit status is then 1.
    """
    from inkgrad.atomic import atomic_write
    from inkgrad.errors import UsageError
    from inkgrad.evaluation import plots
    from inkgrad.reading import batch, sorting

    order = sorting.Plan.load(plan)
    if add and force:
        raise UsageError("--add keeps what --force writes over, expected one of them")
    table = writable(out / "bins.csv", force or add, "--add or --force")
    earlier = sorting.sorted_before(table) if add else []
    if kind not in ("zip", "envelope"):
        raise UsageError(f"as {kind!r} is unknown, expected zip or envelope")
    models = models_for(kind, model)
    reader = batch.load_reader(kind, models)
    task = batch.Task(kind, threshold=reader.threshold(max_error), alternatives=4)
    paths = _others(some(batch.files_of(listed(images)), images), out)
    found = rows_of(reader, models, task, paths, threads, scheduler)
    rows = []
    with stoppable():
        for of_file in tracked(found, len(paths)):
            for row in of_file:
                tell(row)
            rows += list(zip(of_file, order.bins_of(of_file), strict=True))
    earlier = sorting.kept(earlier, {row.path for row, _ in rows})
    places = sorting.places(rows, out) if move else None
    atomic_write(table, sorting.bins_table(rows, places, earlier))
    filled = sorting.counts([row["bin"] for row in earlier] + [name for _, name in rows])
    for name, count in filled.items():
        print(f"{name:<20} {count:>8,}")
    if filled:
        atomic_write(out / "bins.png", plots.png(plots.bars(filled, "pieces by bin")))
    if review:
        page = out / "review.html"
        atomic_write(sorting.free(page) if add else page, sorting.review_page(rows))
    if places:
        sorting.move(places)
    said = f"{sum(filled.values()):,} pieces, {filled.get(sorting.MANUAL, 0):,} for a person"
    print(f"{table}: {said}" + (f", {len(earlier):,} from before" if earlier else ""))
    if any(row.status == "failed" for row, _ in rows):
        raise typer.Exit(1)


def _others(paths: list[Path], out: Path) -> list[Path]:
    """The paths that are no output of an earlier sort."""
    return [path for path in paths if out.resolve() not in path.resolve().parents]
