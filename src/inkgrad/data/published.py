"""Files of published data sets, known again by their names or checksums wherever they lie.

Whoever passes a path gets what whoever passes the name gets: EMNIST's images are stored by columns
and would lie on their side, its letters count from 1, and Fashion-MNIST has names for its classes.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from inkgrad.data.catalogue import EMNIST, SOURCES, PublishedSet

_LABELS = {
    name.removesuffix(".gz"): source
    for source in (*EMNIST.values(), *SOURCES.values())
    if source.folder
    for part, (name, _) in source.files.items()
    if part in ("train_labels", "test_labels")
}  # of those whose names say what they are
_CHECKSUMS = {
    md5: source
    for source in SOURCES.values()
    for part, (_, md5) in source.files.items()
    if md5 and part in ("train_labels", "test_labels")
}
_SMALL = 1 << 20  # bytes: labels are not more when they are packed
_CSV = re.compile(r"(emnist-[a-z]+)-(?:train|test)\.csv")


def source_of(labels: Path) -> PublishedSet | None:
    """The published data set that a file of labels belongs to; None where it is of no known one."""
    name = labels.name.lower().removesuffix(".gz").replace(".idx1", "-idx1")
    if name in _LABELS:
        return _LABELS[name]
    if labels.stat().st_size > _SMALL:
        return None
    return _CHECKSUMS.get(hashlib.md5(labels.read_bytes(), usedforsecurity=False).hexdigest())


def source_of_table(path: Path) -> PublishedSet | None:
    """The same of a CSV file by its name, as EMNIST is passed on: it lies on its side there too."""
    found = _CSV.fullmatch(path.name.lower().removesuffix(".gz"))
    return EMNIST.get(found[1]) if found else None
