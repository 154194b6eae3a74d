"""What scripts share that train shipped models by their recipes, several seeds of one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from inkgrad.nn import files
from inkgrad.nn.network import Network
from inkgrad.pretrained.shipped import find
from inkgrad.recipes.build import Build


def networks(name: str, seeds: int, folder: Path) -> Iterator[tuple[Network, float]]:
    """Networks of a recipe, seed by seed, with their seconds of training.

    What lies complete in `folder` is not trained again; what was stopped goes on.
    """
    for seed in range(seeds):
        build = folder / f"{name}-seed{seed}"
        if (build / f"{name}.safetensors").exists():
            network, about = files.load(find(build / f"{name}.safetensors"))
            yield network, about["seconds"]
            continue
        made, started = Build(name, build, seed), time.perf_counter()
        for epoch in made.epochs():
            right = 100 * (epoch.validation_accuracy or 0)
            after = time.perf_counter() - started
            print(
                f"seed {seed} epoch {epoch.number}: validation {right:.2f} % after {after:.0f} s",
                flush=True,
            )
        made.finish()
        yield made.networks[0], made.seconds


def mean_and_spread(values: Sequence[float]) -> str:
    """Parts of 1 as a mean with the standard deviation, in percent."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{100 * statistics.mean(values):.3f} +- {100 * spread:.3f} % over {len(values)} seeds"
