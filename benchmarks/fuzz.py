"""Files of every kind, spoilt at random: only InkgradError may leave whoever reads them.

    python benchmarks/fuzz.py --minutes 10 [--seed 1] [--only models,images]

Small valid files are written, and read again after bits were turned, parts cut off, doubled,
exchanged between files of a kind, and numbers made huge. What leaves a reader otherwise is printed
with its traceback, and the file kept in --keep, so that it can become a test.
`tests/test_fuzz.py` does the same for a few seconds a kind, with a fixed seed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sqlite3
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from inkgrad.archive.archive import Archive
from inkgrad.arguments import Arguments
from inkgrad.batch.filing import Filing
from inkgrad.batch.job import Job
from inkgrad.batch.journal import Journal
from inkgrad.batch.rows import Row, Task
from inkgrad.batch.sorting import Plan, sorted_before
from inkgrad.data.dataset import Dataset, Split
from inkgrad.data.datasets import load
from inkgrad.data.idx import read_idx, write_idx
from inkgrad.documents.page import Line, Page, Paragraph, Word
from inkgrad.documents.text import as_json, from_json
from inkgrad.errors import InkgradError
from inkgrad.images.files import open_grey, open_pages, taken_at
from inkgrad.nn import files
from inkgrad.nn.architectures import deck, line_reader
from inkgrad.reading.number import NumberReader
from inkgrad.runs import Run, read_history
from inkgrad.training.train import Settings, train
from inkgrad.tuning import spaces, storage
from inkgrad.tuning.search import search
from inkgrad.tuning.space import Choice, Space, Uniform
from inkgrad.tuning.study import Study

Rng = np.random.Generator
_PIXELS = 1 << 16  # that a spoilt architecture may take for the trial of what was loaded
SPACE = Space({"rate": Uniform(0.01, 1.0, log=True), "kind": Choice(("a", "b"))})


@dataclass(frozen=True)
class Kind:
    """Files of one kind: `make` writes valid ones into a folder, `read` is what must bear them."""

    make: Callable[[Path], list[Path]]
    read: Callable[[Path], object]
    cost: int = 1  # how many others could be read in the time that one of these takes


def grey(h: int = 28, w: int = 28) -> np.ndarray:
    image = np.full((h, w), 255, np.uint8)
    image[h // 4 : 3 * h // 4, w // 2 - 2 : w // 2 + 2] = 10
    return image


def small_data() -> Dataset:
    images = np.random.default_rng(1).integers(0, 255, (40, 28, 28), np.uint8)
    labels = np.arange(40) % 10
    names = tuple("0123456789")
    return Dataset("small", names, Split(images, labels), Split(images[:20], labels[:20]))


def small_page() -> Page:
    word = Word("rent", "rent", 0.9, (10, 10, 80, 40), (("vent", 0.1),), True)
    line = Line((word,), (10, 10, 80, 40), (10.0, 40.0, 80.0, 40.0), 0.9)
    return Page(100, 80, (Paragraph((line,)),), (), "a.png", 1)


# what is written


def models(folder: Path) -> list[Path]:
    about = {"classes": list("0123456789"), "temperature": 1.5, "refuse_below": 0.4}
    files.save(deck(), folder / "one.safetensors", {**about, "data": "mnist", "seed": 3})
    reader, said = line_reader("0123456789"), {"alphabet": "0123456789", "thresholds": [[0.1, 0.9]]}
    files.save(reader, folder / "lines.safetensors", said)
    files.save_together([deck(), deck()], folder / "two.safetensors", about)
    return sorted(folder.iterdir())


def checkpoints(folder: Path) -> list[Path]:
    _trained(folder / "a.safetensors")
    return [folder / "a.safetensors"]


def runs(folder: Path) -> list[Path]:
    data = small_data()
    facts = {"arguments": asdict(Arguments(epochs=1)), "data_checksum": data.checksum}
    (folder / "run.json").write_text(json.dumps(facts, indent=2))
    return [folder / "run.json"]


def histories(folder: Path) -> list[Path]:
    head = "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds\n"
    rows = "".join(f"{i},{2 / i},0.{i},,,0.01,1.5\n" for i in range(1, 9))
    (folder / "history.csv").write_text(head + rows)
    return [folder / "history.csv"]


def idx(folder: Path) -> list[Path]:
    data, made = small_data().train, []
    for place, end in (("plain", ""), ("packed", ".gz")):
        images = folder / place / f"images-idx3-ubyte{end}"
        labels = folder / place / f"labels-idx1-ubyte{end}"
        write_idx(data.images, images)
        write_idx(data.labels.astype(np.uint8), labels)
        made += [images, labels]
    return made


def tables(folder: Path) -> list[Path]:
    rng = np.random.default_rng(2)
    rows = [[i % 3, *rng.integers(0, 255, 16)] for i in range(12)]
    text = "".join(",".join(map(str, row)) + "\n" for row in rows)
    (folder / "pixels.csv").write_text(text)
    (folder / "pixels.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    return sorted(folder.iterdir())


def npz(folder: Path) -> list[Path]:
    data = small_data()
    parts = {"x_train": data.train.images, "y_train": data.train.labels}
    parts |= {"x_test": data.test.images, "y_test": data.test.labels}
    np.savez(folder / "stored.npz", **parts)
    np.savez_compressed(folder / "packed.npz", **parts)
    return sorted(folder.iterdir())


def images(folder: Path) -> list[Path]:
    paper = Image.fromarray(grey(40, 60))
    for end in ("png", "jpg", "gif", "bmp", "webp", "tif"):
        paper.save(folder / f"a.{end}")
    paper.convert("RGBA").save(folder / "rgba.png")
    Image.fromarray(grey(20, 20).astype(np.uint16) * 200).save(folder / "deep.png")
    exif = Image.Exif()
    exif[0x0132], exif[0x0112] = "2024:05:01 10:00:00", 6
    paper.save(folder / "turned.jpg", exif=exif)
    paper.save(folder / "pages.tif", save_all=True, append_images=[paper, paper])
    return sorted(folder.iterdir())


def pdfs(folder: Path) -> list[Path]:
    Image.fromarray(grey(60, 40)).save(folder / "a.pdf", save_all=True)
    return [folder / "a.pdf"]


def toml(folder: Path) -> list[Path]:
    (folder / "a.toml").write_text(spaces.__doc__.partition("\n\n")[2])
    return [folder / "a.toml"]


def plans(folder: Path) -> list[Path]:
    (folder / "plan.csv").write_text("prefix,bin\n100,north\n,rest\n2,east\n94,west\n")
    return [folder / "plan.csv"]


def sorted_tables(folder: Path) -> list[Path]:
    head = "piece,zip,state,confidence,bin,moved_to,reason\n"
    (folder / "bins.csv").write_text(head + 'a.png,10001,NY,0.9,north,,\n"b,1.png",,,,manual,,x\n')
    return [folder / "bins.csv"]


def pages(folder: Path) -> list[Path]:
    (folder / "page.json").write_text(as_json([small_page()]))
    return [folder / "page.json"]


def archives(folder: Path) -> list[Path]:
    Image.fromarray(grey()).save(folder / "note.png")
    with Archive(folder / "kept") as archive:
        archive.add(folder / "note.png", lambda _: small_page(), ["tag"])
    database = sqlite3.connect(folder / "kept" / "notes.db")
    database.execute("PRAGMA journal_mode = DELETE")  # one file, with all that is in it
    database.close()
    return [folder / "kept" / "notes.db"]


def batches(folder: Path) -> list[Path]:
    rows = [
        Row("scan.tif", "12", 0.5, "read", (("72", 0.25),), "", ((1, 2, 3, 4),), 1, ("a mark",)),
        Row("scan.tif#2", "", 0.0, "failed", (), "is broken"),
    ]
    with Journal(folder / "out.tsv.partial") as journal:
        for name in ("scan.tif", "other.png"):
            (folder / name).write_bytes(b"ink")
            os.utime(folder / name, (1e9, 1e9))
            journal.add(name, folder / name, rows)
    return [folder / "out.tsv.partial"]


@cache
def a_job() -> Job:
    return Job(
        Task("zip"), NumberReader([line_reader("0123456789")], {"alphabet": "0123456789"}), ()
    )


def sorts(folder: Path) -> list[Path]:
    path = a_job().journal_of(folder / "bins.csv")
    (folder / "a.png").write_bytes(b"ink")
    table = "piece,zip,state,confidence,bin,moved_to,reason\na.png,10001,NY,0.9,all,all/a.png,\n"
    moves = [[str(folder / "a.png"), str(folder / "all" / "a.png")]]
    plan = {"table": table, "moves": moves, "earlier": 0, "failed": 0}
    with Journal(path) as journal:
        journal.add("a.png", folder / "a.png", [Row("a.png", "10001", 0.9, "read")])
        journal.conclude(json.dumps(plan))
    return [path]


def studies(folder: Path) -> list[Path]:
    search(SPACE, lambda given, _: given["rate"], "random", trials=2, study=str(folder / "study"))
    return [folder / "study"]


# what reads it


def _trained(path: Path) -> None:
    data, settings = small_data().train, Settings(epochs=1, patience=1, average=0.9, threads=1)
    for _ in train(deck(), data, settings, validation=data, checkpoint=path):
        pass


def read_model(path: Path) -> None:
    networks, about = files.load_together(path)
    for network in networks:
        if np.prod([float(n) for n in network.input_shape]) < _PIXELS:
            network(np.zeros((1, *network.input_shape), np.float32))
    if "alphabet" in about:
        NumberReader(networks, about).threshold(0.01)


def read_run(path: Path) -> None:
    data = small_data()
    Run.resume(path.parent, data)


def read_image(path: Path) -> None:
    taken_at(path)
    open_grey(path)
    for _ in open_pages(path):
        pass


def read_archive(path: Path) -> None:
    with Archive(path.parent, create=False) as archive:
        for note in archive.notes():
            archive.pages(note.id)
            archive.original(note)
        for hit in archive.search("rent"):
            archive.matches("rent", hit)
        archive.remove(1)


def read_batch(path: Path) -> None:
    with Journal(path) as journal:
        for name in ("scan.tif", "other.png"):
            if journal.has(name, path.parent / name):
                journal.rows(name)


def read_sort(path: Path) -> None:
    (path.parent / "bins.csv").unlink(missing_ok=True)
    (path.parent / "a.png").write_bytes(b"ink")
    with Filing(Plan({"": "all"}), a_job(), path.parent, move=True) as filing:
        if filing.begun:
            filing.finish()


def read_study(path: Path) -> None:
    with Study(str(path), SPACE, "random", trials=2) as study:
        for trial in study.all():
            assert trial.ended or trial.score is None
        study.reclaim()


def read_from_folder(path: Path) -> None:
    load(path)


KINDS = {
    "models": Kind(models, read_model, 4),
    "checkpoints": Kind(checkpoints, _trained, 20),
    "runs": Kind(runs, read_run),
    "histories": Kind(histories, lambda path: read_history(path.parent)),
    "idx": Kind(idx, lambda path: (read_idx(path), load(path.parent))),
    "tables": Kind(tables, load),
    "npz": Kind(npz, load),
    "images": Kind(images, read_image, 2),
    "pdfs": Kind(pdfs, lambda path: [*open_pages(path)], 20),
    "toml": Kind(toml, lambda path: spaces.read(path, Arguments())),
    "plans": Kind(plans, Plan.load),
    "bins": Kind(sorted_tables, sorted_before),
    "pages": Kind(pages, lambda path: from_json(path.read_bytes(), path.name)),
    "archives": Kind(archives, read_archive, 5),
    "studies": Kind(studies, read_study, 5),
    "batches": Kind(batches, read_batch),
    "sorts": Kind(sorts, read_sort, 5),
}


# how it is spoilt

_HUGE = [
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x7f\xff\xff\xff",
    bytes(4),
]
_WORDS = [b"1e400", b"-1", b"99999999999999999999", b"null", b"NaN", b"[]", b"{}", b'"x"', b"true"]
_WORDS += [b"\x00", b"\xed\xa0\x80", b"\n", b'"', b"[" * 3000, b"9" * 5000, b"../../x"]


def spoilt(content: bytes, others: list[bytes], rng: Rng) -> bytes:
    """The content with one to three faults."""
    for _ in range(int(rng.integers(1, 4))):
        content = _FAULTS[int(rng.integers(len(_FAULTS)))](content, others, rng)
    return content


def _place(content: bytes, rng: Rng) -> int:
    """Somewhere in it; in the first part more often, where headers are."""
    near = rng.random() < 0.5
    return int(rng.integers(0, 1 + (min(len(content), 400) if near else len(content))))


def _flip(content: bytes, _: list[bytes], rng: Rng) -> bytes:
    made = bytearray(content)
    for _i in range(int(rng.integers(1, 9))):
        if made:
            made[min(_place(content, rng), len(made) - 1)] ^= 1 << int(rng.integers(8))
    return bytes(made)


def _cut(content: bytes, _: list[bytes], rng: Rng) -> bytes:
    return content[: _place(content, rng)]


def _lose(content: bytes, _: list[bytes], rng: Rng) -> bytes:
    first, second = sorted((_place(content, rng), _place(content, rng)))
    return content[:first] + content[min(second, first + 2000) :]


def _double(content: bytes, _: list[bytes], rng: Rng) -> bytes:
    first, second = sorted((_place(content, rng), _place(content, rng)))
    return content[:second] + content[first : first + 5000] + content[second:]


def _splice(content: bytes, others: list[bytes], rng: Rng) -> bytes:
    other = others[int(rng.integers(len(others)))]
    return content[: _place(content, rng)] + other[_place(other, rng) :]


def _enlarge(content: bytes, _: list[bytes], rng: Rng) -> bytes:
    place = _place(content, rng)
    return content[:place] + _HUGE[int(rng.integers(len(_HUGE)))] + content[place + 4 :]


def _word(content: bytes, _: list[bytes], rng: Rng) -> bytes:
    """A word in place of a number or a name, or just there."""
    place, word = _place(content, rng), _WORDS[int(rng.integers(len(_WORDS)))]
    end = place
    while end < len(content) and end < place + 12 and chr(content[end]).isalnum():
        end += 1
    return content[:place] + word + content[end:]


_FAULTS = [_flip, _cut, _lose, _double, _splice, _enlarge, _word, _word]


@dataclass(frozen=True)
class Found:
    """A file that something other than InkgradError came of."""

    kind: str
    name: str
    content: bytes
    trace: str


def fuzz(name: str, folder: Path, seed: int) -> Iterator[Found | None]:
    """Spoil and read files of a kind without end; None for each that was borne."""
    kind, rng = KINDS[name], np.random.default_rng([seed, *name.encode()])
    paths = kind.make(folder)
    valid = [path.read_bytes() for path in paths]
    while True:
        i = int(rng.integers(len(paths)))
        content = spoilt(valid[i], valid, rng)
        paths[i].write_bytes(content)
        trace = tried(kind.read, paths[i])
        for path, whole in zip(paths, valid, strict=True):
            path.write_bytes(whole)
        yield Found(name, paths[i].name, content, trace) if trace else None


def tried(read: Callable[[Path], object], path: Path) -> str:
    """The traceback of what left a reader that should not have; nothing where it bore the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read(path)
    except InkgradError as error:
        return "" if "\n" not in str(error).replace(str(path), "") else f"two lines: {error!r}"
    except Exception:
        return traceback.format_exc()
    return ""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--only", default=",".join(KINDS))
    arguments.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    given = arguments.parse_args()
    storage._PAUSE = 0.0
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    names, seen, failed = given.only.split(","), 0, 0
    for name in names:
        deadline = time.monotonic() + 60 * given.minutes / len(names)
        with tempfile.TemporaryDirectory() as folder:
            tries = 0
            for found in fuzz(name, Path(folder), given.seed):
                tries += 1
                if found:
                    failed += 1
                    given.keep.mkdir(exist_ok=True)
                    kept = given.keep / f"{name}-{given.seed}-{tries}-{found.name}"
                    kept.write_bytes(found.content)
                    print(f"{kept}\n{found.trace}", flush=True)
                if time.monotonic() > deadline:
                    break
        seen += tries
        print(f"{name}: {tries:,} files", flush=True)
    print(f"{seen:,} files, {failed} that something else came of")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
