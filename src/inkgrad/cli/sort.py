"""`inkgrad sort`: images of ZIP codes into the bins of a sort plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.read import models_for, rows_of, tracked


def sort(
    images: Annotated[
        list[Path], typer.Argument(help="Images of envelopes or of ZIP codes, or folders of them.")
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
    force: Annotated[bool, typer.Option(help="Write over an earlier sort in that folder.")] = False,
    model: Annotated[str, typer.Option(help="numbers, or a model file.")] = "numbers",
    threads: Annotated[int | None, typer.Option(min=1, help="[default: all processors]")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Read on the Dask cluster at this address.")
    ] = None,
) -> None:
    """Sort images by the ZIP code on them: bins.csv says which piece goes where.

    What is not read for sure, or has no bin, goes to `manual`. Nothing is moved before all is read.
    """
    from inkgrad.atomic import atomic_write
    from inkgrad.cli.show import writable
    from inkgrad.errors import UsageError
    from inkgrad.evaluation import plots
    from inkgrad.reading import batch, sorting

    order = sorting.Plan.load(plan)
    table = writable(out / "bins.csv", force)
    if kind not in ("zip", "envelope"):
        raise UsageError(f"as {kind!r} is unknown, expected zip or envelope")
    models = models_for(kind, model)
    reader = batch.load_reader(kind, models)
    task = batch.Task(kind, threshold=reader.threshold(max_error), alternatives=4)
    paths = list(batch.files_of(images))
    if not paths:
        raise UsageError(f"{', '.join(map(str, images))}: no images there, expected some to read")
    found = rows_of(reader, models, task, paths, threads, scheduler)
    rows = []
    for of_file in tracked(found, len(paths)):
        rows += list(zip(of_file, order.bins_of(of_file), strict=True))
    atomic_write(table, sorting.bins_table(rows))
    filled = sorting.counts(rows)
    for name, count in filled.items():
        print(f"{name:<20} {count:>8,}")
    if rows:
        atomic_write(out / "bins.png", plots.png(plots.bars(filled, "pieces by bin")))
    if review:
        atomic_write(out / "review.html", sorting.review_page(rows))
    if move:
        sorting.move(rows, out)
    print(f"{table}: {len(rows):,} pieces, {filled.get(sorting.MANUAL, 0):,} for a person")
