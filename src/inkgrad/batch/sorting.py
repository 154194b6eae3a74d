"""ZIP codes -> bins: a sort plan, and what becomes of each piece by it."""

from __future__ import annotations

import errno
import filecmp
import html
import io
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkgrad import tables
from inkgrad.atomic import atomic_path
from inkgrad.batch.rows import Row
from inkgrad.errors import DataError, ImageError, UsageError
from inkgrad.html_page import html_page, picture
from inkgrad.images.files import open_grey
from inkgrad.recognition.zipcodes import state_of

MANUAL = "manual"
"""The bin of pieces that a person looks at."""

_COLUMNS = ("piece", "zip", "state", "confidence", "bin", "moved_to", "reason")


@dataclass(frozen=True)
class Plan:
    """Bins by the first digits of a ZIP code: of several that fit, the longest goes."""

    bins: dict[str, str]

    @classmethod
    def load(cls, path: Path) -> Plan:
        """A CSV file with the columns `prefix` and `bin`; UsageError, naming the line, else.

        A prefix may be empty: it takes what no other one does.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise UsageError(f"{path}: no such file, expected a sort plan") from None
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: cannot be read ({error})") from None
        try:
            rows = tables.records(text, "csv", str(path), ("prefix", "bin"))
        except DataError as error:
            raise UsageError(f"{error}, expected a sort plan") from None
        bins: dict[str, str] = {}
        for number, row in enumerate(rows, start=2):
            prefix, name = row["prefix"].strip(), row["bin"].strip()
            if not (prefix.isdigit() or not prefix) or len(prefix) > 9:
                raise UsageError(f"{path}: line {number}: prefix {prefix!r}, expected digits")
            if not name or name != Path(name).name or name.startswith("."):
                raise UsageError(f"{path}: line {number}: bin {name!r}, expected a plain name")
            if bins.get(prefix, name) != name:
                raise UsageError(f"{path}: line {number}: prefix {prefix} has two bins")
            bins[prefix] = name
        if not bins:
            raise UsageError(f"{path}: names no bins, expected lines of prefix and bin")
        return cls(bins)

    def bin_of(self, row: Row) -> str:
        """Where a piece goes; `MANUAL` for what was not read for sure, or has no bin."""
        if row.status != "read":
            return MANUAL
        return self.bin_of_code(row.text)

    def bin_of_code(self, text: str) -> str:
        """Where a piece with this ZIP code goes; `MANUAL` where no bin is for it."""
        code = text.replace("-", "")
        fitting = [prefix for prefix in self.bins if code.startswith(prefix)]
        return self.bins[max(fitting, key=len)] if fitting else MANUAL

    def bins_of(self, pages: Sequence[Row]) -> list[str]:
        """The bins of a file's pages; one piece goes to one bin, or to a person."""
        bins = [self.bin_of(page) for page in pages]
        return bins if len(set(bins)) == 1 else [MANUAL] * len(bins)


def bins_table(
    rows: Iterable[tuple[Row, str]],
    places: Mapping[str, Path] | None = None,
    earlier: Iterable[Mapping[str, str]] = (),
) -> str:
    """bins.csv: piece, ZIP, state, confidence, bin, where it was moved to, why it was not read.

    It is for people: what a spreadsheet would take for a formula has an apostrophe before it.
    """
    lines = [list(_COLUMNS), *([row[column] for column in _COLUMNS] for row in earlier)]
    for row, name in rows:
        state, place = state_of(row.text) or "", str((places or {}).get(row.path, ""))
        sure = f"{row.confidence:.4f}"
        lines.append([row.path, row.text, state, sure, name, place, row.reason])
    return "".join(tables.line(cells, "csv", harmless=True) for cells in lines)


def sorted_before(table: Path) -> list[dict[str, str]]:
    """The rows of an earlier bins.csv, none where there is no such file; UsageError for another."""
    if not table.exists():
        return []
    try:
        text = table.read_bytes().decode("utf-8", "surrogateescape")
        (heading, *_) = [*tables.read(text, "csv", str(table)), []]
        if tuple(heading) != _COLUMNS:
            raise UsageError(f"{table}: is not of an earlier sort, expected {', '.join(_COLUMNS)}")
        return tables.records(text, "csv", str(table), _COLUMNS, harmless=True)
    except (OSError, DataError) as error:
        raise UsageError(f"{table}: cannot be read ({error})") from None


def kept(earlier: Iterable[dict[str, str]], again: Collection[str]) -> list[dict[str, str]]:
    """The rows that stay when these pieces are sorted again.

    What was moved away stays, too: another piece lies at its path now.
    """
    return [
        row
        for row in earlier
        if row["piece"] not in again or (row["moved_to"] and Path(row["moved_to"]).is_file())
    ]


def destinations(rows: Iterable[tuple[Row, str]], folder: Path) -> dict[str, Path]:
    """Where each image goes: the folder of its bin. A name that is taken there gets a number."""
    found: dict[str, Path] = {}
    taken: set[Path] = set()
    for row, name in rows:
        source = Path(row.path)
        if not source.is_file():  # another page of a file, or missing
            continue
        target = free(folder / name / source.name, lambda place: place in taken or place.exists())
        taken.add(target)
        found[row.path] = target
    return found


def free(path: Path, taken: Callable[[Path], bool] = Path.exists) -> Path:
    """`path`, or, where that is taken, the first that is free of path-2, path-3, ..."""
    found, number = path, 2
    while taken(found):
        found, number = path.with_name(f"{path.stem}-{number}{path.suffix}"), number + 1
    return found


def move(places: Mapping[str, Path]) -> list[str]:
    """Put each image where it goes, if a kill has not left it there; those that are gone.

    On another disk it is copied under another name, compared, renamed, and only then deleted.
    Raises UsageError, and leaves both, where another file is in its place.
    """
    gone = []
    for given, target in places.items():
        source = Path(given)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            if not source.exists():
                continue
            if not filecmp.cmp(source, target, shallow=False):
                raise UsageError(f"{target}: is there already, expected room for {source}")
            source.unlink()  # it was copied, and a kill came before this
        elif not source.exists():
            gone.append(given)
        else:
            move_one(source, target)
    return gone


def move_one(source: Path, target: Path) -> None:
    """Move a file to a name that is free, to another disk too.

    Raises OSError, and DataError where the copy is not the same; then it stays as it is.
    """
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_far(source, target)


def _move_far(source: Path, target: Path) -> None:
    """Move a file to another disk; it is whole in one of the two places at any time."""
    with atomic_path(target) as temporary:
        shutil.copyfile(source, temporary)
        if not filecmp.cmp(source, temporary, shallow=False):
            raise DataError(f"{source}: its copy is not the same, expected it to stay as it is")
    shutil.copystat(source, target)
    source.unlink()


def counts(bins: Iterable[str]) -> dict[str, int]:
    """Pieces by the bins they went to, the fullest first, and those for a person last."""
    found = Counter(bins)
    order = sorted(found, key=lambda name: (name == MANUAL, -found[name], name))
    return {name: found[name] for name in order}


def review_page(rows: Sequence[tuple[Row, str]]) -> str:
    """One HTML page of the pieces for a person: image, what it may be, how sure that is."""
    parts = []
    for row, name in rows:
        if name != MANUAL:
            continue
        choices = [(row.text, row.confidence), *row.alternatives] if row.text else []
        items = "".join(
            f"<li><b>{html.escape(text)}</b> {state_of(text) or 'not in use'} "
            f"<small>{100 * p:.1f} %</small></li>"
            for text, p in choices
        )
        why = html.escape(row.reason) if row.reason else "not sure enough, or in no bin"
        parts.append(
            f"<section><h2>{html.escape(Path(row.path).name)}</h2>{_picture(row)}"
            f"<ol>{items}</ol><p>{why}</p></section>"
        )
    style = (
        "body{font:15px system-ui;margin:2rem;color:#1b2a41}section{border-top:1px solid #ccd;"
        "padding:.5rem 0}h2{font-size:1rem}img{max-height:120px;max-width:100%}"
    )
    heading = f"{len(parts)} pieces for a person to settle"
    return html_page("For a person to settle", parts, style, heading)


def _picture(row: Row) -> str:
    """The image itself, inside the page: grey, upright, no larger than it is looked at."""
    from PIL import Image

    path = Path(row.path)
    try:
        image = Image.fromarray(np.rot90(open_grey(path), row.turned))
    except ImageError:
        return ""
    image.thumbnail((900, 240))
    content = io.BytesIO()
    image.save(content, "PNG")
    return picture(path.name, content.getvalue())
