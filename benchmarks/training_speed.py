"""One step of training, ours against PyTorch and scikit-learn, in the same minute.

    python benchmarks/training_speed.py [--networks deck] [--batch-sizes 32 128 512] [--json]

A step is forward, loss, backward and Adam on a batch of ready float32 digits, another batch each
time. Every setting of every library runs in a process of its own, so no thread pool of one disturbs
another; the processes take turns, a few steps each, and the median over all turns counts. PyTorch
is run with 1 and 2 threads, plain and fused Adam, its best is compared; ours with 1 and 2 threads.
A library that is not installed is said and skipped.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

import machine

ROUNDS, STEPS, BATCHES = 12, 25, 40
HIDDEN = {"deck": (128, 64)}
Step = Callable[[int], object]


def digits(batch_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Batches of real digits: images (b, n, 784) float32 in 0..1, labels (b, n)."""
    from inkgrad import load

    train = load("mnist-5k").train
    places = np.random.default_rng(0).integers(0, len(train), (BATCHES, batch_size))
    images = train.images[places].reshape(BATCHES, batch_size, 784)
    return images.astype(np.float32) / 255, train.labels[places]


def ours(network: str, batch_size: int, threads: int) -> Step:
    from inkgrad.nn.architectures import build
    from inkgrad.nn.losses import softmax_cross_entropy
    from inkgrad.nn.parallel import Team, one_blas_thread
    from inkgrad.training.optimizers import Adam
    from inkgrad.training.step import BatchGradient

    images, labels = digits(batch_size)

    class Ready:
        """Batches that lie there already, as the peers get them."""

        at = 0

        def __len__(self) -> int:
            return batch_size

        def batch(self, places, rng):
            rows = slice(places[0], places[-1] + 1)
            return images[self.at, rows], labels[self.at, rows]

    one_blas_thread().__enter__()
    model, adam, data, places = build(network), Adam(), Ready(), np.arange(batch_size)
    batches, team = BatchGradient(model, batch_size), Team(threads)
    batches.begin(seed=0, epoch=1)

    def step(i: int) -> None:
        data.at = i % BATCHES
        batches.compute(data, places, softmax_cross_entropy, team)
        adam.step(model.theta, model.grad, 0.001)

    return step


def pytorch(network: str, batch_size: int, threads: int, fused: bool) -> Step:
    import torch
    from torch.nn import Linear, ReLU, Sequential
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(threads)
    sizes = (784, *HIDDEN[network])
    layers: list[torch.nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [Linear(inputs, outputs), ReLU()]
    model = Sequential(*layers, Linear(sizes[-1], 10))
    adam = torch.optim.Adam(model.parameters(), 0.001, fused=fused)
    images, labels = (torch.from_numpy(array) for array in digits(batch_size))

    def step(i: int) -> None:
        adam.zero_grad()
        cross_entropy(model(images[i % BATCHES]), labels[i % BATCHES]).backward()
        adam.step()

    return step


def scikit_learn(network: str, batch_size: int) -> Step:
    from sklearn.neural_network import MLPClassifier

    images, labels = digits(batch_size)
    # One call of partial_fit is one step: the batch is the whole of what it is given.
    model = MLPClassifier(HIDDEN[network], alpha=0.0, batch_size=batch_size)

    def step(i: int) -> None:
        model.partial_fit(images[i % BATCHES], labels[i % BATCHES], classes=np.arange(10))

    return step


def settings(network: str, batch_size: int) -> dict[str, dict[str, tuple[str, dict]]]:
    """Every library's settings to try: library -> what it is called -> function and arguments."""
    common = {"network": network, "batch_size": batch_size}
    found = {
        "inkgrad": {f"{t} threads": ("ours", {**common, "threads": t}) for t in (1, 2)},
        "PyTorch": {
            f"{t} threads, {'fused' if fused else 'plain'} Adam": (
                "pytorch",
                {**common, "threads": t, "fused": fused},
            )
            for t in (1, 2)
            for fused in (False, True)
        },
        "scikit-learn": {"default": ("scikit_learn", common)},
    }
    for library, module in (("PyTorch", "torch"), ("scikit-learn", "sklearn")):
        if find_spec(module) is None:
            print(f"{library} is not installed: skipped", file=sys.stderr)
            del found[library]
    return found


def worker(function: str, arguments: dict) -> None:
    """In a process of its own: for each line read, some steps, and the time of each in ms."""
    step: Step = globals()[function](**arguments)
    done = 0
    for _ in range(20):
        step(done)
    print("ready", flush=True)
    for _ in sys.stdin:
        times = []
        for _ in range(STEPS + 3):
            started = time.perf_counter()
            step(done)
            times.append((time.perf_counter() - started) * 1e3)
            done += 1
        print(json.dumps(times[3:]), flush=True)


def race(candidates: dict[str, tuple[str, dict]]) -> dict[str, float]:
    """The median time of a step in ms for every candidate, all taking turns."""
    running = {}
    for name, (function, arguments) in candidates.items():
        command = [sys.executable, __file__, "--worker", function, json.dumps(arguments)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert process.stdout
        assert process.stdout.readline() == "ready\n", f"{name} did not start"
        running[name] = process
    times: dict[str, list[float]] = {name: [] for name in running}
    for _ in range(ROUNDS):
        for name, process in running.items():
            assert process.stdin
            assert process.stdout
            process.stdin.write("go\n")
            times[name] += json.loads(process.stdout.readline())
    for process in running.values():
        process.communicate()
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", default=["deck"], choices=list(HIDDEN))
    parser.add_argument("--batch-sizes", nargs="+", type=int, default=[32, 128, 512])
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        worker(arguments.worker[0], json.loads(arguments.worker[1]))
        return
    print(machine.describe(), file=sys.stderr)
    if not arguments.json:
        print("network  batch  peer          ours ms  peer ms  ratio  settings (ours; peer)")
    for network in arguments.networks:
        for batch_size in arguments.batch_sizes:
            compare(network, batch_size, arguments.json)


def compare(network: str, batch_size: int, as_json: bool) -> None:
    libraries = settings(network, batch_size)
    flat = {(lib, name): job for lib, jobs in libraries.items() for name, job in jobs.items()}
    medians = race({json.dumps(key): job for key, job in flat.items()})
    best = {
        library: min((medians[json.dumps([library, name])], name) for name in jobs)
        for library, jobs in libraries.items()
    }
    ours_ms, ours_setting = best.pop("inkgrad")
    for peer, (peer_ms, peer_setting) in best.items():
        row = {
            "network": network,
            "peer": peer,
            "batch_size": batch_size,
            "ours_ms": round(ours_ms, 4),
            "peer_ms": round(peer_ms, 4),
            "ratio": round(peer_ms / ours_ms, 3),
            "ours_setting": ours_setting,
            "peer_setting": peer_setting,
        }
        if as_json:
            print(json.dumps(row), flush=True)
        else:
            print(
                f"{network:<8} {batch_size:>5}  {peer:<12} {ours_ms:>8.3f} {peer_ms:>8.3f} "
                f"{peer_ms / ours_ms:>6.2f}  {ours_setting}; {peer_setting}",
                flush=True,
            )


if __name__ == "__main__":
    main()
