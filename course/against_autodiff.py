"""Chapter 6's gradients against PyTorch's automatic differentiation, once; the output is kept.

    python course/against_autodiff.py > course/kept/against-autodiff.txt

Needs torch, which the course does not: the chapter shows what was kept.
"""

from __future__ import annotations

import numpy as np
import torch

from inkgrad import Dense, Network, ReLU, load, softmax_cross_entropy

_DIGITS = 32


def main() -> None:
    test = load("mnist-5k").test
    layers = [Dense(128), ReLU(), Dense(64), ReLU(), Dense(10)]
    network = Network((784,), layers, dtype=np.float64, seed=0)
    x = test.images[:_DIGITS].reshape(_DIGITS, -1) / 255
    loss, gradient = softmax_cross_entropy(network.forward(x), test.labels[:_DIGITS])
    network.backward(gradient)
    ours = {
        name: np.array(array)
        for place in (0, 2, 4)
        for name, array in (
            (f"W{place // 2 + 1}", network.layers[place].dW),
            (f"b{place // 2 + 1}", network.layers[place].db),
        )
    }
    theirs = {}
    for place in (0, 2, 4):
        for kind in ("W", "b"):
            value = torch.tensor(network.parameters()[f"{place}.{kind}"].copy())
            theirs[f"{kind}{place // 2 + 1}"] = value.requires_grad_()
    a = torch.tensor(x)
    for layer in (1, 2, 3):
        a = a @ theirs[f"W{layer}"] + theirs[f"b{layer}"]
        a = torch.relu(a) if layer < 3 else a
    other = torch.nn.functional.cross_entropy(a, torch.tensor(test.labels[:_DIGITS].astype(int)))
    other.backward()
    print(f"784-128-64-10, {_DIGITS} digits, float64; PyTorch {torch.__version__.split('+')[0]}")
    print(f"loss: {loss:.12f} and {other.item():.12f}")
    for name, own in ours.items():
        found = theirs[name].grad.numpy()
        largest = float(np.abs(own).max())
        apart = np.abs(own - found).max() / largest
        print(f"d{name}: {own.size:7,} numbers, apart by {apart:.0e} of the largest")


if __name__ == "__main__":
    main()
