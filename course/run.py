"""Run chapters of the course and compare them with what was approved, or approve what they give.

    python course/run.py [NUMBER ...] [--approve]

Ends with 1 where a chapter fails or differs.
"""

from __future__ import annotations

import argparse
import sys
import time

import chapters
from chapters import CourseError


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", type=int, nargs="*", help="which chapters; all of them without")
    parser.add_argument("--approve", action="store_true", help="keep what they give")
    arguments = parser.parse_args()
    bad = 0
    try:
        for path in chapters.chapter_paths(arguments.numbers):
            bad += not _run(chapters.open_chapter(path), arguments.approve)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; chapters that ended before stay as they are", file=sys.stderr)
        return 130
    return int(bad > 0)


def _run(chapter: chapters.Chapter, approve: bool) -> bool:
    """Whether it is as approved, or is now."""
    print(f"{chapter.path.name} ...", end=" ", flush=True)
    started = time.perf_counter()
    kept = None if approve else chapters.approved(chapter)
    outputs = chapters.run(chapter)
    seconds = f"{time.perf_counter() - started:.0f} s"
    if kept is None:
        chapters.approve(chapter, outputs)
        print(f"approved, {seconds}")
        return True
    found = chapters.differences(outputs, kept, chapter.tolerance)
    print(f"{'differs' if found else 'as approved'}, {seconds}")
    for line in found:
        print(f"  {line}")
    return not found


if __name__ == "__main__":
    sys.exit(main())
