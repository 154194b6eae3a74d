"""A sort from the first image to the last move, that can be stopped anywhere and goes on.

What is read goes into a journal. When all is read, the table and the moves are put into it before
anything is moved: whatever stops the moves, the same sort then finishes them and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

from inkgrad.atomic import atomic_write
from inkgrad.batch import job as jobs
from inkgrad.batch import sorting
from inkgrad.batch.inputs import Files
from inkgrad.batch.job import Job
from inkgrad.batch.journal import Journal
from inkgrad.batch.rows import Row
from inkgrad.batch.sorting import Plan
from inkgrad.errors import DataError, UsageError
from inkgrad.escapes import shown
from inkgrad.schema import Count, checked
from inkgrad.tables import encoded


@dataclass(frozen=True)
class Filed:
    """What a sort came to: pieces by bin, how many rows are from before, how many files failed.

    `gone` are files that were not there any more to be moved.
    """

    counts: dict[str, int]
    earlier: int
    failed: int
    gone: tuple[str, ...] = ()


class _Concluded(TypedDict):
    """What is left to do when all is read, as it stands in the journal."""

    table: str
    moves: list[tuple[str, str]]
    earlier: Count
    failed: Count


class Filing:
    """A sort into the bins of `plan`, in `folder`. Use it in a `with`.

    With `add` the rows of an earlier sort there are kept; with `move` images go into the folders
    of their bins. Raises UsageError where an earlier sort would be written over without `force`.
    """

    def __init__(
        self,
        plan: Plan,
        job: Job,
        folder: Path,
        move: bool = False,
        add: bool = False,
        force: bool = False,
    ) -> None:
        self.plan, self.job, self.folder = plan, job, folder
        self.move, self.add = move, add
        self.table = folder / "bins.csv"
        if add and force:
            raise UsageError("--add keeps what --force writes over, expected one of them")
        if self.table.is_dir():
            raise UsageError(f"{self.table}: is a folder, expected a file to write")
        path = job.journal_of(self.table)
        if self.table.exists() and not (add or force or _concluded(path)):
            ways = "choose another name, or --add or --force"
            raise UsageError(f"{self.table}: is there already: {ways}")
        if add:
            sorting.sorted_before(self.table)  # another table is said before anything is read
        self.journal = Journal(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.journal.close()

    @property
    def begun(self) -> bool:
        """Whether all was read before, and only what follows is left."""
        return self.journal.conclusion is not None

    def read(self, files: Files, paths: list[Path]) -> Iterator[list[Row]]:
        """Read these of the files; the rows of each."""
        yield from jobs.go_on(self.job, self.journal, files, paths)

    def conclude(self, files: Files, review: bool = False) -> None:
        """Decide what becomes of all the files; with `review`, write a page of what is in doubt."""
        by_file = [self.journal.rows(files.name(path)) for path in files.paths]
        bins = [self.plan.bins_of(rows) for rows in by_file]
        rows = [
            pair
            for pages, names in zip(by_file, bins, strict=True)
            for pair in zip(pages, names, strict=True)
        ]
        piped = set(files.names.values())  # two of one name are two pieces, and none can be moved
        own = [(pages[0], names[0]) for pages, names in zip(by_file, bins, strict=True) if pages]
        own = [(row, name) for row, name in own if row.path not in piped]
        before = sorting.sorted_before(self.table) if self.add else []
        earlier = sorting.kept(before, {row.path for row, _ in rows} - piped)
        places = sorting.destinations(own, self.folder) if self.move else {}
        if review:
            page = self.folder / "review.html"
            atomic_write(sorting.free(page) if self.add else page, sorting.review_page(rows))
        plan = {
            "table": sorting.bins_table(rows, places, earlier),
            "moves": [[source, str(target)] for source, target in places.items()],
            "earlier": len(earlier),
            "failed": sum(any(page.status == "failed" for page in pages) for pages in by_file),
        }
        self.journal.conclude(json.dumps(plan))

    def finish(self) -> Filed:
        """Write the table and move the images, or go on with that; the journal is not needed then.

        Raises UsageError where another file has taken the place of one that is moved.
        """
        plan = self._plan()
        atomic_write(self.table, encoded(plan["table"]))
        gone = sorting.move({source: Path(target) for source, target in plan["moves"]})
        rows = sorting.sorted_before(self.table)
        self.journal.remove()
        counts = sorting.counts(row["bin"] for row in rows)
        return Filed(counts, plan["earlier"], plan["failed"], tuple(gone))

    def _plan(self) -> _Concluded:
        name = f"{self.journal.path}: is no journal of a sort, delete it: what it concludes"
        try:  # names that are no text stand in it as json has them, and msgspec has not
            everything = json.loads(self.journal.conclusion or "")
        except (ValueError, RecursionError) as error:
            raise DataError(f"{name} is no JSON ({error})") from None
        plan = checked(_Concluded, everything, name, DataError)
        for source, target in plan["moves"]:
            path = Path(target)
            if path.parent.parent != self.folder or ".." in (path.name, path.parent.name):
                raise DataError(f"{name} moves to elsewhere")
            if "\0" in source + target:
                raise DataError(f"{name} moves what is no path")
        return plan


def draw(folder: Path, counts: dict[str, int]) -> Path:
    """Draw the counts to bins.png. Raises UsageError without matplotlib."""
    from inkgrad.evaluation import plots

    target = folder / "bins.png"
    plain = {shown(name).replace("$", r"\$"): count for name, count in counts.items()}
    atomic_write(target, plots.png(plots.bars(plain, "pieces by bin")))
    return target


def others(paths: tuple[Path, ...], folder: Path) -> tuple[Path, ...]:
    """The paths that are no output of an earlier sort in that folder."""
    outputs = folder.resolve()
    return tuple(path for path in paths if outputs not in path.resolve().parents)


def _concluded(path: Path) -> bool:
    """Whether there is a journal in which all has been read."""
    if not path.exists():
        return False
    with Journal(path) as journal:
        return journal.conclusion is not None
