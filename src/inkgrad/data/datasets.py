"""`load("mnist")`, `load("scans/")`: labelled images by name or path."""

from __future__ import annotations

from pathlib import Path

from inkgrad.data import fetching, formats
from inkgrad.data.catalogue import SOURCES
from inkgrad.data.dataset import Dataset
from inkgrad.data.download import Progress
from inkgrad.errors import DataError

NAMES = (fetching.EMBEDDED, *SOURCES)
"""The names that `load` knows."""


def load(
    name: str | Path,
    progress: Progress | None = None,
    *,
    label: str | None = None,
    as_is: bool = False,
) -> Dataset:
    """A data set by name, or the one at a path.

    A path is a folder with IDX files or with one sub-folder of images a class, an IDX file, a CSV
    of pixels, or an .npz. `progress` hears of downloads. `label` is the column of a CSV's labels,
    its name or number, where that is not found. Images at a path that are not 28x28 are brought to
    that as `predict` brings them, and paper is turned black; `as_is` leaves all untouched. What was
    taken for what is in the `notes`. Raises DataError, one line that names the thing and the fault,
    where something is missing or broken.
    """
    if label is not None and (str(name) in NAMES or not formats.has_columns(Path(name))):
        raise DataError(f"{name}: has no columns, expected a CSV file with label={label!r}")
    if name == fetching.EMBEDDED:
        return fetching.embedded()
    if str(name) in SOURCES:
        return fetching.published(SOURCES[str(name)], progress)
    if Path(name).exists():
        return formats.from_path(Path(name), label, as_is)
    raise DataError(
        f"{name}: no such data set or path, expected one of {', '.join(NAMES)}, or a path"
    )
