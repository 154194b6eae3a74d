"""Whether TensorBoard reads the event files that `inkgrad compare --tensorboard` writes.

A run of two epochs is made and written, then TensorBoard's own loader reads it: each value has to
be that of history.csv, to the 32 bits of a float. Needs tensorboard (pip install tensorboard),
which nothing else in inkgrad does.

python benchmarks/tensorboard_reads.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from inkgrad import Arguments, Run, compare_runs, load

NAMES = {
    "training": {"loss": "loss", "accuracy": "accuracy", "learning_rate": "learning_rate"},
    "validation": {"loss": "validation_loss", "accuracy": "validation_accuracy"},
}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = Run.start(folder / "run", Arguments(epochs=2), load("mnist-5k"))
        for _ in run.epochs():
            pass
        (told,) = compare_runs([folder / "run"], tensorboard=folder / "logs")
        values = 0
        for part, facts in NAMES.items():
            reader = EventAccumulator(str(folder / "logs" / "run" / part))
            reader.Reload()
            if set(reader.Tags()["scalars"]) != set(facts):
                sys.exit(f"{part}: TensorBoard sees {reader.Tags()}")
            for tag, fact in facts.items():
                seen = [(each.step, np.float32(each.value)) for each in reader.Scalars(tag)]
                if seen != [(row["epoch"], np.float32(row[fact])) for row in told.history]:
                    sys.exit(f"{part} {tag}: TensorBoard sees {seen}")
                values += len(seen)
    print(f"TensorBoard {tensorboard.__version__} reads all {values} values as they were")


if __name__ == "__main__":
    main()
