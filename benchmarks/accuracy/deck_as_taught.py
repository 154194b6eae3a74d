"""The teaching deck's own settings on MNIST: weights of 0.01, SGD at 0.001; and with its Adam.

    python benchmarks/accuracy/deck_as_taught.py

Ten epochs of batches of 32, one seed each. The deck defines Adam and trains with SGD.
"""

from __future__ import annotations

import argparse

from inkgrad import SGD, Adam, Dense, Network, ReLU, fit, load, logits_of
from inkgrad.evaluation.metrics import accuracy

_EPOCHS, _BATCH, _RATE, _WEIGHTS = 10, 32, 0.001, 0.01
_OPTIMIZERS = {"as printed": SGD(_RATE, momentum=0), "with its own Adam": Adam(_RATE)}


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    data = load("mnist")
    for name, optimizer in _OPTIMIZERS.items():
        first, second, last = (Dense(units, init=_WEIGHTS) for units in (128, 64, 10))
        network = Network((784,), [first, ReLU(), second, ReLU(), last])
        fit(network, data.train, epochs=_EPOCHS, batch_size=_BATCH, optimizer=optimizer)
        answers = logits_of(network, data.test.images).argmax(axis=1)
        part = accuracy(data.test.labels, answers)
        print(
            f"{name}: {100 * part:.1f} % of {len(data.test):,} test digits after {_EPOCHS} epochs"
        )


if __name__ == "__main__":
    main()
