"""One step of training, ours against PyTorch and scikit-learn, in the same minute.

    python benchmarks/training_speed.py [--networks deck lenet ...] [--batch-sizes 32 ...] [--json]

A step is forward, loss, backward and Adam on a batch of ready float32 digits, another batch each
time. Every setting of every library runs in a process of its own, so no thread pool of one disturbs
another; the processes take turns, a few steps each, and the median over all turns counts. PyTorch
is run with 1 and 2 threads, plain and fused Adam, contiguous and channels last where there are
images, and its best is compared; ours with 1 and 2 threads.
A library that is not installed is said and skipped.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import machine
from race import race, serve

BATCHES = 40
# Each network as PyTorch and we both build it: numbers are dense units, "c3:32" a convolution of
# 3x3 to 32 channels ("v" without padding), "n" batch normalization, "p" a 2x2 maximum, "r" ReLU,
# "d" dropout of a half, "f" flatten. The rectifier follows the maximum where there is one.
NETWORKS = {
    "deck": "128 r 64 r 10",
    "lenet": "c5:16 p r c5:32 p r f 128 r 10",
    "keras-example": "v3:32 p r v3:64 p r f d 10",
    "batch-normalized": "c3:16 n r c3:16 n p r c3:32 n r c3:32 n p r f 128 n r 10",
}
Step = Callable[[int], object]


def digits(batch_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Batches of real digits: images (b, n, 784) float32 in 0..1, labels (b, n)."""
    from inkgrad import load

    train = load("mnist-5k").train
    places = np.random.default_rng(0).integers(0, len(train), (BATCHES, batch_size))
    images = train.images[places].reshape(BATCHES, batch_size, 784)
    return images.astype(np.float32) / 255, train.labels[places]


def ours(network: str, batch_size: int, threads: int) -> Step:
    from inkgrad.nn.activations import ReLU
    from inkgrad.nn.convolution import Conv2D
    from inkgrad.nn.layers import Dense, Dropout, Flatten
    from inkgrad.nn.losses import softmax_cross_entropy
    from inkgrad.nn.network import Network
    from inkgrad.nn.normalization import BatchNorm
    from inkgrad.nn.parallel import Team, one_blas_thread
    from inkgrad.nn.pooling import MaxPool2D
    from inkgrad.training.optimizers import Adam
    from inkgrad.training.step import BatchGradient, part_loss

    plain = {"r": ReLU, "n": BatchNorm, "p": MaxPool2D, "d": Dropout, "f": Flatten}
    layers = []
    for word in NETWORKS[network].split():
        if word in plain:
            layers.append(plain[word]())
        elif word[0] in "cv":
            kernel, channels = map(int, word[1:].split(":"))
            layers.append(Conv2D(channels, kernel, padding="same" if word[0] == "c" else 0))
        else:
            layers.append(Dense(int(word)))
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
    model = Network((28, 28, 1) if "f" in network_words(network) else (784,), layers)
    adam, data, places = Adam(0.001).start(), Ready(), np.arange(batch_size)
    batches, team = BatchGradient(model, batch_size), Team(threads)
    batches.begin(seed=0, epoch=1)
    loss = part_loss(softmax_cross_entropy)

    def step(i: int) -> None:
        data.at = i % BATCHES
        batches.compute(data, places, loss, team)
        adam.step(model)

    return step


def network_words(network: str) -> list[str]:
    return NETWORKS[network].split()


def pytorch(
    network: str, batch_size: int, threads: int, fused: bool, channels_last: bool = False
) -> Step:
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(threads)
    words = network_words(network)
    flat = "f" not in words
    layers: list[torch.nn.Module] = []
    x = torch.zeros((2, 784) if flat else (2, 1, 28, 28))
    for word in words:
        width = x.shape[1]
        if word[0] in "cv":
            kernel, channels = map(int, word[1:].split(":"))
            padding = kernel // 2 if word[0] == "c" else 0
            layer = nn.Conv2d(width, channels, kernel, padding=padding)
        elif word == "n":
            layer = nn.BatchNorm2d(width) if x.ndim == 4 else nn.BatchNorm1d(width)
        elif word in ("r", "p", "d", "f"):
            layer = {
                "r": nn.ReLU(),
                "p": nn.MaxPool2d(2),
                "d": nn.Dropout(0.5),
                "f": nn.Flatten(),
            }[word]
        else:
            layer = nn.Linear(width, int(word))
        layers.append(layer)
        x = layer(x)
    model = nn.Sequential(*layers)
    images, labels = (torch.from_numpy(array) for array in digits(batch_size))
    if not flat:
        images = images.reshape(BATCHES, batch_size, 1, 28, 28)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
        ready = [batch.contiguous(memory_format=torch.channels_last) for batch in images]
    else:
        ready = list(images)
    adam = torch.optim.Adam(model.parameters(), 0.001, fused=fused)

    def step(i: int) -> None:
        adam.zero_grad()
        cross_entropy(model(ready[i % BATCHES]), labels[i % BATCHES]).backward()
        adam.step()

    return step


def scikit_learn(network: str, batch_size: int) -> Step:
    from sklearn.neural_network import MLPClassifier

    images, labels = digits(batch_size)
    hidden = [int(word) for word in network_words(network) if word.isdigit()][:-1]
    # One call of partial_fit is one step: the batch is the whole of what it is given.
    model = MLPClassifier(hidden, alpha=0.0, batch_size=batch_size)

    def step(i: int) -> None:
        model.partial_fit(images[i % BATCHES], labels[i % BATCHES], classes=np.arange(10))

    return step


def settings(network: str, batch_size: int) -> dict[str, dict[str, tuple[str, dict]]]:
    """Every library's settings to try: library -> what it is called -> function and arguments."""
    common = {"network": network, "batch_size": batch_size}
    convolutional = "f" in network_words(network)
    found = {"inkgrad": {f"{t} threads": ("ours", {**common, "threads": t}) for t in (1, 2)}}
    if convolutional:
        found["PyTorch"] = {
            f"{t} threads, {'channels last' if last else 'contiguous'}, fused Adam": (
                "pytorch",
                {**common, "threads": t, "fused": True, "channels_last": last},
            )
            for t in (1, 2)
            for last in (False, True)
        }
    else:
        found["PyTorch"] = {
            f"{t} threads, {'fused' if fused else 'plain'} Adam": (
                "pytorch",
                {**common, "threads": t, "fused": fused},
            )
            for t in (1, 2)
            for fused in (False, True)
        }
        found["scikit-learn"] = {"default": ("scikit_learn", common)}
    for library, module in (("PyTorch", "torch"), ("scikit-learn", "sklearn")):
        if find_spec(module) is None and library in found:
            print(f"{library} is not installed: skipped", file=sys.stderr)
            del found[library]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", default=["deck"], choices=list(NETWORKS))
    parser.add_argument("--batch-sizes", nargs="+", type=int, help="32 128 512, or 64 128")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        function, given = arguments.worker
        chosen = json.loads(given)
        steps = 6 if "f" in network_words(chosen["network"]) else 25  # a turn of some 100 ms
        serve(globals()[function](**chosen), steps)
        return
    print(machine.describe(), file=sys.stderr)
    if not arguments.json:
        print(
            "network           batch  peer          ours ms  peer ms  ratio  settings (ours; peer)"
        )
    for network in arguments.networks:
        sizes = (64, 128) if "f" in network_words(network) else (32, 128, 512)
        for batch_size in arguments.batch_sizes or sizes:
            compare(network, batch_size, arguments.json)


def compare(network: str, batch_size: int, as_json: bool) -> None:
    libraries = settings(network, batch_size)
    flat = {(lib, name): job for lib, jobs in libraries.items() for name, job in jobs.items()}
    medians = race(Path(__file__), flat)
    best = {
        library: min((medians[library, name], name) for name in jobs)
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
                f"{network:<16} {batch_size:>5}  {peer:<12} {ours_ms:>8.3f} {peer_ms:>8.3f} "
                f"{peer_ms / ours_ms:>6.2f}  {ours_setting}; {peer_setting}",
                flush=True,
            )


if __name__ == "__main__":
    main()
