"""Line readers fitted to hands: characters and lines read right before and after.

    python benchmarks/accuracy/adapt_lines.py text [--writers 4] [--learn 60]
    python benchmarks/accuracy/adapt_lines.py numbers

Writers of the sources of `unipen-words` that readers are chosen by, those with the most items.
So many of each writer's items, half at most, are given to `adapt_lines`, which holds a quarter of
them out; all others of the writer (at most `--test`) are read by the ink alone with both models,
and so are `--kept` lines of other hands, others than say how far the network may go. `numbers`
never saw these writers. `text` was given their words at the end of its training, so for it the
figures say what is left to learn, not what a stranger gains. Needs the data in INKGRAD_DATA.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from inkgrad.data.unipen_words import Writing, load_unipen_words
from inkgrad.errors import ImageError, UsageError
from inkgrad.nn import files
from inkgrad.personal.adapting_lines import LINE_STEPS, adapt_lines, right_of
from inkgrad.personal.own_lines import OwnLines, classes_of
from inkgrad.pretrained.shipped import find
from inkgrad.recipes.keeping import kept_lines
from inkgrad.recipes.written_hands import LEFT_OUT, written_numbers
from inkgrad.synthetic.written import Written, plain


def drawn(source: Written, items: list[int], alphabet: str, rng: np.random.Generator) -> OwnLines:
    """Items as an even pen writes them; what no line can be made of is left out."""
    lines, strings = [], []
    for item in items:
        try:
            line = source.line([item], rng)
        except ImageError:
            continue
        lines.append(line)
        strings.append(classes_of(plain(str(source.writing.texts[item])), alphabet, item))
    return OwnLines(f"writer {source.writing.writers[items[0]]}", lines, strings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("text", "numbers"))
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--learn", type=int, default=60, help="items to adapt to, at most")
    parser.add_argument("--test", type=int, default=150, help="others to measure by, at most")
    parser.add_argument("--kept", type=int, default=400, help="other lines to measure by")
    parser.add_argument("--steps", type=int, default=LINE_STEPS)
    given = parser.parse_args()
    writing: Writing = load_unipen_words().of_sources(LEFT_OUT)[1]
    writing = writing if given.kind == "text" else written_numbers(writing)
    source = Written(writing, 0, fair=1.0)
    networks, about = files.load_together(find(given.kind))
    names, counts = np.unique(writing.writers[source.usable], return_counts=True)
    chosen = names[np.argsort(-counts, kind="stable")][: given.writers].tolist()
    is_text = given.kind == "text"
    keep, kept = kept_lines(is_text, without=chosen)
    _, judging = kept_lines(is_text, seed=1, count=given.kept, without=chosen)
    strings = [row[row >= 0] for row in judging.labels]
    judged = OwnLines("others", judging.lines, strings)
    judged_before = right_of(networks, about, judged)[0]
    rows = []
    for writer in chosen:
        rng = np.random.default_rng(int(writer))
        items = rng.permutation(np.flatnonzero(source.usable & (writing.writers == writer)))
        size = min(given.learn, len(items) // 2)
        mine, others = items[:size].tolist(), items[size:][: given.test].tolist()
        hand, test = (drawn(source, part, about["alphabet"], rng) for part in (mine, others))
        before = right_of(networks, about, test)
        with tempfile.TemporaryDirectory() as folder:
            out, started = Path(folder) / "m.safetensors", time.process_time()
            try:
                found = adapt_lines(given.kind, hand, keep, kept, out, steps=given.steps)
            except UsageError as error:
                print(f"writer {writer}: refused, {error}", flush=True)
                continue
            seconds = time.process_time() - started
            after, judged_after = (
                right_of(*files.load_together(out), lines) for lines in (test, judged)
            )
        rows.append((before, after, len(test), judged_after[0] - judged_before))
        print(
            f"writer {writer}, {len(hand)} learned of {len(items)}: of {len(test)} others "
            f"characters {100 * before[0]:.1f} -> {100 * after[0]:.1f} %, "
            f"exactly {100 * before[1]:.1f} -> {100 * after[1]:.1f} %; kept "
            f"{100 * found.kept[0]:.2f} -> {100 * found.kept[1]:.2f} % of the characters of "
            f"{found.kept_count} lines, {100 * judged_before:.2f} -> {100 * judged_after[0]:.2f} % "
            f"of {len(judged)} more; {found.part} of the way, {seconds:.0f} s of processor",
            flush=True,
        )
    if not rows:
        return
    sizes = [count for _, _, count, _ in rows]
    means = [
        100 * float(np.average([row[when][what] for row in rows], weights=sizes))
        for what in (0, 1)
        for when in (0, 1)
    ]
    worst = 100 * min(lost for *_, lost in rows)
    print(
        f"{len(rows)} writers, {sum(sizes)} lines: characters {means[0]:.1f} -> {means[1]:.1f} %, "
        f"exactly {means[2]:.1f} -> {means[3]:.1f} %; other hands {worst:+.2f} points at worst"
    )


if __name__ == "__main__":
    main()
