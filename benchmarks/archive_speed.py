"""How long a search takes among 10,000 notes: words, phrases, beginnings, misread words.

    python benchmarks/archive_speed.py [--notes 10000] [--folder FOLDER] [--json]

The notes are made up: 60 to 120 words each, drawn from 20,000 by Zipf's law, and every tenth word
misread by a letter or two in what the ink says. Every query is asked ten times in a process that
has just opened the archive and the median counts; the first answer is told apart. With --folder
the archive stays there and is used again.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

import machine
from inkgrad.archive.archive import Archive
from inkgrad.documents.page import Line, Page, Paragraph, Word

GOAL = 50  # milliseconds
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo wk ux to th"


def vocabulary(rng: np.random.Generator, count: int) -> list[str]:
    """Made-up words of one to four syllables, all different."""
    words: dict[str, None] = {}
    while len(words) < count:
        parts = rng.choice(SYLLABLES.split(), rng.integers(1, 5))
        words["".join(parts) + rng.choice(list(LETTERS))] = None
    return list(words)


def misread(word: str, rng: np.random.Generator) -> str:
    """The word with one or two of its letters taken for others."""
    letters = list(word)
    for place in rng.integers(0, len(letters), rng.integers(1, 3)):
        letters[place] = str(rng.choice(list(LETTERS)))
    return "".join(letters)


def page(words: list[str], rng: np.random.Generator) -> Page:
    """A page of these words, eight a line."""
    lines = []
    for row, start in enumerate(range(0, len(words), 8)):
        found = []
        for column, text in enumerate(words[start : start + 8]):
            raw = misread(text, rng) if rng.random() < 0.1 else text
            box = (100 * column, 60 * row, 100 * column + 90, 60 * row + 40)
            found.append(Word(text, raw, 0.9, box, (), raw != text))
        box = (0, 60 * row, 800, 60 * row + 40)
        lines.append(Line(tuple(found), box, (0.0, box[3], 800.0, box[3]), 0.9))
    return Page(800, 1100, (Paragraph(tuple(lines)),))


def fill(archive: Archive, count: int, words: list[str], rng: np.random.Generator) -> None:
    """Add notes, each a small image of its own."""
    chances = 1 / np.arange(1, len(words) + 1)
    chances /= chances.sum()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            drawn = rng.choice(len(words), rng.integers(60, 121), p=chances)
            made = page([words[i] for i in drawn], rng)
            pixels = np.frombuffer(number.to_bytes(16, "big"), np.uint8).reshape(4, 4)
            path = Path(folder) / f"{number:05}.png"
            Image.fromarray(pixels).save(path)
            archive.add(path, lambda grey, made=made: made)
            path.unlink()


def queries(words: list[str], rng: np.random.Generator) -> dict[str, list[str]]:
    """Ten queries of every kind, of words frequent and rare."""
    some = [words[int(i)] for i in np.geomspace(1, len(words) - 1, 10)]
    frequent = [str(word) for word in rng.choice(words[:100], 10)]
    return {
        "a word": some,
        "two words": [f"{a} {b}" for a, b in zip(some, frequent, strict=True)],
        "a phrase": [f'"{a} {b}"' for a, b in zip(frequent, some, strict=True)],
        "a beginning": [f"{word[:3]}*" for word in some],
        "a word misread": [misread(word, rng) for word in some],
        "two words misread": [
            f"{misread(a, rng)} {misread(b, rng)}" for a, b in zip(some, frequent, strict=True)
        ],
        "a word that is nowhere": [misread(misread(word, rng), rng) + "xq" for word in some],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where the archive is, or is to stay")
    parser.add_argument("--json", action="store_true", help="one object a line")
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    words = vocabulary(rng, 20_000)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        with Archive(folder) as archive:
            missing = arguments.notes - len(archive.notes())
            started = time.perf_counter()
            fill(archive, max(missing, 0), words, rng)
            adding = time.perf_counter() - started
        found = {}
        for kind, asked in queries(words, np.random.default_rng(1)).items():
            times, firsts, hits = [], [], 0
            for query in asked:
                with Archive(folder) as archive:
                    taken = []
                    for _ in range(10):
                        started = time.perf_counter()
                        hits += len(archive.search(query))
                        taken.append(1000 * (time.perf_counter() - started))
                times.append(statistics.median(taken))
                firsts.append(taken[0])
            found[kind] = statistics.median(times), max(times), max(firsts), hits / 100
    about = f"SQLite {sqlite3.sqlite_version}\n{machine.describe()}"
    if arguments.json:
        for kind, (median, slowest, first, hits) in found.items():
            row = {"query": kind, "median_ms": median, "slowest_ms": slowest, "first_ms": first}
            print(json.dumps({**row, "pages_found": hits, "notes": arguments.notes}))
        print(json.dumps({"machine": about}))
        return
    print(about)
    if missing > 0:
        print(f"{missing:,} notes added in {adding:.1f} s")
    print(f"{'query':<24} median ms  slowest  slowest first  pages found   (goal {GOAL} ms)")
    for kind, (median, slowest, first, hits) in found.items():
        print(f"{kind:<24} {median:>9.1f} {slowest:>8.1f} {first:>14.1f} {hits:>12.1f}")


if __name__ == "__main__":
    main()
