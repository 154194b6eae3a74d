"""A chapter of the course: its parts, its run in a kernel, and what of a run is kept and compared.

README.md says how a chapter is written. A run gives one `Output` for each part that is computed: a
cell of code, or a text with {{ expressions }}.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import re
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import numpy as np
from PIL import Image
from traitlets.config import Config

HERE = Path(__file__).parent
APPROVED = HERE / "approved"
LARGEST_PICTURE, LARGEST_SUM = 60_000, 3_000_000
"""In bytes: one picture, and everything that is approved."""

INLINE = re.compile(r"\{\{ (.+?) \}\}")
SOURCE = re.compile(r"source\(\"([\w.]+):([\w.]+)\"\)")
NUMBER = re.compile(r"[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?")
PERCENT = re.compile(r"\s?%")
SMALLEST, POINTS = 0.001, 2.0
"""By how much a number may differ at all, and a percentage, whatever its chapter's tolerance."""


@dataclass
class Part:
    """A text or a cell of code, and what of it is computed."""

    kind: str  # "text" or "code"
    source: str
    hidden: bool = False

    @property
    def expressions(self) -> list[str]:
        if self.kind == "code":
            return []
        return [each for each in INLINE.findall(self.source) if not SOURCE.fullmatch(each)]

    @property
    def computed(self) -> bool:
        return self.kind == "code" or bool(self.expressions)


@dataclass
class Output:
    """What one part gave: text and pictures of a cell, or the values of a text's expressions."""

    text: str = ""
    pictures: list[str] = field(default_factory=list)  # PNG, base64
    values: list[str] = field(default_factory=list)


@dataclass
class Chapter:
    """A chapter as it was written; `tolerance` is relative."""

    path: Path
    title: str
    tolerance: float
    parts: list[Part]

    @property
    def number(self) -> int:
        return int(self.path.stem[:2])

    @property
    def approved_path(self) -> Path:
        return APPROVED / f"{self.path.stem}.json"

    @property
    def code(self) -> str:
        """A checksum of all that is computed: outputs belong to it and to nothing else."""
        said = [each.expressions or each.source for each in self.parts if each.computed]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


class CourseError(Exception):
    """A chapter that cannot be read, run or shown."""


def chapter_paths(numbers: list[int] | None = None) -> list[Path]:
    """The chapters, or those of these numbers. Raises CourseError for a number that is none."""
    every = {int(path.name[:2]): path for path in sorted(HERE.glob("[0-9][0-9]-*.md"))}
    missing = [number for number in numbers or () if number not in every]
    if missing:
        raise CourseError(f"chapter {missing[0]}: there is none, expected one of {list(every)}")
    return [every[number] for number in numbers or every]


def open_chapter(path: Path) -> Chapter:
    notebook = jupytext.read(path)
    told = notebook.metadata.get("inkgrad", {})
    if set(told) != {"title", "tolerance"}:
        raise CourseError(f"{path.name}: header has {sorted(told)}, expected title and tolerance")
    parts = [
        Part(
            "code" if cell.cell_type == "code" else "text",
            cell.source,
            "hide" in cell.metadata.get("tags", ()),
        )
        for cell in notebook.cells
    ]
    return Chapter(path, told["title"], float(told["tolerance"]), parts)


def run(chapter: Chapter) -> list[Output]:
    """Run all of it in a fresh kernel. Raises CourseError where a cell fails."""
    from nbclient.exceptions import CellExecutionError

    cells = [nbformat.v4.new_code_cell(_code(part)) for part in chapter.parts if part.computed]
    notebook = nbformat.v4.new_notebook(cells=cells)
    try:
        execute(notebook)
    except CellExecutionError as error:
        raise CourseError(f"{chapter.path.name}: a cell fails: {error}") from None
    computed = [part for part in chapter.parts if part.computed]
    return [_output(part, cell) for part, cell in zip(computed, notebook.cells, strict=True)]


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run its cells in a fresh kernel and write into them what they gave.

    The kernel listens on files, not on ports: those are picked before they are bound, and kernels
    that start side by side take each other's. Raises CellExecutionError.
    """
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory(prefix="kernel-") as folder:
        sockets = Config(KernelManager={"transport": "ipc", "ip": f"{folder}/socket"})
        NotebookClient(
            notebook,
            timeout=600,
            startup_timeout=180,
            kernel_name="python3",
            resources={"metadata": {"path": f"{HERE}"}},
            config=sockets,
        ).execute()


def _code(part: Part) -> str:
    if part.kind == "code":
        return part.source
    values = ", ".join(f"str({each})" for each in part.expressions)
    return f"import json as _json; print(_json.dumps([{values}]))"


def _output(part: Part, cell: Any) -> Output:
    texts, values, pictures = [], [], []
    for each in cell.outputs:
        if each.output_type == "stream":
            texts.append(_without_paths(each.text))
        elif "image/png" in each.data:
            pictures.append(_small(each.data["image/png"]))
        else:
            values.append(each.data["text/plain"] + "\n")
    if part.kind == "text":
        return Output(values=json.loads("".join(texts)))
    if not pictures:  # beside a picture the last line's value is one of its lines or axes
        texts += values
    return Output("".join(texts).rstrip("\n"), pictures)


def _without_paths(text: str) -> str:
    """Warnings say where a file lies: elsewhere in each run and on each machine."""
    return re.sub(r"\S*(?:ipykernel_|site-packages/)\S+?:\d+: ", "", text)


def _small(png: str) -> str:
    """A picture in 64 colours: a third of its bytes, and nobody sees it."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    buffer = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(buffer, format="PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def approve(chapter: Chapter, outputs: list[Output]) -> None:
    """Keep the outputs. Raises CourseError for a picture that is too large."""
    for number, output in enumerate(outputs, 1):
        for picture in output.pictures:
            size = len(base64.b64decode(picture))
            if size > LARGEST_PICTURE:
                raise CourseError(
                    f"{chapter.path.name}: the picture of computed part {number} has "
                    f"{size:,} bytes, expected at most {LARGEST_PICTURE:,}"
                )
    kept = {"code": chapter.code, "outputs": [asdict(output) for output in outputs]}
    text = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    APPROVED.mkdir(exist_ok=True)
    half = chapter.approved_path.with_suffix(".part")
    half.write_text(text, encoding="utf-8")
    half.replace(chapter.approved_path)


def approved(chapter: Chapter) -> list[Output]:
    """What was approved. Raises CourseError where that was of other code, or nothing was."""
    name = chapter.path.name
    if not chapter.approved_path.exists():
        raise CourseError(f"{name}: nothing is approved; run course/run.py with --approve")
    kept = json.loads(chapter.approved_path.read_text(encoding="utf-8"))
    if kept["code"] != chapter.code:
        raise CourseError(f"{name}: its code is not what was approved; run it with --approve")
    return [Output(**each) for each in kept["outputs"]]


def differences(fresh: list[Output], kept: list[Output], tolerance: float) -> list[str]:
    """A line for each thing in which a run differs from what was approved by more than it may."""
    found = []
    for number, (new, old) in enumerate(zip(fresh, kept, strict=True), 1):
        place = f"computed part {number}"
        if len(new.pictures) != len(old.pictures):
            found.append(f"{place}: {len(new.pictures)} pictures, approved {len(old.pictures)}")
        pairs = zip([new.text, *new.values], [old.text, *old.values], strict=True)
        found += [
            f"{place}: {a!r}, approved {b!r}" for a, b in pairs if not _alike(a, b, tolerance)
        ]
        for a, b in zip(new.pictures, old.pictures, strict=False):
            if not _look_alike(a, b):
                found.append(f"{place}: its picture differs")
    return found


def _alike(text: str, approved: str, tolerance: float) -> bool:
    """Whether two texts are the same, and their numbers nearly."""
    if re.sub(r"\s+", " ", NUMBER.sub("#", text)) != re.sub(r"\s+", " ", NUMBER.sub("#", approved)):
        return False
    pairs = zip(NUMBER.finditer(text), NUMBER.finditer(approved), strict=True)
    return all(_near(a, b, tolerance) for a, b in pairs)


def _near(number: re.Match[str], approved: re.Match[str], tolerance: float) -> bool:
    percentage = PERCENT.match(approved.string, approved.end())
    smallest = POINTS if percentage else SMALLEST
    return math.isclose(
        _number(number[0]), _number(approved[0]), rel_tol=tolerance, abs_tol=smallest
    )


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _look_alike(picture: str, approved: str) -> bool:
    a, b = (Image.open(io.BytesIO(base64.b64decode(each))) for each in (picture, approved))
    near = all(abs(m - n) <= 0.1 * n for m, n in zip(a.size, b.size, strict=True))
    fields = [np.asarray(each.convert("L").resize((16, 16)), float) / 255 for each in (a, b)]
    return near and float(np.abs(fields[0] - fields[1]).mean()) <= 0.1
