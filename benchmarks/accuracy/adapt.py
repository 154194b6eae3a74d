"""`digits` fitted to the hands of writers it never saw: read right before and after, and MNIST's.

    python benchmarks/accuracy/adapt.py [--writers 8] [--steps 300]

The writers are those UNIPEN writers left out when `digits` was trained that have the most digits,
of whom it reads fewer than 99.5 %: for them it is worth it. A quarter of each hand is held out;
what is kept are the embedded digits, 4,000 of which are answered as before; 1,000
others say how far the network may go.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from inkgrad import load
from inkgrad.data.dataset import Dataset, Split
from inkgrad.data.unipen import load_unipen
from inkgrad.ink.character import to_glyph
from inkgrad.nn import files
from inkgrad.nn.prediction import logits_of
from inkgrad.personal.adapting import STEPS, adapt
from inkgrad.pretrained.shipped import find

DIGITS = tuple("0123456789")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args()
    _, others = load_unipen().by_writer(0.2, 0)
    others = others.only(others.labels < 10)
    network, _ = files.load(find("digits"))
    names, counts = np.unique(others.writers, return_counts=True)
    rows = []
    for writer in names[np.argsort(-counts, kind="stable")]:
        own = others.only(others.writers == writer)
        images = np.stack([to_glyph(image) for image in own.images])
        right = np.mean(logits_of(network, images).argmax(1) == own.labels)
        if right >= 0.995 or len(images) < 20 or len(rows) == given.writers:
            continue
        both = (
            Split(images[part], own.labels[part]) for part in (slice(None, -5), slice(-5, None))
        )
        hand = Dataset(f"writer {writer}", DIGITS, *both)  # of which a quarter is held out
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            found = adapt(
                "digits", hand, load("mnist-5k"), Path(folder) / "m.safetensors", steps=given.steps
            )
            seconds = time.perf_counter() - started
        rows.append((found, seconds))
        print(
            f"writer {writer}, {len(images)} digits, {100 * right:.1f} % right: "
            f"{found.hand[0]:.3f} -> {found.hand[1]:.3f} of {found.hand_count} held out, "
            f"kept {found.kept[0]:.4f} -> {found.kept[1]:.4f}, {found.part} of the way, "
            f"{seconds:.0f} s",
            flush=True,
        )
    held = sum(found.hand_count for found, _ in rows)
    before, after = (sum(f.hand[k] * f.hand_count for f, _ in rows) / held for k in (0, 1))
    worst = min(f.kept[1] - f.kept[0] for f, _ in rows)
    print(
        f"{len(rows)} writers: {100 * before:.1f} -> {100 * after:.1f} % of {held} held out; "
        f"what is kept {100 * worst:+.2f} points at worst (chosen on it); "
        f"{max(s for _, s in rows):.0f} s at most"
    )


if __name__ == "__main__":
    main()
